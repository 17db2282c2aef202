"""linear-path.json: optima of penalised logistic regression on standardised features, by scikit-learn run to its end.

python3 linear-path.py > linear-path.json     (scikit-learn 1.5 or later, numpy)
"""
import json
import warnings

import numpy as np
from sklearn.linear_model import LogisticRegression

warnings.filterwarnings('ignore')
random = np.random.default_rng(7)


def designs():
    n = 80
    x = np.round(random.normal(size=(n, 4)) * [1, 10, 0.1, 3] + [0, 5, 100, -2], 4)
    y = (random.random(n) < 1 / (1 + np.exp(-(x[:, 0] + 0.3 * (x[:, 1] - 5) / 3)))).astype(int)
    yield 'plain', x, y
    level = random.integers(0, 3, n)
    hot = np.eye(3)[level]
    yield 'one-hot and redundant', np.column_stack([x[:, :2], hot, x[:, 0] * 2]), y
    yield 'separable', np.column_stack([x[:, 2:], np.round(y + 0.01 * random.normal(size=n), 4)]), y
    yield 'constant', np.column_stack([x[:, :2], np.full(n, 3.5)]), y
    knots = [3, 4, 5, 6, 7]
    yield 'hinges', np.column_stack([x[:, 1]] + [np.maximum(0, x[:, 1] - k) for k in knots]), y
    yield 'more features than rows', np.round(random.normal(size=(30, 60)), 4), np.arange(30) % 2


def fit(x, y, C, l1):
    scale = x.std(axis=0)
    z = (x - x.mean(axis=0)) / np.where(scale > 0, scale, 1)
    model = (
        LogisticRegression(C=C, tol=1e-12, max_iter=100000)
        if l1 == 0
        else LogisticRegression(C=C, penalty='elasticnet', l1_ratio=l1, solver='saga', tol=1e-12, max_iter=1000000)
    ).fit(z, y)
    w = model.coef_[0]
    m = model.intercept_[0] + z @ w
    loss = np.logaddexp(0, np.where(y == 1, -m, m)).sum()
    return loss + (l1 * np.abs(w).sum() + (1 - l1) / 2 * (w**2).sum()) / C


out = []
for name, x, y in designs():
    optima = [dict(C=C, l1Share=l1, objective=fit(x, y, C, l1)) for l1 in (0, 0.5, 1) for C in (0.003, 0.1, 1, 10)]
    out.append(dict(name=name, columns=x.T.tolist(), labels=y.tolist(), optima=optima))
print(json.dumps(out))
