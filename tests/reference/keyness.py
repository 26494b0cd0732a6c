"""Makes keyness.json. Needs scipy (1.17 was used): python3 keyness.py > keyness.json

G2 of the two-cell comparison of Rayson and Garside (2000) is scipy's power divergence with lambda 0 over the cells
(a, b) with the expected frequencies of equal relative frequency; p is the upper tail of chi-square with 1 degree of freedom.
"""
import json
import math

from scipy.stats import chi2, power_divergence

CASES = [(120, 40, 10000, 10000), (5, 1, 2000, 9000), (3, 0, 500, 700), (0, 9, 800, 600), (77, 77, 5000, 5000), (1, 2, 3, 4), (4021, 3310, 2_000_000, 1_500_000)]

out = []
for a, b, c, d in CASES:
    expected = [c * (a + b) / (c + d), d * (a + b) / (c + d)]
    g2 = float(power_divergence([a, b], expected, lambda_="log-likelihood")[0])
    ratio = math.log2(((a or 0.5) / c) / ((b or 0.5) / d))
    out.append({"counts": [a, b, c, d], "log_likelihood": g2, "p": float(chi2.sf(g2, 1)), "log_ratio": ratio})
print(json.dumps(out, indent=1))
