"""Makes calibration.json: calibration maps of scikit-learn on fixed out-of-fold margins.
Run: python calibration.py > calibration.json"""
import json
import numpy as np
import sklearn
from scipy.optimize import minimize
from sklearn.calibration import _SigmoidCalibration
from sklearn.isotonic import IsotonicRegression

r = np.random.default_rng(3)
n = 500
m = np.round(r.normal(-0.5, 2, n), 6)
m[::7] = np.round(m[::7], 0)  # ties
y = (r.random(n) < 1 / (1 + np.exp(-(0.6 * m + 0.4)))).astype(int)
s = 1 / (1 + np.exp(-m))

# Platt: the map as scikit-learn predicts it, whose solver stops early, and the same objective run to its end.
sigmoid = _SigmoidCalibration().fit(m, y)
high, low = (y.sum() + 1) / (y.sum() + 2), 1 / ((1 - y).sum() + 2)
t = np.where(y == 1, high, low)


def loss(x, columns):
    z = columns @ x[:-1] + x[-1]
    return (t_ * np.logaddexp(0, -z) + (1 - t_) * np.logaddexp(0, z)).sum()


def solve(columns, targets):
    global t_
    t_ = targets
    best = minimize(loss, np.zeros(columns.shape[1] + 1), args=(columns,), method="BFGS", options=dict(gtol=1e-10))
    return minimize(loss, best.x, args=(columns,), method="Nelder-Mead", options=dict(xatol=1e-12, fatol=1e-14, maxiter=20000, maxfev=20000)).x


platt = solve(m[:, None], t)
beta = solve(np.c_[np.log(s), -np.log1p(-s)], y.astype(float))
iso = IsotonicRegression(out_of_bounds="clip").fit(s, y)
at = np.linspace(-8, 8, 81)
p = 1 / (1 + np.exp(-at))
print(json.dumps(dict(
    made_with=dict(sklearn=sklearn.__version__, numpy=np.__version__),
    margins=m.tolist(), labels=y.tolist(), at=at.tolist(),
    platt=dict(slope=platt[0], intercept=platt[1], sklearn_at=sigmoid.predict(at).tolist()),
    beta=dict(a=beta[0], b=beta[1], c=beta[2]),
    # The knots of scikit-learn, kept within Platt's targets.
    isotonic=dict(at=np.interp(p, iso.X_thresholds_, np.clip(iso.y_thresholds_, low, high)).tolist()),
)))
