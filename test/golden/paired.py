"""Makes paired.json: DeLong's test by its definition, McNemar's by SciPy. Run: python paired.py > paired.json"""
import json
import numpy as np
import scipy
from scipy import stats


def delong(y, a, b):
    """O(P N): psi of every positive with every negative, covariances of its row and column means."""
    def components(s):
        p, n = s[y == 1], s[y == 0]
        psi = (p[:, None] > n[None, :]) + 0.5 * (p[:, None] == n[None, :])
        return psi.mean(), psi.mean(1), psi.mean(0)
    auc_a, pos_a, neg_a = components(a)
    auc_b, pos_b, neg_b = components(b)
    cov = np.cov(pos_a, pos_b) / len(pos_a) + np.cov(neg_a, neg_b) / len(neg_a)
    variance = cov[0, 0] + cov[1, 1] - 2 * cov[0, 1]
    t = (auc_b - auc_a) / np.sqrt(variance)
    # Degrees of freedom of Welch, Brunner and Munzel: each class has its variance.
    v, w = np.var(pos_b - pos_a, ddof=1) / len(pos_a), np.var(neg_b - neg_a, ddof=1) / len(neg_a)
    degrees = (v + w) ** 2 / (v * v / (len(pos_a) - 1) + w * w / (len(neg_a) - 1))
    return dict(
        auc=dict(champion=auc_a, challenger=auc_b), error=np.sqrt(variance), p=2 * stats.t.sf(abs(t), degrees),
        half=stats.t.ppf(0.975, degrees) * np.sqrt(variance),
    )


def case(name, y, a, b):
    return dict(name=name, labels=y.tolist(), scores=dict(champion=a.tolist(), challenger=b.tolist()), **delong(y, a, b))


r = np.random.default_rng(11)
y = (r.random(300) < 0.25).astype(int)
a = np.round(1 / (1 + np.exp(-(1.5 * y - 1 + r.normal(size=300)))), 12)
b = np.round(1 / (1 + np.exp(-(2.0 * y - 1 + r.normal(size=300)))), 12)
pairs = [(3, 9), (0, 5), (10, 10), (45, 80), (1200, 1300), (30000, 30700)]
print(json.dumps(dict(
    made_with=dict(scipy=scipy.__version__, numpy=np.__version__),
    delong=[
        case("two scores of their own", y, a, b),
        case("correlated scores with ties", y, np.round(a, 1), np.round(0.7 * a + 0.3 * b, 1)),
        case("twelve rows", y[:12] * 0 + np.array([0, 1] * 6), a[:12], b[:12]),
    ],
    mcnemar=[
        dict(b=b, c=c, exact=stats.binomtest(b, b + c).pvalue, chi2=stats.chi2.sf((b - c) ** 2 / (b + c), 1))
        for b, c in pairs
    ],
)))
