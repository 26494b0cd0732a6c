"""Makes agreement.json: python3 agreement.py > agreement.json

Needs krippendorff 0.9.0, irrCAC 0.4.4, statsmodels and scikit-learn (0.15 and 1.9 were used; see "versions" in the file).
Each case is coders x units; null is a missing judgement. Undefined values are null.
"""
import importlib.metadata as metadata
import json
import random

import krippendorff
import numpy as np
import pandas as pd
from irrCAC.raw import CAC
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

N = None
WIKIPEDIA = [  # Wikipedia "Krippendorff's alpha" and the documentation of fast-krippendorff
    [N, N, N, N, N, 3, 4, 1, 2, 1, 1, 3, 3, N, 3],
    [1, N, 2, 1, 3, 3, 4, 3, N, N, N, N, N, N, N],
    [N, N, 2, 1, 3, 4, 4, N, 2, 1, 1, 3, 3, N, 4],
]
KRIPPENDORFF_2011 = [  # Computing Krippendorff's alpha-reliability, section D
    [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
    [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
]


def invented(seed, coders, units, categories, right, missing):
    rng = random.Random(seed)
    truth = [rng.choice(categories) for _ in range(units)]
    judge = lambda t: N if rng.random() < missing else (t if rng.random() < right else rng.choice(categories))
    return [[judge(t) for t in truth] for _ in range(coders)]


CASES = {
    "wikipedia": WIKIPEDIA,
    "krippendorff 2011": KRIPPENDORFF_2011,
    "two coders, four classes": invented(1, 2, 120, [1, 2, 3, 4], 0.8, 0.0),
    "two coders, a rare class": invented(2, 2, 200, [1] * 24 + [2], 0.9, 0.0),
    "two coders, worse than chance": [[1, 2, 1, 2, 1, 2, 3, 1], [2, 1, 2, 1, 2, 1, 3, 2]],
    "five coders": invented(3, 5, 60, [1, 2, 3], 0.7, 0.0),
    "four coders, a quarter missing": invented(4, 4, 80, [1, 2, 3], 0.75, 0.25),
}


def number(value):
    return None if value is None or not np.isfinite(value) else float(value)


out = {"versions": {name: metadata.version(name) for name in ["krippendorff", "irrCAC", "statsmodels", "scikit-learn"]}}
out["cases"] = []
for name, rows in CASES.items():
    data = np.array([[np.nan if value is None else value for value in row] for row in rows])
    frame = pd.DataFrame(data.T)
    # irrCAC drops units nobody judged from the data it is given.
    cac = CAC(frame.dropna(how="all").reset_index(drop=True), digits=12)
    complete = not np.isnan(data).any()
    gwet = cac.gwet()["est"]
    case = {
        "name": name,
        "coders": rows,
        "percent": number(gwet["pa"]),
        "ac1": number(gwet["coefficient_value"]),
        "pabak": number(cac.bp()["est"]["coefficient_value"]),
        "fleiss": number(cac.fleiss()["est"]["coefficient_value"]),
        "alpha_nominal": number(krippendorff.alpha(data, level_of_measurement="nominal")),
        "alpha_interval": number(krippendorff.alpha(data, level_of_measurement="interval")),
        "fleiss_statsmodels": number(fleiss_kappa(aggregate_raters(data.T.astype(int))[0])) if complete else None,
        "cohen": number(cohen_kappa_score(*data)) if complete and len(rows) == 2 else None,
    }
    out["cases"].append(case)
print(json.dumps(out, indent=1))
