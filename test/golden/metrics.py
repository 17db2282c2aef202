"""Makes metrics.json: metrics of scikit-learn on fixed rows. Run: python metrics.py > metrics.json"""
import json
import numpy as np
import sklearn
from sklearn import metrics as m
from scipy import stats


def delong_variance(y, s):
    """DeLong's variance by its definition, O(P N)."""
    a, b = s[y == 1], s[y == 0]
    psi = (a[:, None] > b[None, :]) + 0.5 * (a[:, None] == b[None, :])
    return psi.mean(1).var(ddof=1) / len(a) + psi.mean(0).var(ddof=1) / len(b)


def case(name, y, s, t):
    y, s = np.asarray(y), np.asarray(s, dtype=float)
    d = (s > t).astype(int)
    fpr, tpr, _ = m.roc_curve(y, s, drop_intermediate=False)
    return dict(
        name=name, labels=y.tolist(), scores=s.tolist(), threshold=t,
        confusion=m.confusion_matrix(y, d, labels=[0, 1]).tolist(),
        f1=m.f1_score(y, d, zero_division=0), precision=m.precision_score(y, d, zero_division=0),
        recall=m.recall_score(y, d, zero_division=0), accuracy=m.accuracy_score(y, d),
        roc_auc=m.roc_auc_score(y, s), average_precision=m.average_precision_score(y, s),
        log_loss=m.log_loss(y, s), brier=m.brier_score_loss(y, s),
        delong_variance=delong_variance(y, s), roc=dict(fpr=fpr.tolist(), tpr=tpr.tolist()),
    )


r = np.random.default_rng(5)
p = r.beta(0.7, 1.6, 400)
y = (r.random(400) < p).astype(int)
tied = np.round(r.random(300), 1)
yt = (r.random(300) < 0.3 + 0.3 * tied).astype(int)
out = dict(
    made_with=dict(sklearn=sklearn.__version__, numpy=np.__version__),
    cases=[
        case("calibrated scores, 400 rows", y, np.round(p, 12), 0.5),
        case("scores with many ties, 300 rows", yt, tied, 0.4),
        case("five rows", [0, 0, 1, 1, 1], [0.177, 0.968, 0.9999999, 0.675, 0.2], 0.5),
        case("nothing flagged", [0, 1, 0, 1, 0, 1], [0.1, 0.2, 0.15, 0.05, 0.3, 0.31], 0.9),
    ],
    wilson=[
        dict(successes=k, trials=n, level=0.95, low=ci.low, high=ci.high)
        for k, n in [(0, 5), (3, 5), (5, 5), (37, 400), (1, 1)]
        for ci in [stats.binomtest(k, n).proportion_ci(0.95, method="wilson")]
    ],
    normal_quantiles=[[q, stats.norm.ppf(q)] for q in [1e-300, 1e-12, 0.001, 0.025, 0.3, 0.5, 0.77, 0.975, 0.9999, 1 - 1e-12]],
)
print(json.dumps(out))
