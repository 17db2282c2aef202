"""Makes logistic.json: optima of scikit-learn's LogisticRegression (lbfgs run to its end) on fixed rows.
Run: python logistic.py > logistic.json"""
import json
import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler


def fit(x, y, c, w=None):
    model = LogisticRegression(C=c, solver="newton-cholesky" if x.shape[1] < 50 else "lbfgs", tol=1e-12, max_iter=100000)
    model.fit(x, y, sample_weight=w)
    m = x @ model.coef_[0] + model.intercept_[0]
    loss = np.where(y == 1, np.logaddexp(0, -m), np.logaddexp(0, m))
    value = (loss if w is None else loss * w).sum() + 0.5 / c * (model.coef_[0] ** 2).sum()
    return dict(coef=model.coef_[0].tolist(), intercept=float(model.intercept_[0]), objective=float(value))


def case(name, x, y, c, w=None):
    x, y = np.asarray(x, float), np.asarray(y)
    scaler = StandardScaler().fit(x, sample_weight=w)
    out = dict(name=name, C=c, columns=x.T.tolist(), labels=y.tolist(), weights=None if w is None else w.tolist(), raw=fit(x, y, c, w))
    if w is None:
        std = fit(scaler.transform(x), y, c)
        coef = np.array(std["coef"]) / scaler.scale_
        out["standardized"] = dict(coef=coef.tolist(), intercept=std["intercept"] - float(coef @ scaler.mean_), objective=std["objective"])
    return out


r = np.random.default_rng(11)
n = 300
x5 = np.round(r.normal(size=(n, 5)) * [1, 10, 0.1, 3, 1] + [0, 50, 1, -2, 0], 6)
y5 = (r.random(n) < 1 / (1 + np.exp(-(x5[:, 0] + 0.1 * (x5[:, 1] - 50) - 0.7)))).astype(int)
wide = np.round(r.normal(size=(25, 60)), 6)
separable = np.arange(12.0)[:, None]
cases = [
    case("five features of different scale", x5, y5, 1.0),
    case("strong penalty", x5, y5, 0.01),
    case("weak penalty", x5, y5, 1e6),
    case("row weights", x5, y5, 1.0, np.round(r.random(n) * 3, 3)),
    case("two features", x5[:, :2], y5, 1.0),
    case("one feature, separable", separable, (separable[:, 0] > 5).astype(int), 1.0),
    case("a constant feature", np.c_[x5[:, 0], np.full(n, 7.3)], y5, 1.0),
    case("more features than rows", wide, (wide[:, 0] + r.normal(size=25) > 0).astype(int), 0.5),
]
print(json.dumps(dict(made_with=dict(sklearn=sklearn.__version__, numpy=np.__version__), cases=cases)))
