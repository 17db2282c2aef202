"""Makes optimum.json: the exact optima of the original data, by Newton's method in 80-bit floating point.

    python test/golden/optimum.py > test/golden/optimum.json

Logistic regression with C = 1 and an intercept without a penalty. The gradient, by columns scaled to unit
deviation, is below 1e-18 at each, where the optima of original.json have about 1e-6: those are right to some six
digits. numpy on x86-64.
"""
import json
import numpy as np

DATA = "../shared/data"
PRACTICE = ["practicedata/dataset1.csv", "practicedata/dataset2.csv"]
SOURCE = ["sourcedata/dataset3.csv", "sourcedata/dataset4.csv"]


def optimum(files):
    lines = [line for name in files for line in open(f"{DATA}/{name}").read().split("\n")[1:]]
    rows = list(dict.fromkeys(line.strip() for line in lines if line.strip()))
    data = np.array([[float(value) for value in row.split(",")[1:]] for row in rows], dtype=np.longdouble)
    x = np.c_[data[:, :3], np.ones(len(data), dtype=np.longdouble)]
    y = data[:, 3]
    penalty = np.diag([1, 1, 1, 0]).astype(np.longdouble)
    scale = np.r_[x[:, :3].std(0).astype(float), 1]
    weights = np.zeros(4, dtype=np.longdouble)
    objective = lambda w: (np.logaddexp(0, x @ w) - y * (x @ w)).sum() + (w[:3] ** 2).sum() / 2
    for _ in range(100):
        p = 1 / (1 + np.exp(-(x @ weights)))
        gradient = x.T @ (p - y) + penalty @ weights
        hessian = ((x.T * (p * (1 - p))) @ x + penalty).astype(float)
        step = np.linalg.solve(hessian / np.outer(scale, scale), (gradient / scale).astype(float)) / scale
        size = 1.0
        while objective(weights - size * step) > objective(weights) and size > 1e-3:
            size /= 2
        weights = weights - size * step
    assert np.linalg.norm((gradient / scale).astype(float)) < 1e-18
    return {
        "coefficients": [float(value) for value in weights[:3]],
        "intercept": float(weights[3]),
        "objective": float(objective(weights)),
    }


print(json.dumps({"practice": optimum(PRACTICE), "source": optimum(SOURCE), "all_four": optimum(PRACTICE + SOURCE)}))
