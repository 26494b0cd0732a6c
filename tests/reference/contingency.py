#!/usr/bin/env python3
"""Reference values for src/tabulate: chi-square tests, sizes of association, exact p and Wilson intervals.

usage: contingency.py > contingency.json        (python 3, numpy, scipy 1.17.1)

chi2, df, p, expected: scipy.stats.chi2_contingency(correction=False); v: scipy.stats.contingency.association("cramer").
v_corrected: Bergsma 2013 as in the R package `rcompanion` (cramerV(bias.correct=TRUE)), computed here from chi2.
residuals: statsmodels' Table.standardized_resids formula (Haberman 1973), computed here with numpy.
exact: probability of a chi-square at least as large over all tables with the same margins, by enumerating them (small tables only).
"""
import json
from itertools import product
from math import comb

import numpy as np
import scipy
from scipy.stats import binomtest, chi2_contingency
from scipy.stats.contingency import association

TABLES = {
    "two_by_two": [[12, 5], [7, 30]],
    "hand_made": [[2, 0, 1], [1, 1, 0], [0, 4, 1]],
    "sparse": [[5, 0, 1], [2, 6, 3], [0, 9, 2]],
    "structural_zero": [[40, 0, 25], [31, 12, 60], [22, 310, 51], [8, 40, 12]],
    "large": [[4100, 210, 1600], [2500, 1900, 3300], [700, 25100, 5300]],
    "independent": [[10, 20, 30], [20, 40, 60]],
}
ENUMERATED = ["two_by_two", "hand_made", "sparse"]
SHARES = [(0, 10), (10, 10), (1, 3), (5, 9), (0, 1), (17, 40), (999, 1000), (123456, 7891011)]


def rows_of(total, left):
    if len(left) == 1:
        if total <= left[0]:
            yield (total,)
        return
    for first in range(min(total, left[0]) + 1):
        for rest in rows_of(total - first, left[1:]):
            yield (first, *rest)


def tables_of(rows, left):
    if len(rows) == 1:
        yield (tuple(left),)
        return
    for row in rows_of(rows[0], left):
        for rest in tables_of(rows[1:], [l - r for l, r in zip(left, row)]):
            yield (row, *rest)


def exact_p(table):
    table = np.array(table)
    rows, cols, total = table.sum(1).tolist(), table.sum(0).tolist(), int(table.sum())
    expected = np.outer(rows, cols) / total
    chi2 = lambda t: float((((np.array(t) - expected) ** 2) / expected).sum())
    observed = chi2(table)

    def ways(t):
        left, n = list(cols), 1
        for row in t:
            for i, k in enumerate(row):
                n *= comb(left[i], k)
                left[i] -= k
        return n

    large = everything = 0
    for t in tables_of(rows, cols):
        w = ways(t)
        everything += w
        if chi2(t) >= observed * (1 - 1e-9):
            large += w
    return large / everything


def case(name, table):
    t = np.array(table)
    r = chi2_contingency(t, correction=False)
    n, (rows, cols) = t.sum(), t.shape
    phi2 = max(0, r.statistic / n - (rows - 1) * (cols - 1) / (n - 1))
    shrunk = lambda k: k - (k - 1) ** 2 / (n - 1)
    p_row, p_col = t.sum(1) / n, t.sum(0) / n
    return {
        "name": name,
        "cells": t.tolist(),
        "chi2": r.statistic,
        "df": r.dof,
        "p": r.pvalue,
        "v": association(t, method="cramer"),
        "v_corrected": float(np.sqrt(phi2 / (min(shrunk(rows), shrunk(cols)) - 1))),
        "residuals": ((t - r.expected_freq) / np.sqrt(r.expected_freq * np.outer(1 - p_row, 1 - p_col))).tolist(),
        "exact": exact_p(table) if name in ENUMERATED else None,
    }


def interval(n, base, level):
    ci = binomtest(n, base).proportion_ci(level, "wilson")
    return {"n": n, "base": base, "level": level, "low": ci.low, "high": ci.high}


print(json.dumps({
    "made_by": f"contingency.py, scipy {scipy.__version__}, numpy {np.__version__}",
    "tables": [case(n, t) for n, t in TABLES.items()],
    "wilson": [interval(n, b, level) for (n, b), level in product(SHARES, [0.9, 0.95, 0.99])],
}, indent=1))
