"""Fits one Python library on the data that bench/boosting.ts wrote, and prints what it took as one line of JSON.

boosting-peer.py FOLDER NAME THREADS TREES LEAVES RATE
"""
import json
import os
import resource
import sys
import time

folder, name, threads, trees, leaves, rate = sys.argv[1:7]
threads, trees, leaves, rate = int(threads), int(trees), int(leaves), float(rate)
os.environ["OMP_NUM_THREADS"] = str(threads)

import numpy as np  # noqa: E402


def read(part):
    labels = np.fromfile(os.path.join(folder, part + ".labels"), dtype=np.uint8)
    columns = np.fromfile(os.path.join(folder, part + ".columns"), dtype=np.float32).reshape(-1, len(labels))
    return np.ascontiguousarray(columns.T), labels


def model():
    if name == "scikit-learn":
        from sklearn.ensemble import HistGradientBoostingClassifier

        return HistGradientBoostingClassifier(
            max_iter=trees, max_leaf_nodes=leaves, learning_rate=rate, max_bins=255, early_stopping=False
        )
    if name == "xgboost":
        from xgboost import XGBClassifier

        return XGBClassifier(
            n_estimators=trees, max_leaves=leaves, max_depth=0, grow_policy="lossguide", learning_rate=rate,
            tree_method="hist", max_bin=255, n_jobs=threads,
        )
    from lightgbm import LGBMClassifier

    return LGBMClassifier(
        n_estimators=trees, num_leaves=leaves, learning_rate=rate, max_bin=255, n_jobs=threads, verbose=-1
    )


def cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


data, labels = read("train")
learner = model()
cpu, wall = cpu_seconds(), time.perf_counter()
learner.fit(data, labels)
wall, cpu = time.perf_counter() - wall, cpu_seconds() - cpu
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
probabilities = learner.predict_proba(read("test")[0])[:, 1].astype(np.float64)
probabilities.tofile(os.path.join(folder, name + ".probabilities"))
print(json.dumps({"wallSeconds": wall, "cpuSeconds": cpu, "peakMib": peak}))
