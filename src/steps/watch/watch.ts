/** Checks whether the deployed model still does as well on new rows as on held-out ones, and whether the data is still its own. */
import type { Clock } from '../../base/clock.ts';
import { createScorer } from '../../core/scoring/scorer.ts';
import type { Engine, KeptRows, Table } from '../../engine/port.ts';
import { type Examples, type LeftOut, readExamples } from '../../engine/rows/examples.ts';
import { contentsOf } from '../../engine/rows/history.ts';
import { openTrainedRows } from '../../engine/rows/trained-rows.ts';
import type { CheckStore } from '../../store/port/checks.ts';
import type { DriftCheck } from '../../store/port/drift-check.ts';
import type { EstimateStore } from '../../store/port/estimates.ts';
import type { MeasurementStore } from '../../store/port/measurements.ts';
import type { ModelStore } from '../../store/port/models.ts';
import type { MonitorStore, RowPurpose } from '../../store/port/monitors.ts';
import type { ScoreStore } from '../../store/port/scores.ts';
import { requireKeys } from '../../store/read-kept-rows.ts';
import { findArrivals } from './arrivals.ts';
import { estimateLook } from './estimate.ts';
import { judgeInputs } from './inputs.ts';
import { keepColumns, keepRows } from './keep-rows.ts';
import { holdsKey, sortedKeys } from './key-set.ts';
import { inOrderOfKeys, type Look, takeLook, type UnseenRows } from './look.ts';
import { checkOf, tellPassedOver } from './make-check.ts';
import { measurementsOf } from './measurements.ts';
import { judgePerformance } from './performance.ts';
import { risksToWatch } from './risks.ts';
import { findTruths } from './truths.ts';
import type { WatchOptions } from './watch-options.ts';

/** Labelled rows that no look had used before, in the order in which a sequential test takes them. */
export interface FreshRows {
  readonly labels: Float64Array;
  readonly champion: Float64Array;
  /** null where no challenger scored beside. */
  readonly challenger: Float64Array | null;
  readonly values: Float64Array | null;
}

export interface Watched {
  readonly check: DriftCheck;
  readonly fresh: FreshRows;
  /** Rows of the snapshot that are no examples. */
  readonly leftOut: LeftOut;
}

type WatchStore = Pick<ScoreStore, 'recordScore' | 'latestScore'> &
  Pick<CheckStore, 'recordCheck'> &
  Pick<MonitorStore, 'recordWatch' | 'monitorState' | 'watchedRows'> &
  Pick<MeasurementStore, 'recordMeasurements'> &
  Pick<EstimateStore, 'cohorts'> &
  Pick<ModelStore, 'model'>;

export interface WatchDeps {
  readonly engine: Engine;
  readonly store: WatchStore;
  readonly keptRows: Pick<KeptRows, 'read' | 'write'>;
  readonly clock: Clock;
}

/**
 * Looks at the rows that the deployed model was not trained on. Performance by three rules (`raw`, `significant`,
 * `sequential`), of which the configured one decides; an estimate without labels; the inputs, column by column and
 * together; all of it by segment where the data tells them. What adds up over looks uses every labelled row exactly
 * once: the risks in one count a look, F1 and the like in the order of a hash of its content. Everything is recorded;
 * the deployed files are only read.
 */
export async function watch(deps: WatchDeps, options: WatchOptions): Promise<Watched> {
  const snapshot = await deps.engine.open({
    kind: 'snapshot',
    snapshot: options.snapshot,
    contract: options.contract,
  });
  try {
    const examples = await readExamples(snapshot, { ...options.outcomes, now: deps.clock.now() }, null);
    const truths = await findTruths(deps.store, deps.keptRows, examples);
    return await withUnseenRows(deps.engine, examples, options, async (unseen, trained) => ({
      ...(await watchRows(deps, unseen, trained, truths, options)),
      leftOut: examples.leftOut,
    }));
  } finally {
    await snapshot.close();
  }
}

/**
 * The rows of the snapshot that had no outcome when the model was trained, which neither taught nor scored it; all of
 * them where the training snapshot is gone.
 */
async function withUnseenRows<T>(
  engine: Engine,
  examples: Examples,
  { training, contract, model }: WatchOptions,
  body: (unseen: UnseenRows, trained: Table | null) => Promise<T>,
): Promise<T> {
  const { table } = examples;
  const { outcomes, heldOut } = model.certificate;
  const trained =
    training === null
      ? null
      : await openTrainedRows(engine, { snapshot: training, outcomes, heldOut }, contract);
  try {
    if (trained === null) return await body({ table, places: null, examples }, null);
    const places = await table.except(trained);
    const unseen = await table.select(places);
    try {
      return await body({ table: unseen, places, examples }, trained);
    } finally {
      await unseen.close();
    }
  } finally {
    await trained?.close();
  }
}

/** Keys, without the labels, of all rows of the training snapshot, ascending; none where it is gone. */
async function trainingKeys(engine: Engine, { training, contract }: WatchOptions): Promise<BigUint64Array> {
  if (training === null || !engine.snapshots.has(training)) return new BigUint64Array(0);
  const whole = await engine.open({ kind: 'snapshot', snapshot: training, contract });
  try {
    return (await contentsOf(whole)).sort();
  } finally {
    await whole.close();
  }
}

async function watchRows(
  { engine, store, keptRows, clock }: WatchDeps,
  unseen: UnseenRows,
  trained: Table | null,
  truths: Awaited<ReturnType<typeof findTruths>>,
  options: WatchOptions,
): Promise<Omit<Watched, 'leftOut'>> {
  const { runId, model, rule } = options;
  const { version } = model;
  const now = clock.now();
  const createdAt = now.toISOString();
  const scorer = createScorer(model);
  const challenger = options.challenger === null ? null : createScorer(options.challenger);
  const { table } = unseen;
  const { folds, challengerFolds, outcomes } = options;
  const look = await takeLook(unseen, {
    scorer,
    challenger,
    folds,
    challengerFolds,
    horizonDays: outcomes.horizonDays,
  });
  const keysFor = async (purpose: RowPurpose) =>
    requireKeys(keptRows, await store.watchedRows(version, purpose));
  const judged = sortedKeys([...(await keysFor('judged')), ...(await keysFor('passed-over'))]);
  const seen = sortedKeys(await keysFor('seen'));
  const isNew = (row: number) => !holdsKey(seen, look.rawKeys[row] as bigint);
  const rows = Uint32Array.from({ length: look.rows }, (_, row) => row);
  const unjudged = rows.filter(
    (row) => !Number.isNaN(look.labels[row]) && !holdsKey(judged, look.keys[row] as bigint),
  );
  const fresh = rows.filter((row) => look.superseded[row] === 0 && isNew(row));

  const heldOut = (await store.latestScore(version, 'test'))?.metrics ?? null;
  const metrics = await store.monitorState(version, 'performance');
  const risks = await store.monitorState(version, 'risks');
  const before = {
    metrics: metrics?.state ?? null,
    risks: await risksToWatch(risks?.state ?? null, metrics, heldOut, { ...options, modelVersion: version }),
  };
  const arrivals = await findArrivals(
    look,
    await keysFor('arrived'),
    (await store.monitorState(version, 'inputs'))?.state ?? null,
    { now, file: options.newFile },
    () => trainingKeys(engine, options),
  );
  const { check: inputs, broken } = await judgeInputs(table, look, arrivals, { ...options, scorer, trained });
  // What the model says of rows with a broken input is no evidence of it, and they may yet come again in order.
  const isBroken = new Set(broken);
  const passedOver = unjudged.filter((row) => isBroken.has(row));
  const freshLabelled = unjudged.filter((row) => !isBroken.has(row));
  const performance = judgePerformance(look, freshLabelled, before, { ...options, heldOut, now });
  const estimate = await estimateLook(table, look, fresh, { ...options, scorer });
  const check = checkOf(
    look,
    tellPassedOver(performance, passedOver.length),
    estimate.told,
    inputs,
    heldOut,
    options,
  );

  const { evaluation } = performance;
  if (evaluation !== null) {
    await store.recordScore({
      runId,
      modelVersion: version,
      createdAt,
      dataset: 'new-data',
      datasetId: options.snapshot.id,
      rows: evaluation.rows,
      f1: evaluation.f1Score,
      metrics: evaluation,
    });
  }
  const { drift: outcome, observed, expected, reason, ...details } = check;
  await store.recordCheck({
    runId,
    modelVersion: version,
    createdAt,
    kind: 'drift',
    rule,
    outcome,
    rows: check.rows,
    observed,
    expected,
    reason,
    details,
  });
  await store.recordMeasurements(measurementsOf(check, { runId, at: createdAt, modelVersion: version }));
  const keysOf = (keys: BigUint64Array, places: Uint32Array) =>
    BigUint64Array.from(places, (row) => keys[row] as bigint);
  const { told, cohort, used } = estimate;
  const { metrics: metricsWatch, risks: risksWatch } = performance.kept;
  // The last thing to be recorded, once the rows are kept: a run that dies before it looks at the same rows again, and
  // not twice.
  await store.recordWatch({
    runId,
    modelVersion: version,
    createdAt,
    states: [
      { name: 'performance', rows: metricsWatch.monitor.rows, state: metricsWatch },
      ...(risksWatch === null
        ? []
        : [{ name: 'risks' as const, rows: performance.risk?.rows ?? 0, state: risksWatch }]),
      { name: 'inputs', rows: arrivals.keys.length, state: arrivals.state },
      { name: 'waiting', rows: look.immature, state: { until: look.nextFinal } },
    ],
    rows: await keepRows(keptRows, {
      judged: keysOf(look.keys, freshLabelled),
      'passed-over': keysOf(look.keys, passedOver),
      seen: keysOf(look.rawKeys, used),
      arrived: arrivals.keys,
    }),
    estimate:
      told?.recorded !== true
        ? null
        : {
            rows: told.sampled,
            estimated: told.estimate,
            labelled: told.truth?.rows ?? 0,
            truth: told.truth,
            cohort: cohort === null ? null : await keepColumns(keptRows, cohort),
          },
    truths,
  });
  return { check, fresh: freshRows(look, freshLabelled) };
}

function freshRows(look: Look, places: Uint32Array): FreshRows {
  const order = inOrderOfKeys(places, look.keys);
  const take = (values: Float64Array): Float64Array =>
    Float64Array.from(order, (row) => values[row] as number);
  return {
    labels: take(look.labels),
    champion: take(look.probabilities),
    challenger: look.challenger === null ? null : take(look.challenger),
    values: look.values === null ? null : take(look.values),
  };
}
