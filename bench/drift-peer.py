"""Data for the comparison of input drift, and Evidently's data drift report on it.

python drift-peer.py generate ROWS COLUMNS FOLDER   writes reference.parquet and current.parquet
python drift-peer.py report FOLDER                  runs the report of both; last line: JSON
"""
import json
import sys
import time

import numpy as np
import pandas as pd


def table(rows, columns, seed, shift):
    """Four in five columns are numbers (normal, skewed, small counts; some missing), the others have 5 to 40 levels."""
    rng = np.random.default_rng(seed)
    data = {}
    for j in range(columns):
        moved = shift if j % 10 == 0 else 0.0
        if j % 5 == 4:
            levels = np.array([f"level {k}" for k in range(5 + 7 * (j // 5 % 6))])
            weights = 1 / (1 + np.arange(len(levels))) ** 0.7
            data[f"c{j}"] = pd.Categorical.from_codes(rng.choice(len(levels), rows, p=weights / weights.sum()), levels)
            continue
        x = rng.standard_normal(rows) + moved
        if j % 5 == 1:
            x = np.exp(x)
        elif j % 5 == 2:
            x = rng.poisson(3 + moved, rows).astype(float)
        elif j % 5 == 3:
            x[rng.random(rows) < 0.05] = np.nan
        data[f"n{j}"] = x
    return pd.DataFrame(data)


def generate(rows, columns, folder):
    for name, seed, shift in [("reference", 1, 0.0), ("current", 2, 0.5)]:
        frame = table(rows, columns, seed, shift)
        # Plain text, so that both sides read what a file usually has.
        texts = {c: frame[c].astype(str) for c in frame if c.startswith("c")}
        frame.assign(**texts).to_parquet(f"{folder}/{name}.parquet", index=False)


def report(folder):
    import evidently
    from evidently import DataDefinition, Dataset, Report
    from evidently.presets import DataDriftPreset

    start = time.perf_counter()
    frames = [pd.read_parquet(f"{folder}/{name}.parquet") for name in ("reference", "current")]
    read = time.perf_counter()
    definition = DataDefinition(
        numerical_columns=[c for c in frames[0] if c.startswith("n")],
        categorical_columns=[c for c in frames[0] if c.startswith("c")],
    )
    reference, current = (Dataset.from_pandas(frame, data_definition=definition) for frame in frames)
    result = Report([DataDriftPreset()]).run(current, reference).dict()
    drifted = next(m["value"]["count"] for m in result["metrics"] if "DriftedColumnsCount" in str(m.get("metric_name", m.get("metric_id"))))
    print(json.dumps(dict(version=evidently.__version__, read=read - start, seconds=time.perf_counter() - start, drifted=drifted)))


if __name__ == "__main__":
    if sys.argv[1] == "generate":
        generate(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
    else:
        report(sys.argv[2])
