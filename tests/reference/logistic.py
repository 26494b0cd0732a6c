#!/usr/bin/env python3
"""Weights of a multinomial logistic regression with an L2 penalty, for src/score/descend.rs (pip install scikit-learn==1.9.1).

scikit-learn minimises C * sum of losses + |w|^2 / 2; we minimise mean loss + l2 / 2 * |w|^2, so C = 1 / (n * l2)."""
from sklearn.linear_model import LogisticRegression

values = [[1.0, 0.5], [0.0, 1.0], [2.0, 0.0], [1.0, 1.0], [0.5, 2.0], [1.5, 0.2]]
outcomes = [0, 1, 0, 2, 1, 2]
fit = LogisticRegression(C=1 / (len(values) * 0.01), tol=1e-12, max_iter=10_000).fit(values, outcomes)
print(fit.coef_.T.round(4).tolist())
