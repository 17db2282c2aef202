"""Makes metrics.json: metrics of scikit-learn on fixed rows. Run: python metrics.py > metrics.json"""
import json
import numpy as np
import sklearn
from sklearn import metrics as m
from scipy import optimize, special, stats


def delong_variance(y, s):
    """DeLong's variance by its definition, O(P N)."""
    a, b = s[y == 1], s[y == 0]
    psi = (a[:, None] > b[None, :]) + 0.5 * (a[:, None] == b[None, :])
    return psi.mean(1).var(ddof=1) / len(a) + psi.mean(0).var(ddof=1) / len(b)


def placements(y, s):
    """Share of the other class that each row outranks, by its definition, O(P N)."""
    a, b = s[y == 1], s[y == 0]
    psi = (a[:, None] > b[None, :]) + 0.5 * (a[:, None] == b[None, :])
    return psi.mean(1), psi.mean(0)


def auc_error_and_degrees(y, s):
    """DeLong's variance and A (1 - A) / (2 m^2); degrees of freedom as in scipy.stats.brunnermunzel."""
    p, n = placements(y, s)
    v, w, a = p.var(ddof=1) / len(p), n.var(ddof=1) / len(n), p.mean()
    m = min(len(p), len(n))
    return np.sqrt(v + w + a * (1 - a) / (2 * m * m)), (v + w) ** 2 / (v * v / (len(p) - 1) + w * w / (len(n) - 1))


def weighted_ap(y, s, w):
    """Average precision with row weights, by scikit-learn."""
    return m.average_precision_score(y, s, sample_weight=w)


def ap_influence(y, s):
    """Derivative of average precision in the weight of each row by central differences; variance by class."""
    n = len(y)
    d = np.empty(n)
    for i in range(n):
        up, down = np.ones(n), np.ones(n)
        up[i] += 1e-5
        down[i] -= 1e-5
        d[i] = (weighted_ap(y, s, up) - weighted_ap(y, s, down)) / 2e-5
    p, q = y.sum(), n - y.sum()
    v, w = (d[y == 1] ** 2).sum() * p / (p - 1), (d[y == 0] ** 2).sum() * q / (q - 1)
    # Precision at each positive among the other rows.
    among = np.mean([
        (((s >= s[i]) & (y == 1)).sum() - 1) / ((s >= s[i]).sum() - 1) if (s >= s[i]).sum() > 1 else (p - 1) / (n - 1)
        for i in np.flatnonzero(y == 1)
    ])
    return np.sqrt(v + w), (v + w) ** 2 / (v * v / (p - 1) + w * w / (q - 1)), among


def logit_interval(value, error, degrees, level=0.95, shift=(0, 0)):
    half = stats.t.ppf(0.5 + level / 2, degrees) * error / (value * (1 - value))
    at = special.logit(value)
    return [special.expit(at - half + shift[0]), special.expit(at + half + shift[1])]


def ap_interval(y, s):
    value = m.average_precision_score(y, s)
    error, degrees, among = ap_influence(y, s)
    away = min(0, special.logit(among) - special.logit(value))
    low, high = logit_interval(value, error, degrees, shift=(2 * away / 3, away / 3))
    return [low, max(value, high)]


def hall_interval(x, level=0.95):
    """Hall (1992): the t at which his cubic reaches the quantile, found by root finding, not by his inverse."""
    n, mean, sd, g = len(x), x.mean(), x.std(ddof=1), stats.skew(x, bias=False) / np.sqrt(len(x))
    cubic = lambda t: t + g * t * t / 3 + g * g * t**3 / 27 + g / 6
    q = stats.t.ppf(0.5 + level / 2, n - 1)
    ends = [optimize.brentq(lambda t: cubic(t) - side, -500, 500, xtol=1e-13) for side in (q, -q)]
    return [mean - end * sd / np.sqrt(n) for end in ends]


def interval_case(name, y, s):
    error, degrees = auc_error_and_degrees(y, s)
    return dict(
        name=name, labels=y.tolist(), scores=s.tolist(),
        roc_auc=logit_interval(m.roc_auc_score(y, s), error, degrees), average_precision=ap_interval(y, s),
        log_loss=hall_interval(-np.log(np.where(y == 1, s, 1 - s))), brier=hall_interval((s - y) ** 2),
    )


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
few = r.beta(0.5, 6, 400)
left = (r.random(400) < few).astype(int)
out = dict(
    made_with=dict(sklearn=sklearn.__version__, numpy=np.__version__),
    cases=[
        case("calibrated scores, 400 rows", y, np.round(p, 12), 0.5),
        case("scores with many ties, 300 rows", yt, tied, 0.4),
        case("five rows", [0, 0, 1, 1, 1], [0.177, 0.968, 0.9999999, 0.675, 0.2], 0.5),
        case("nothing flagged", [0, 1, 0, 1, 0, 1], [0.1, 0.2, 0.15, 0.05, 0.3, 0.31], 0.9),
    ],
    intervals=[
        interval_case("400 rows of which many left", y, np.round(p, 12)),
        interval_case("400 rows of which few left", left, np.round(few, 12)),
        interval_case("ties, 300 rows", yt, np.clip(tied, 0.05, 0.95)),
    ],
    wilson=[
        dict(successes=k, trials=n, level=0.95, low=ci.low, high=ci.high)
        for k, n in [(0, 5), (3, 5), (5, 5), (37, 400), (1, 1)]
        for ci in [stats.binomtest(k, n).proportion_ci(0.95, method="wilson")]
    ],
    normal_quantiles=[[q, stats.norm.ppf(q)] for q in [1e-300, 1e-12, 0.001, 0.025, 0.3, 0.5, 0.77, 0.975, 0.9999, 1 - 1e-12]],
)
print(json.dumps(out))
