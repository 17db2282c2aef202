"""Fits scikit-learn's logistic regression on the data that bench/logistic.ts wrote; prints one line of JSON.

logistic-peer.py FOLDER FEATURES RUNS THREADS LOSS LOSS

The losses are ours, without and with standardised features. lbfgs gets the largest tolerance that reaches them to
1e-9, found before the clock starts.
"""
import json
import os
import sys
import time

folder, features, runs, threads = sys.argv[1], *(int(value) for value in sys.argv[2:5])
targets = [float(value) for value in sys.argv[5:7]]
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = str(threads)

import numpy as np  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402
from sklearn.metrics import log_loss  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402

labels = np.fromfile(os.path.join(folder, "labels"))
x = np.ascontiguousarray(
    np.stack([np.fromfile(os.path.join(folder, "column%d" % j)) for j in range(features)], axis=1)
)


def model(scaled, tol):
    plain = LogisticRegression(C=1.0, solver="lbfgs", tol=tol, max_iter=10000)
    return make_pipeline(StandardScaler(), plain) if scaled else plain


def loss_of(fitted):
    return log_loss(labels, fitted.predict_proba(x)[:, 1])


results = []
for scaled, target in zip((False, True), targets):
    for exponent in range(4, 13):
        tol = 10.0**-exponent
        if loss_of(model(scaled, tol).fit(x, labels)) / target - 1 < 1e-9:
            break
    wall, cpu = [], []
    for _ in range(runs):
        before, start = os.times(), time.perf_counter()
        fitted = model(scaled, tol).fit(x, labels)
        wall.append(time.perf_counter() - start)
        after = os.times()
        cpu.append(after.user + after.system - before.user - before.system)
    steps = fitted[-1].n_iter_[0] if scaled else fitted.n_iter_[0]
    results.append({"wall": wall, "cpu": cpu, "loss": loss_of(fitted), "tol": tol, "iterations": int(steps)})
print(json.dumps(results))
