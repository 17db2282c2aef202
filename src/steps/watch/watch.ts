/** Checks whether the deployed model still does on new rows what its score says. */
import { existsSync } from 'node:fs';
import type { Clock } from '../../base/clock.ts';
import { evaluate } from '../../core/metrics/evaluate.ts';
import type { Estimate, ModelDocument } from '../../core/models/document.ts';
import { createScorer } from '../../core/models/scorer.ts';
import type { Engine, Snapshot, Table, TableContract } from '../../engine/port.ts';
import { scoreTable } from '../../engine/score-table.ts';
import type { Store } from '../../store/port.ts';

export interface WatchOptions {
  readonly runId: string;
  readonly rule: 'raw' | 'significant' | 'sequential';
  readonly model: ModelDocument;
  /** The deployed latestscore.txt. */
  readonly deployedScore: number;
  /** The snapshot just compiled. */
  readonly snapshot: Pick<Snapshot, 'id' | 'parquetPath' | 'columns'>;
  /** The snapshot that the model was trained on; null where it is not known any more. */
  readonly training: Pick<Snapshot, 'parquetPath' | 'columns'> | null;
  readonly contract: TableContract;
}

export interface DriftCheck {
  readonly rule: 'raw' | 'significant' | 'sequential';
  readonly drift: boolean;
  /** F1 of the deployed model on the new rows; null where there are none. */
  readonly observed: number | null;
  /** The same with its interval. */
  readonly estimate: Estimate | null;
  /** The deployed score that it was compared with. */
  readonly expected: number;
  /** New rows: those of the snapshot that the model was not trained on. */
  readonly rows: number;
  /** [[tn, fp], [fn, tp]], rows are true classes; null without rows. */
  readonly confusion: readonly (readonly number[])[] | null;
  readonly reason: string;
}

/**
 * Scores the deployed model on the rows that it was not trained on and compares with its deployed score: lower is
 * drift (rule `raw`). Without a new row, or without one of both a label and a prediction that matters, nothing
 * speaks of drift. The check and the score are recorded; the deployed files are only read.
 */
export async function watch(
  deps: {
    readonly engine: Engine;
    readonly store: Pick<Store, 'recordScore' | 'recordCheck'>;
    readonly clock: Clock;
  },
  options: WatchOptions,
): Promise<DriftCheck> {
  const snapshot = await deps.engine.open({
    kind: 'snapshot',
    snapshot: options.snapshot,
    contract: options.contract,
  });
  try {
    const check = await withUnseenRows(deps.engine, snapshot, options, (table) =>
      checkRows(deps, table, options),
    );
    await deps.store.recordCheck({
      runId: options.runId,
      modelVersion: options.model.version,
      createdAt: deps.clock.now().toISOString(),
      kind: 'drift',
      rule: check.rule,
      outcome: check.drift,
      rows: check.rows,
      observed: check.observed,
      expected: check.expected,
      reason: check.reason,
      details: { confusion: check.confusion, estimate: check.estimate },
    });
    return check;
  } finally {
    await snapshot.close();
  }
}

/** The rows of the snapshot that are not rows of the training snapshot; all of them where that is gone. */
async function withUnseenRows<T>(
  engine: Engine,
  snapshot: Table,
  { training, contract }: WatchOptions,
  body: (table: Table) => Promise<T>,
): Promise<T> {
  if (training === null || !existsSync(training.parquetPath)) return body(snapshot);
  const seen = await engine.open({ kind: 'snapshot', snapshot: training, contract });
  try {
    const unseen = await snapshot.except(seen);
    try {
      return await body(unseen);
    } finally {
      await unseen.close();
    }
  } finally {
    await seen.close();
  }
}

async function checkRows(
  deps: { readonly store: Pick<Store, 'recordScore'>; readonly clock: Clock },
  table: Table,
  options: WatchOptions,
): Promise<DriftCheck> {
  const { model, deployedScore: expected, rule } = options;
  if (table.rows === 0) {
    const reason = 'Every row of the data is one that the model was trained on, so nothing speaks of drift.';
    return { rule, drift: false, observed: null, estimate: null, expected, rows: 0, confusion: null, reason };
  }
  const { labels, probabilities } = await scoreTable(table, createScorer(model), { labels: true });
  const evaluation = evaluate(labels, probabilities, model.threshold);
  await deps.store.recordScore({
    runId: options.runId,
    modelVersion: model.version,
    createdAt: deps.clock.now().toISOString(),
    dataset: 'new-data',
    datasetId: options.snapshot.id,
    rows: evaluation.rows,
    f1: evaluation.f1Score,
    metrics: evaluation,
  });
  const observed = evaluation.f1Score;
  const drift = observed < expected;
  const reason =
    `F1 ${observed} on ${evaluation.rows} new rows is ${drift ? 'lower than' : 'not lower than'} the deployed ` +
    `score ${expected}${drift ? ': the model has drifted.' : ': no drift.'}`;
  return {
    rule,
    drift,
    observed,
    estimate: evaluation.metrics.f1,
    expected,
    rows: evaluation.rows,
    confusion: evaluation.confusion,
    reason,
  };
}
