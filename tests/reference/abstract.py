#!/usr/bin/env python3
"""Reference values for a table of the form of the case study's abstract: 64% negative, 18% positive, 18% neutral; 79.6% of the negative
posts by individuals, none by government.

usage: abstract.py > abstract.json        (python 3, numpy, scipy 1.17.1)

The counts are invented to have that shape; the study's own are not public. wilson: scipy.stats.binomtest.proportion_ci of the share of
individuals among the negative posts; chi2, df, p: scipy.stats.chi2_contingency(correction=False); v: scipy.stats.contingency.association;
residual: adjusted standardised residual of government x negative (Haberman 1973), computed here with numpy.
"""
import json

import numpy as np
import scipy
from scipy.stats import binomtest, chi2_contingency
from scipy.stats.contingency import association

ROWS = ["government", "media", "institution", "individual"]
COLS = ["negative", "positive", "neutral"]
CELLS = np.array([[0, 60, 40], [150, 150, 120], [111, 60, 50], [1019, 90, 150]])

total, rows, cols = CELLS.sum(), CELLS.sum(1), CELLS.sum(0)
assert total == 2000 and cols.tolist() == [1280, 360, 360]
test = chi2_contingency(CELLS, correction=False)
interval = binomtest(int(CELLS[3, 0]), int(cols[0])).proportion_ci(0.95, "wilson")
expected = test.expected_freq[0, 0]
residual = (CELLS[0, 0] - expected) / np.sqrt(expected * (1 - rows[0] / total) * (1 - cols[0] / total))
print(json.dumps({
    "made_by": f"abstract.py, scipy {scipy.__version__}, numpy {np.__version__}",
    "rows": ROWS,
    "cols": COLS,
    "cells": CELLS.tolist(),
    "shares": (cols / total).tolist(),
    "individuals_among_negative": float(CELLS[3, 0] / cols[0]),
    "wilson": [interval.low, interval.high],
    "chi2": test.statistic,
    "df": test.dof,
    "p": test.pvalue,
    "v": association(CELLS, method="cramer"),
    "government_negative": float(residual),
}, indent=1))
