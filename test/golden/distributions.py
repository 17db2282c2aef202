"""Makes distributions.json: tails and quantiles of SciPy. Run: python distributions.py > distributions.json"""
import json
import scipy
from scipy import special, stats

out = dict(
    made_with=dict(scipy=scipy.__version__),
    normal_tail=[[z, stats.norm.sf(z)] for z in [-6, -1.5, 0, 1e-9, 0.3, 1.96, 2.4999, 2.5, 4.1, 8, 20, 37]],
    log_gamma=[[x, special.gammaln(x)] for x in [1e-8, 0.5, 1, 1.5, 2, 7.25, 14.9, 15, 300.5, 1e7, 3.3e9]],
    incomplete_beta=[
        [a, b, x, special.betainc(a, b, x)]
        for a, b, x in [(0.5, 0.5, 0.3), (1, 5, 0.02), (3, 4, 0.9), (40, 60, 0.41), (2e3, 3e3, 0.39),
                        (1e6, 2e6, 0.3335), (5, 1e5, 1e-4), (200, 3, 0.97)]
    ],
    student=[  # degrees, level, two-sided quantile, tail on either side of it
        [df, level, stats.t.ppf(0.5 + level / 2, df), 2 * stats.t.sf(stats.t.ppf(0.5 + level / 2, df) + 0.3, df)]
        for df, level in [(1, 0.95), (4.7, 0.95), (19, 0.95), (19, 0.99), (380.2, 0.9), (9e5, 0.95)]
    ],
    beta_quantile=[[q, a, b, stats.beta.ppf(q, a, b)] for q, a, b in [(0.025, 3, 3), (0.05, 120, 81), (0.975, 1, 50)]],
)
print(json.dumps(out))
