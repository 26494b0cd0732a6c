"""Makes agreement_intervals.json: python3 agreement_intervals.py > agreement_intervals.json

Needs krippendorff, irrCAC, scikit-learn and scipy (see "versions" in the file). Percentile intervals of coefficients of cases of agreement.json:
units drawn by scipy.stats.bootstrap, accounts with all their units by numpy. Resamples that leave a coefficient
undefined are left out. `slope_low` and `slope_high` are how
fast the quantile rises there with its probability, from which follows its Monte-Carlo error.
"""
import importlib.metadata as metadata
import json
import pathlib
import warnings

import krippendorff
import numpy as np
import pandas as pd
from irrCAC.raw import CAC
from scipy.stats import bootstrap
from sklearn.metrics import cohen_kappa_score

warnings.simplefilter("ignore")
SEED = 20230614
stored = json.loads((pathlib.Path(__file__).parent / "agreement.json").read_text())
CASES = {case["name"]: np.array(case["coders"], dtype=float) for case in stored["cases"]}


def alpha(data):
    return krippendorff.alpha(reliability_data=data, level_of_measurement="nominal")


def kappa(data):
    return cohen_kappa_score(data[0], data[1])


def ac1(data):
    return CAC(pd.DataFrame(data.T), digits=12).gwet()["est"]["coefficient_value"]


def of(data, statistic):
    def value(units):
        try:
            return statistic(data[:, units])
        except ValueError:  # a resample with one category
            return np.nan

    return value


def told(name, coefficient, accounts, values):
    values = values[np.isfinite(values)]
    low, high = np.quantile(values, [0.025, 0.975])
    around = np.quantile(values, [0.015, 0.035, 0.965, 0.985])
    return {
        "case": name,
        "coefficient": coefficient,
        "accounts": accounts,
        "resamples": len(values),
        "low": float(low),
        "high": float(high),
        "slope_low": float(around[1] - around[0]) / 0.02,
        "slope_high": float(around[3] - around[2]) / 0.02,
    }


def by_unit(name, coefficient, statistic, resamples):
    data = CASES[name]
    found = bootstrap(
        (np.arange(data.shape[1]),),
        of(data, statistic),
        n_resamples=resamples,
        vectorized=False,
        method="percentile",
        random_state=np.random.default_rng(SEED),
    )
    return told(name, coefficient, None, found.bootstrap_distribution)


def by_account(name, coefficient, statistic, resamples):
    """Units sorted by how far the coders agree, and by chance, six in turn to an account, so that accounts differ by degrees."""
    data = CASES[name]
    chance = 2 * np.random.default_rng(SEED).random(data.shape[1])
    order = np.argsort([len(set(unit)) for unit in data.T] + chance)
    account = np.empty(data.shape[1], dtype=int)
    account[order] = np.arange(data.shape[1]) // 6
    members = [np.flatnonzero(account == at) for at in range(account.max() + 1)]
    random = np.random.default_rng(SEED)
    value = of(data, statistic)
    values = np.array(
        [
            value(np.concatenate([members[at] for at in random.integers(len(members), size=len(members))]))
            for _ in range(resamples)
        ]
    )
    return told(name, coefficient, account.tolist(), values)


print(
    json.dumps(
        {
            "versions": {name: metadata.version(name) for name in ["krippendorff", "irrCAC", "scikit-learn", "scipy", "numpy"]},
            "intervals": [
                by_unit("two coders, four classes", "alpha", alpha, 40_000),
                by_unit("two coders, four classes", "cohen_kappa", kappa, 40_000),
                by_unit("two coders, a rare class", "cohen_kappa", kappa, 40_000),
                by_unit("two coders, a rare class", "ac1", ac1, 4_000),
                by_unit("five coders", "alpha", alpha, 40_000),
                by_unit("four coders, a quarter missing", "alpha", alpha, 40_000),
                by_account("two coders, four classes", "alpha", alpha, 40_000),
                by_account("two coders, four classes", "cohen_kappa", kappa, 40_000),
            ],
        },
        indent=1,
    )
)
