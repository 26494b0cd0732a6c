#!/usr/bin/env python3
"""Reference values for Fisher's exact test, odds ratios and the cluster bootstrap.

usage: breakdown.py > breakdown.json        (python 3, numpy, scipy 1.17.1, statsmodels 0.15)

fisher: scipy.stats.fisher_exact(two-sided). odds: statsmodels.stats.contingency_tables.Table2x2 with its normal interval of the
log (Woolf). Where a cell is 0, 0.5 is added to every cell here: shift_zeros=True of statsmodels 0.15 says it does so, and fills the zeros only.
bootstrap: invented posts of 60 accounts, some of which post much and all alike; 40,000 samples of accounts with numpy's own generator,
percentile interval (numpy "linear" quantiles) and standard deviation of the share. `posts` is what a test feeds to minyi.
"""
import json

import numpy as np
import scipy
import statsmodels
from scipy.stats import fisher_exact
from statsmodels.stats.contingency_tables import Table2x2

TABLES = [
    [[12, 5], [7, 30]], [[0, 9], [11, 4]], [[3, 1], [1, 3]], [[1, 9], [11, 3]], [[100, 2], [1000, 5]], [[5, 0], [0, 5]],
    [[2, 7], [8, 2]], [[4100, 210], [2500, 1900]], [[58, 1031], [120, 2144]], [[10, 10], [10, 10]], [[0, 1], [1, 0]], [[40, 0], [22, 310]],
]
CATEGORIES = ["against", "favour", "neutral"]


def two_by_two(cells):
    counts = np.array(cells, dtype=float)
    table = Table2x2(counts + 0.5 if (counts == 0).any() else counts, shift_zeros=False)
    low, high = table.oddsratio_confint(0.05)
    return {"cells": cells, "fisher": float(fisher_exact(cells)[1]), "odds": float(table.oddsratio), "low": float(low), "high": float(high)}


def clustered():
    rng = np.random.default_rng(20230614)
    posts = []
    for account in range(60):
        habit = rng.dirichlet([0.4, 0.3, 0.3])
        for _ in range(int(rng.integers(1, 25) if account % 4 == 0 else rng.integers(1, 4))):
            posts.append([account, int(rng.choice(3, p=habit))])
    counts = np.zeros((60, 3))
    for account, category in posts:
        counts[account, category] += 1
    shares = []
    for _ in range(40_000):
        sums = counts[rng.integers(0, 60, 60)].sum(0)
        shares.append(sums / sums.sum())
    shares = np.array(shares)
    low, high = np.quantile(shares, [0.025, 0.975], axis=0)
    return {
        "posts": [[f"u{account}", CATEGORIES[category]] for account, category in posts],
        "intervals": {name: [float(low[i]), float(high[i])] for i, name in enumerate(CATEGORIES)},
        "sd": {name: float(shares[:, i].std()) for i, name in enumerate(CATEGORIES)},
    }


print(json.dumps({
    "made_by": f"breakdown.py, scipy {scipy.__version__}, numpy {np.__version__}, statsmodels {statsmodels.__version__}",
    "two_by_two": [two_by_two(cells) for cells in TABLES],
    "clustered": clustered(),
}, indent=None))
