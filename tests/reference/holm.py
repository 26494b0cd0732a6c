#!/usr/bin/env python3
"""Reference values for Holm's correction: of lists of p, and of the tests of each code in each group against all others.

usage: holm.py > holm.json        (python 3, numpy, scipy 1.17.1, statsmodels 0.15)

holm: statsmodels.stats.multitest.multipletests(method="holm"). pairs: Fisher's exact test (scipy, two-sided) of posts with and without the
code, in the group and in all others; odds ratio and its 95% interval from statsmodels' Table2x2 (0.5 added to every cell where one is 0);
holm over all pairs. residuals: two-sided normal p of the adjusted residuals (Haberman 1973) of `table`, and Holm over its cells.
"""
import json

import numpy as np
import scipy
import statsmodels
from scipy.stats import fisher_exact, norm
from statsmodels.stats.contingency_tables import Table2x2
from statsmodels.stats.multitest import multipletests

P_VALUES = [
    [0.01, 0.02, 0.03, 0.04], [0.5, 0.001, 0.04, 0.04], [0.9, 0.8], [0.05], [1.0, 1.0, 1e-12],
    [0.013, 0.0004, 0.21, 0.0131, 0.6, 0.049, 0.0499, 0.003, 0.0003, 0.99],
]
GROUPS = ["government", "media", "individual"]
BASES = [20, 60, 120]
CODES = {"A": [9, 12, 20], "B": [0, 14, 61], "C": [3, 9, 17]}
TABLE = [[9, 30, 20], [12, 14, 61], [31, 9, 17]]


def holm(p):
    return multipletests(p, method="holm")[1].tolist()


def pair(code, with_code, at):
    a, b = with_code[at], sum(with_code) - with_code[at]
    c, d = BASES[at] - a, sum(BASES) - BASES[at] - b
    cells = np.array([[a, b], [c, d]], dtype=float)
    table = Table2x2(cells + 0.5 if (cells == 0).any() else cells, shift_zeros=False)
    low, high = table.oddsratio_confint(0.05)
    return {"code": code, "group": GROUPS[at], "p": float(fisher_exact([[a, b], [c, d]])[1]), "odds": float(table.oddsratio),
            "low": float(low), "high": float(high)}


pairs = [pair(code, with_code, at) for code, with_code in CODES.items() for at in range(len(GROUPS))]
for found, corrected in zip(pairs, holm([pair["p"] for pair in pairs])):
    found["holm"] = corrected

t = np.array(TABLE)
n, row, col = t.sum(), t.sum(1) / t.sum(), t.sum(0) / t.sum()
expected = np.outer(row, col) * n
residuals = (t - expected) / np.sqrt(expected * np.outer(1 - row, 1 - col))
p = (2 * norm.sf(np.abs(residuals))).ravel().tolist()
print(json.dumps({
    "made_by": f"holm.py, scipy {scipy.__version__}, numpy {np.__version__}, statsmodels {statsmodels.__version__}",
    "lists": [{"p": values, "holm": holm(values)} for values in P_VALUES],
    "groups": GROUPS,
    "bases": BASES,
    "codes": CODES,
    "pairs": pairs,
    "table": TABLE,
    "residuals": {"p": p, "holm": holm(p)},
}, indent=1))
