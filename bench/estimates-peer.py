"""estimates-peer.py JOBS: what NannyML's CBPE says of the draws in JOBS, a JSON file that bench/estimates.ts writes.

A job is {threshold, labels, reference, draws}: calibrated probabilities of labelled reference rows and of draws without
labels. Prints one JSON array in a line of its own, an object a draw, jobs in order: metric -> {value, low, high}. The
bands are NannyML's sampling error times 1.96, for the level of 95 % (its own bands are three of those errors).
"""
import json, logging, os, sys, warnings

warnings.filterwarnings('ignore')
logging.disable(logging.CRITICAL)
os.environ['NML_DISABLE_USAGE_LOGGING'] = '1'
import numpy as np
import pandas as pd
import nannyml

METRICS = dict(f1='f1', roc_auc='rocAuc', accuracy='accuracy')


def frame(probabilities, threshold):
    p = np.asarray(probabilities)
    return pd.DataFrame(dict(p=p, flag=(p > threshold).astype(int)))


answers = []
for job in json.load(open(sys.argv[1])):
    reference = frame(job['reference'], job['threshold']).assign(y=np.asarray(job['labels']).astype(int))
    size = len(job['draws'][0])
    # Chunks of the size of the draws, since sampling error is that of a chunk.
    cbpe = nannyml.CBPE(problem_type='classification_binary', y_true='y', y_pred='flag', y_pred_proba='p',
                        metrics=list(METRICS), chunk_size=size)
    cbpe.fit(reference)
    for draw in job['draws']:
        found = cbpe.estimate(frame(draw, job['threshold'])).filter(period='analysis').to_df()
        answer = {}
        for name, ours in METRICS.items():
            value, error = float(found[(name, 'value')].iloc[0]), float(found[(name, 'sampling_error')].iloc[0])
            answer[ours] = dict(value=value, low=value - 1.96 * error, high=value + 1.96 * error)
        answers.append(answer)
print()
print(json.dumps(answers))
