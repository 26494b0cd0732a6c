"""Makes difference.json: python3 difference.py > difference.json

Needs statsmodels (0.15.0), numpy. Two groups of 100 posts each, coded by hand, with unequal weights and 50 accounts of two posts in each: the
difference of their weighted shares with its cluster-robust standard error, statsmodels WLS without its small-sample factor.
"""
import json
import random

import numpy as np
import statsmodels.api as sm

rng = random.Random(20240818)
group = [0] * 100 + [1] * 100
account = [post % 50 for post in range(200)]
pi = [rng.choice([0.05, 0.2, 0.5]) for _ in group]
tends = [rng.choice([0.15, 0.6]) for _ in range(50)]
y = [float(rng.random() < min(1.0, tends[a] + 0.15 * g)) for a, g in zip(account, group)]
x = np.column_stack([1 - np.array(group), np.ones(200)])
fit = sm.WLS(y, x, weights=1 / np.array(pi)).fit(cov_type="cluster", cov_kwds={"groups": account, "use_correction": False})
out = {"group": group, "account": account, "pi": pi, "y": y, "difference": float(fit.params[0]), "standard_error": float(fit.bse[0])}
print(json.dumps(out))
