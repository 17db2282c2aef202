"""Makes drift.json: tests and distances of SciPy and NumPy. Run: python drift.py > drift.json"""
import json
import numpy as np
import scipy
from scipy import special, stats
from scipy.spatial.distance import jensenshannon

rng = np.random.default_rng(7)


def psi(r, c):
    k = len(r)
    p = (r + 0.5) / (r.sum() + k / 2)
    q = (c + 0.5) / (c.sum() + k / 2)
    return float(((p - q) * np.log(p / q)).sum())


def cells(r, c):
    r, c = np.array(r, float), np.array(c, float)
    chi = stats.chi2_contingency(np.array([r, c]), correction=False)
    value = psi(r, c)
    scale = 1 / r.sum() + 1 / c.sum()
    return dict(
        reference=r.tolist(), current=c.tolist(), psi=value, psi_p=float(stats.chi2.sf(value / scale, len(r) - 1)),
        psi_limit=float(scale * stats.chi2.isf(0.01, len(r) - 1)), chi2=float(chi.statistic), chi2_p=float(chi.pvalue),
        jensen_shannon=float(jensenshannon(r / r.sum(), c / c.sum(), base=2)),
    )


def samples(name, reference, current, permutations):
    """Whole numbers, so that each value has a bin of its own; p of D by permuting the rows."""
    reference, current = np.asarray(reference, float), np.asarray(current, float)
    d = stats.ks_2samp(reference, current).statistic
    both, n = np.concatenate([reference, current]), len(reference)
    values = np.unique(both)
    pooled = np.searchsorted(values, both)
    as_far = 0
    for _ in range(permutations):
        p = rng.permutation(pooled)
        f = np.bincount(p[:n], minlength=len(values)).cumsum() / n
        g = np.bincount(p[n:], minlength=len(values)).cumsum() / (len(both) - n)
        as_far += np.abs(f - g).max() >= d - 1e-12
    return dict(
        name=name, reference=reference.tolist(), current=current.tolist(), ks=float(d),
        ks_p=(as_far + 1) / (permutations + 1),
        wasserstein=float(stats.wasserstein_distance(reference, current)), std=float(reference.std(ddof=1)),
    )


out = dict(
    made_with=dict(scipy=scipy.__version__, numpy=np.__version__),
    chi_square_tail=[[x, k, float(stats.chi2.sf(x, k))] for x, k in
                     [(0, 3), (0.3, 1), (3.84, 1), (9, 9), (21.7, 9), (150, 9), (900, 1000), (1100, 1000), (1e-4, 2), (700, 5)]],
    chi_square_limit=[[a, k, float(stats.chi2.isf(a, k))] for a, k in [(0.01, 9), (0.05, 1), (1e-6, 30), (0.5, 250)]],
    kolmogorov_tail=[[t, float(special.kolmogorov(t))] for t in [0, 0.1, 0.3, 0.5, 0.8, 0.999, 1, 1.36, 2, 4]],
    fisher=[[a, n, b, m, float(stats.fisher_exact([[a, n - a], [b, m - b]]).pvalue),
             float(stats.fisher_exact([[a, n - a], [b, m - b]], alternative="greater").pvalue)]
            for a, n, b, m in [(3, 10, 1, 12), (0, 100, 5, 1000), (1, 100, 0, 10000), (7, 7, 2, 9), (40, 300, 90, 1000),
                               (0, 50, 0, 60), (250, 1000, 2600, 10000),
                               (10300, 40000, 26000, 100000)]],
    cells=[cells(r, c) for r, c in [
        ([100] * 10, [12, 8, 10, 11, 9, 10, 13, 7, 10, 10]), ([500, 300, 200], [400, 350, 250]), ([90, 10, 0], [70, 20, 10]),
        ([5000, 5000], [1, 99]), ([10, 20, 30, 40], [10, 20, 30, 40])]],
    samples=[
        samples("poisson", rng.poisson(3, 500), rng.poisson(3.3, 300), 20000),
        samples("two values", rng.integers(0, 2, 400), rng.integers(0, 2, 150), 20000),
        samples("alike", rng.integers(0, 40, 900), rng.integers(0, 40, 250), 20000),
        samples("geometric", rng.geometric(0.2, 3000), np.minimum(rng.geometric(0.19, 3000), 25), 5000),
    ],
    false_discovery=dict(
        p=[0.01, 0.04, 0.03, 0.2, 0.005, 1.0],
        adjusted=stats.false_discovery_control([0.01, 0.04, 0.03, 0.2, 0.005, 1.0]).tolist(),
    ),
)
print(json.dumps(out))
