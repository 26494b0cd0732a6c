"""Makes machine.json: python3 machine.py > machine.json

Needs scikit-learn (1.9.1), statsmodels (0.15.0), ppi-python (0.2.3), numpy.
`scores`: a machine against a human, unweighted and weighted; weighted kappa by scikit-learn's sample_weight.
`tuned`: PPI++ of ppi_py on a sample of n with the 2 x 2 counts given, all posts as its unlabelled set. It takes the two sets for
independent, which costs it a factor 1 + n / N in lambda; a frame that holds its sample has none, so agree within n / N.
`weighted_mean`: a Hajek mean with cluster-robust standard error, statsmodels WLS without its small-sample factor.
"""
import json
import random

import numpy as np
import statsmodels.api as sm
from ppi_py import ppi_mean_ci, ppi_mean_pointestimate
from scipy.stats import norm
from sklearn.metrics import accuracy_score, cohen_kappa_score, f1_score, precision_recall_fscore_support
from statsmodels.stats.proportion import proportion_confint

rng = random.Random(20230614)
human = [rng.choice([0, 0, 0, 1, 1, 2]) for _ in range(150)]
machine = [h if rng.random() < 0.75 else rng.choice([0, 1, 2]) for h in human]
weights = [rng.choice([1.0, 2.5, 8.0]) for _ in human]


def scores(w):
    p, r, f, _ = precision_recall_fscore_support(human, machine, labels=[0, 1, 2], sample_weight=w)
    return {
        "precision": list(p), "recall": list(r), "f1": list(f),
        "macro_f1": f1_score(human, machine, average="macro", sample_weight=w),
        "accuracy": accuracy_score(human, machine, sample_weight=w),
        "kappa": cohen_kappa_score(human, machine, sample_weight=w),
    }


right = sum(h == m for h, m in zip(human, machine))
out = {
    "human": human, "machine": machine, "weights": weights,
    "scores": scores(None), "weighted_scores": scores(weights),
    "accuracy_wilson": proportion_confint(right, len(human), method="wilson"),
}

tuned = []
for n11, n10, n01, n00, positives, posts in [(130, 20, 45, 305, 17200, 50000), (60, 90, 100, 250, 16000, 50000), (95, 5, 3, 397, 9600, 50000)]:
    y = np.array([1.0] * (n11 + n10) + [0.0] * (n01 + n00))
    yhat = np.array([1.0] * n11 + [0.0] * n10 + [1.0] * n01 + [0.0] * n00)
    every = np.array([1.0] * positives + [0.0] * (posts - positives))
    point = ppi_mean_pointestimate(y, yhat, every)[0]
    low, high = ppi_mean_ci(y, yhat, every, alpha=0.05)
    tuned.append({
        "counts": [n11, n10, n01, n00], "positives": positives, "posts": posts, "point": float(point),
        "standard_error": float((high[0] - low[0]) / 2 / norm.ppf(0.975)),
    })
out["tuned"] = tuned

cluster = [rng.randrange(40) for _ in range(200)]
pi = [rng.choice([0.05, 0.2, 0.5]) for _ in range(200)]
y = [float(rng.random() < (0.2 if c % 2 else 0.6)) for c in cluster]
fit = sm.WLS(y, np.ones(200), weights=1 / np.array(pi)).fit(
    cov_type="cluster", cov_kwds={"groups": cluster, "use_correction": False})
out["weighted_mean"] = {"y": y, "cluster": cluster, "pi": pi, "mean": float(fit.params[0]), "standard_error": float(fit.bse[0])}
print(json.dumps(out))
