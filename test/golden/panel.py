"""Makes panel.json: held-out scores of scikit-learn on panels of clients with several rows each.

    python test/golden/panel.py > test/golden/panel.json

The rows are those of test/contracts/client-panel.ts: the generator is xoshiro128** with the state filled by splitmix32,
normal numbers by the polar method. The learner is LogisticRegression on standardised columns, its C chosen by log loss
with GroupKFold(5); it is scored on clients that it has not seen. `sum` is that of all inputs of both panels, to see that
the rows are the same. scikit-learn 1.9.1.
"""
import json
import math

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import GridSearchCV, GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

MASK = 0xFFFFFFFF
WEIGHTS = [1, -0.7, 0.4, 0]
BASE = -0.8
WITHIN = 0.05


class Random:
    def __init__(self, seed):
        self.mix = (seed ^ 0x9E3779B9) & MASK
        self.state = [self.next32(), self.next32(), self.next32(), self.next32() | 1]

    def next32(self):
        self.mix = (self.mix + 0x9E3779B9) & MASK
        z = self.mix
        z = ((z ^ (z >> 16)) * 0x21F0AAAD) & MASK
        z = ((z ^ (z >> 15)) * 0x735A2D97) & MASK
        return z ^ (z >> 15)

    def uint32(self):
        a, b, c, d = self.state
        x = (b * 5) & MASK
        result = ((((x << 7) | (x >> 25)) & MASK) * 9) & MASK
        t = (b << 9) & MASK
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= t
        d = ((d << 11) | (d >> 21)) & MASK
        self.state = [a, b, c, d]
        return result

    def uniform(self):
        return ((self.uint32() >> 5) * 67108864 + (self.uint32() >> 6)) / 9007199254740992

    def normal(self):
        while True:
            u = 2 * self.uniform() - 1
            v = 2 * self.uniform() - 1
            s = u * u + v * v
            if 0 < s < 1:
                return u * math.sqrt((-2 * math.log(s)) / s)


def panel(seed, clients, months, signal):
    random = Random(seed)
    x, y, groups = [], [], []
    for client in range(clients):
        centre = [random.normal() for _ in WEIGHTS]
        margin = BASE
        for weight, value in zip(WEIGHTS, centre):
            margin = margin + signal * weight * value
        left = 1 if random.uniform() < 1 / (1 + math.exp(-margin)) else 0
        for _ in range(months):
            x.append([math.floor(1000 * (value + WITHIN * random.normal())) / 1000 for value in centre])
            y.append(left)
            groups.append(client)
    return np.array(x), np.array(y), np.array(groups)


def case(clients, months, signal):
    x, y, groups = panel(1, clients, months, signal)
    held, truth, _ = panel(2, 2000, months, signal)
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    grid = {"logisticregression__C": [10.0**k for k in range(-4, 3)]}
    search = GridSearchCV(model, grid, cv=GroupKFold(5), scoring="neg_log_loss").fit(x, y, groups=groups)
    p = search.predict_proba(held)[:, 1]
    return {
        "clients": clients,
        "months": months,
        "signal": signal,
        "sum": float(x.sum() + held.sum()),
        "base": float(y.mean()),
        "logLoss": float(log_loss(truth, p)),
        "rocAuc": float(roc_auc_score(truth, p)),
    }


print(json.dumps({"cases": [case(1000, 6, 1), case(100, 5, 0), case(250, 5, 0)]}, indent=2))
