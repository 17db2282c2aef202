/** Trains a model on a snapshot: chooses, fits, calibrates, draws the line, and writes trainedmodel.json. */
import { join } from 'node:path';
import { writeFileAtomic } from '../../base/atomic-file.ts';
import type { Clock } from '../../base/clock.ts';
import { sha256 } from '../../base/hash.ts';
import type { Progress } from '../../base/progress.ts';
import type { Holdout } from '../../core/clients/held-out.ts';
import { takeCodes, takeValues } from '../../core/features/take-rows.ts';
import {
  type CandidateList,
  type CandidateSpec,
  listCandidates,
  type ModelFamily,
} from '../../core/learners/candidates.ts';
import { numberClients, smallerClassClients } from '../../core/learners/client-folds.ts';
import { type FoldPlan, planFolds } from '../../core/learners/plan-folds.ts';
import { chooseByOneStandardError } from '../../core/learners/selection.ts';
import type { LogisticOptions } from '../../core/learners/standard-coordinates.ts';
import { type Evaluation, evaluate } from '../../core/metrics/evaluate.ts';
import { calibratorOf } from '../../core/models/calibrated.ts';
import {
  type Calibration,
  type Feature,
  type HeldOut,
  MODEL_FORMAT,
  type ModelDocument,
  type Outcomes,
} from '../../core/models/document.ts';
import { modelVersion, renderModel } from '../../core/models/model-file.ts';
import { buildReference } from '../../core/monitor/inputs/build-reference.ts';
import { describePanel } from '../../core/outcomes/panel.ts';
import { knownAfterDays } from '../../core/outcomes/settle.ts';
import type { RowStore } from '../../core/statistics/gram-rows.ts';
import { columnOf } from '../../engine/contract.ts';
import { checkExamples, countClients, placesOf, readExamples, withPlaces } from '../../engine/examples.ts';
import { writeFoldModels } from '../../engine/fold-models.ts';
import type { OutcomeRule } from '../../engine/history.ts';
import type { Engine, Snapshot, Table, TableContract } from '../../engine/port.ts';
import { writeReferenceSample } from '../../engine/reference-file.ts';
import { MODEL_FILE } from '../../store/live-folder.ts';
import type { Store } from '../../store/port.ts';
import { crossValidate, type Validated, type Validation, type ValidationRows } from './cross-validate.ts';
import { type DecisionOptions, decideCalibration, decideThreshold } from './decide.ts';
import { type Compute, type FittedCandidate, fitCandidate, isTeamWork } from './fit-candidate.ts';
import { makeFoldModels } from './make-fold-models.ts';
import { readClients, readTraining, type Training, wholeOf } from './read-training.ts';
import { chooseReference } from './reference-sample.ts';

export interface TrainOptions extends DecisionOptions {
  readonly runId: string;
  readonly version: string;
  readonly snapshot: Pick<Snapshot, 'id' | 'parquetPath' | 'columns'>;
  /** Names of the files that the snapshot was made of. */
  readonly files: readonly string[];
  readonly contract: TableContract;
  /** Absolute path of output_model_path. */
  readonly modelFolder: string;
  /** Absolute path of output_folder_path, where the reference sample goes. */
  readonly outputFolder: string;
  readonly model: ModelFamily;
  readonly logistic: LogisticOptions;
  /** Rows without a final outcome are left out. */
  readonly outcomes: Omit<OutcomeRule, 'now'>;
  /** Clients that nothing is learned of; null: none. */
  readonly holdout: Holdout | null;
  /** Source columns with which the risk may only rise (1) or only fall (-1), in boosted trees. */
  readonly monotone: Readonly<Record<string, 1 | -1>>;
}

export interface TrainDeps {
  readonly engine: Engine;
  readonly store: Pick<Store, 'recordModel'>;
  readonly clock: Clock;
  readonly progress: Progress;
  /** Makes the large fits; asked for only when there is one. */
  readonly compute: () => Compute;
}

/** How the model was chosen; every candidate was scored on the same folds. */
export interface Selection {
  readonly chosen: string;
  readonly reason: string;
  readonly folds: number;
  readonly repeats: number;
  readonly kind: FoldPlan['kind'];
  /** Rows that took part. */
  readonly rows: number;
  /** Clients that these are of, each with all its rows in one fold; absent: each row is a client of its own. */
  readonly clients?: number;
  readonly candidates: readonly {
    readonly name: string;
    readonly family: CandidateSpec['family'];
    /** Mean log loss over the folds. */
    readonly logLoss: number;
    /** Behind the best, and the standard error of that difference. */
    readonly behind: number;
    readonly standardError: number;
    readonly foldLosses: readonly number[];
    /** Scores of the out-of-fold rows, with intervals, before calibration. */
    readonly outOfFold: Evaluation['metrics'];
  }[];
}

export interface TrainSummary {
  readonly version: string;
  readonly learner: string;
  readonly path: string;
  readonly snapshot: string;
  /** Rows trained on, and how many of them left. */
  readonly rows: number;
  readonly positives: number;
  /** Rows that were left out: of held-out clients, without an outcome, with one that is not final, of clients that had left. */
  readonly heldOut: number;
  readonly unlabelled: number;
  readonly immature: number;
  readonly gone: number;
  readonly selection: Selection | null;
  readonly calibration: { readonly kind: Calibration['kind']; readonly reason: string };
  readonly threshold: { readonly value: number; readonly rule: string; readonly reason: string };
  /** One a feature of a logistic regression; empty for trees. */
  readonly coefficients: readonly { readonly name: string; readonly value: number }[];
  readonly intercept: number | null;
  readonly fit: Readonly<Record<string, unknown>>;
  readonly notes: readonly string[];
  /** Rows of the reference sample that estimates without labels are made from; 0 where none could be made, and why. */
  readonly reference: { readonly rows: number; readonly reason: string | null };
}

/**
 * Trains on every row of the snapshot that has a final outcome and is of no client that is held out, just as if there
 * were no other. One candidate with a fixed threshold and no calibration is fitted straight away; else candidates are
 * cross-validated, and calibration and threshold are taken from out-of-fold rows. Errors of the learner pass through:
 * `one-class` where the target has one value, `too-few-rows` where there is no row; `nothing-labelled` where none has
 * a final outcome.
 */
export async function train(deps: TrainDeps, options: TrainOptions): Promise<TrainSummary> {
  const { snapshot, contract, holdout } = options;
  const table = await deps.engine.open({ kind: 'snapshot', snapshot, contract });
  try {
    const now = deps.clock.now();
    const examples = await readExamples(table, { ...options.outcomes, now }, holdout);
    const places = placesOf(examples, 'training');
    checkExamples(examples, places, 'training', 'the snapshot');
    const { horizonDays, meaning } = options.outcomes;
    const { unlabelled, immature, gone, superseded } = examples.leftOut;
    const outcomes: Outcomes = {
      horizonDays,
      asOf: now.toISOString(),
      ...(meaning === 'status' && { meaning }),
      unlabelled,
      immature,
      ...(gone > 0 && { gone }),
      ...(superseded > 0 && { superseded }),
    };
    const held = holdout === null ? null : placesOf(examples, 'held-out');
    const heldOut =
      holdout === null || held === null
        ? null
        : {
            share: holdout.share,
            seed: holdout.seed,
            rows: held.length,
            clients: countClients(examples, held),
          };
    return await withPlaces(examples, places, (known) =>
      trainOn(deps, known, { outcomes, heldOut }, options),
    );
  } finally {
    await table.close();
  }
}

/** What was left out of a snapshot, as a certificate says it. */
interface RowsUsed {
  readonly outcomes: Outcomes;
  readonly heldOut: HeldOut | null;
}

/** Trains on every row of the table. */
async function trainOn(
  deps: TrainDeps,
  table: Table,
  used: RowsUsed,
  options: TrainOptions,
): Promise<TrainSummary> {
  const from = deps.clock.elapsedMs();
  const store = openRowStore(deps, table, options);
  try {
    const training = await readTraining(table, {
      allocate: store?.allocate,
      clients: !isStraight(options),
      onRows: (done) =>
        deps.progress({ label: 'reading the snapshot', done, total: table.rows, unit: 'rows' }),
    });
    const made = await makeModel(deps, training, options);
    const document = documentOf(made, training, used, options, deps.clock.now());
    const crossFit = {
      seed: options.seed,
      horizonDays: knownAfterDays(options.outcomes),
      compute: deps.compute,
      readClients: (rows: Uint32Array) => readClients(table, rows),
    };
    const scored =
      made.validation === null ? null : { ...made.validation.data, margins: made.validation.winner.margins };
    const { sample, reason } = await chooseReference(made.spec, training, scored, crossFit);
    if (sample !== null) writeReferenceSample(options.outputFolder, document.version, sample);
    const foldModels =
      made.validation === null
        ? null
        : await makeFoldModels(document, table, training, made.validation, crossFit);
    if (foldModels !== null) writeFoldModels(options.outputFolder, document.version, foldModels);
    const path = join(options.modelFolder, MODEL_FILE);
    writeFileAtomic(path, renderModel(document));
    await deps.store.recordModel({
      version: document.version,
      runId: options.runId,
      createdAt: document.certificate.trainedAt,
      snapshotId: options.snapshot.id,
      learner: document.learner.kind,
      seconds: (deps.clock.elapsedMs() - from) / 1000,
      document,
    });
    const reference = { rows: sample?.labels.length ?? 0, reason };
    return { ...summarise(document, made, used, path), reference };
  } finally {
    store?.close();
  }
}

/** The last batch is allocated whole, so a column takes up to one more. */
const BATCH_ROWS = 65_536;

/** Where the rows of a large logistic regression are read to, so that the team need not copy them. */
function openRowStore(deps: TrainDeps, table: Table, { contract, model }: TrainOptions): RowStore | null {
  const numeric = contract.columns.filter(({ role }) => role === 'numeric' || role === 'target').length;
  if (model !== 'logistic' || !isTeamWork(table.rows, numeric - 1)) return null;
  return deps.compute().openStore((table.rows + BATCH_ROWS) * numeric);
}

/** Whether the one candidate is fitted straight away: nothing is chosen, mapped or drawn by folds. */
function isStraight({ model, calibration, threshold }: TrainOptions): boolean {
  return model === 'logistic' && calibration === 'none' && typeof threshold === 'number';
}

interface Made {
  readonly spec: CandidateSpec;
  readonly fitted: FittedCandidate;
  readonly selection: Selection | null;
  readonly calibration: Calibration;
  readonly calibrationReason: string;
  readonly threshold: TrainSummary['threshold'];
  /** How the chosen candidate was cross-validated; null where it was not. */
  readonly validation: Validation | null;
  readonly notes: readonly string[];
}

async function makeModel(deps: TrainDeps, training: Training, options: TrainOptions): Promise<Made> {
  const { rows } = training;
  const { seed } = options;
  const horizonDays = knownAfterDays(options.outcomes);
  const data = isStraight(options) ? null : { ...training, ...wholeOf(training) };
  const list = listCandidates({ ...options, ...sizeOf(training, data) });
  const plan = data === null ? null : planFolds({ ...data, times: training.times }, { seed, horizonDays });
  const validated = data === null || plan === null ? [] : await validateAll(deps, list, data, plan);
  const chosen = choose(validated, plan);
  const spec =
    validated.find(({ spec: each }) => each.name === chosen?.chosen)?.spec ??
    (list.specs[0] as CandidateSpec);
  const winner = validated.find((each) => each.spec === spec);
  const decided = decide(winner, data?.labels ?? null, training, options);
  const label = `fitting ${spec.name} on all rows`;
  deps.progress({ label, done: rows, unit: 'rows' });
  const total = spec.family === 'boosted-trees' ? (spec.options.trees ?? 0) : 0;
  const fitted = await fitCandidate(spec, training, deps.compute, (done) =>
    deps.progress({ label, done, total, unit: 'trees' }),
  );
  const selection =
    chosen === null || plan === null || data === null
      ? null
      : selectionOf(validated, data.labels, plan, chosen, list);
  return {
    spec,
    fitted,
    selection,
    ...decided,
    validation: data === null || plan === null || winner === undefined ? null : { data, plan, winner },
    notes: [
      ...noteOnStatus(data, training, options),
      ...(list.note === null ? [] : [list.note]),
      ...fitted.notes,
    ],
  };
}

/** What the list of candidates goes by; clients are counted where it looks at them. */
function sizeOf(
  { rows, positives, clients }: Training,
  data: ValidationRows | null,
): Pick<Parameters<typeof listCandidates>[0], 'rows' | 'clients' | 'smallerClass'> {
  if (data === null) return { rows, clients: rows, smallerClass: Math.min(positives, rows - positives) };
  const own = numberClients(rows, clients);
  return { rows, clients: own.clients, smallerClass: smallerClassClients(data.labels, own) };
}

/** Where labels that are taken for outcomes change as a status does: nearly the same model would be learned of who has left. */
function noteOnStatus(
  data: { readonly labels: Float64Array } | null,
  { times, clients }: Training,
  { outcomes, contract }: TrainOptions,
): string[] {
  if (data === null || times === null || clients === null || outcomes.meaning === 'status') return [];
  const labels = Int8Array.from(data.labels);
  const count = clients.reduce((most, client) => Math.max(most, client + 1), 0);
  const panel = describePanel({ clients: count, codes: clients, times, labels });
  if (panel?.isStatus !== true) return [];
  return [
    `"${columnOf(contract, 'target')}" looks like the status of a client at the time of the row, so that this model may know those who have ` +
      `left rather than those who are about to. Where it is one: "labels": {"meaning": "status", "horizon_days": ${panel.gapDays}} in config.json.`,
  ];
}

async function validateAll(
  deps: TrainDeps,
  list: CandidateList,
  data: ValidationRows,
  plan: FoldPlan,
): Promise<Validated[]> {
  const validated: Validated[] = [];
  for (const [index, spec] of list.specs.entries()) {
    const label = `cross-validating ${spec.name} (${index + 1} of ${list.specs.length})`;
    const total = plan.folds.length;
    const tell = (done: number) => deps.progress({ label, done, total, unit: 'fits' });
    validated.push(await crossValidate(spec, data, plan, deps.compute, tell));
  }
  return validated;
}

function choose(
  validated: readonly Validated[],
  plan: FoldPlan | null,
): ReturnType<typeof chooseByOneStandardError> | null {
  if (plan === null || validated.length === 0) return null;
  const candidates = validated.map(({ spec, losses }) => ({ name: spec.name, losses }));
  return chooseByOneStandardError(candidates, plan.testShare);
}

/** Calibration and threshold from the rows that the chosen candidate scored out of fold. */
function decide(
  chosen: Validated | undefined,
  labels: Float64Array | null,
  training: Training,
  options: TrainOptions,
): Pick<Made, 'calibration' | 'calibrationReason' | 'threshold'> {
  const held = chosen === undefined ? new Uint32Array() : heldRows(chosen.margins);
  if (chosen === undefined || labels === null || held.length === 0) {
    const fixed = typeof options.threshold === 'number';
    const reason = fixed
      ? 'The configuration gives it.'
      : 'There are too few rows to draw the line by, so it stays at 0.5.';
    return {
      calibration: { kind: 'none' },
      calibrationReason:
        options.calibration === 'none'
          ? 'The configuration asks for none.'
          : 'There are too few rows to fit a map on.',
      threshold: {
        value: typeof options.threshold === 'number' ? options.threshold : 0.5,
        rule: fixed ? 'fixed' : String(options.threshold),
        reason,
      },
    };
  }
  const margins = takeValues(chosen.margins, held);
  const classes = takeValues(labels, held);
  const values = training.values === null ? null : takeValues(training.values, held);
  const clients = training.clients === null ? null : takeCodes(training.clients, held);
  const { calibration, reason } = decideCalibration(margins, classes, clients, options);
  const line = decideThreshold(margins, classes, values, calibration, options);
  return {
    calibration,
    calibrationReason: reason,
    threshold: { value: line.threshold, rule: line.rule, reason: line.reason },
  };
}

function heldRows(margins: Float64Array): Uint32Array {
  return Uint32Array.from(margins, (_, row) => row).filter((row) => !Number.isNaN(margins[row]));
}

function selectionOf(
  validated: readonly Validated[],
  labels: Float64Array,
  plan: FoldPlan,
  choice: ReturnType<typeof chooseByOneStandardError>,
  list: CandidateList,
): Selection {
  const raw = calibratorOf({ kind: 'none' });
  return {
    chosen: choice.chosen,
    reason: list.note === null ? choice.reason : `${choice.reason} ${list.note}`,
    folds: plan.firstRepeat,
    repeats: plan.repeats,
    kind: plan.kind,
    rows: plan.rows,
    ...(plan.clients < plan.rows && { clients: plan.clients }),
    candidates: validated.map(({ spec, losses, margins }, index) => {
      const held = heldRows(margins);
      const { metrics } = evaluate(takeValues(labels, held), takeValues(margins, held).map(raw), 0.5);
      const compared = choice.candidates[index];
      return {
        name: spec.name,
        family: spec.family,
        logLoss: compared?.loss ?? Number.NaN,
        behind: compared?.behind ?? 0,
        standardError: compared?.standardError ?? 0,
        foldLosses: losses,
        outOfFold: metrics,
      };
    }),
  };
}

function documentOf(
  made: Made,
  training: Training,
  { outcomes, heldOut }: RowsUsed,
  options: TrainOptions,
  trainedAt: Date,
): ModelDocument {
  const { contract } = options;
  const { spec, fitted } = made;
  const unnamed: Omit<ModelDocument, 'version'> = {
    format: MODEL_FORMAT,
    target: { column: columnOf(contract, 'target') ?? '', positive: contract.positive },
    id: columnOf(contract, 'id'),
    inputs: training.inputs,
    features: fitted.features,
    learner: fitted.learner,
    calibration: made.calibration,
    threshold: made.threshold.value,
    certificate: {
      trainedAt: trainedAt.toISOString(),
      version: options.version,
      seed: options.seed,
      snapshot: { id: options.snapshot.id, rows: training.rows, positives: training.positives },
      ...(hasSelected(outcomes) && { outcomes }),
      ...(heldOut !== null && { heldOut }),
      files: options.files,
      options: {
        candidate: spec.name,
        model: options.model,
        learner: { ...spec.options },
        recipe: { ...spec.recipe },
      },
      fit: fitted.fit,
      selection: made.selection,
      calibration: made.calibrationReason,
      threshold: { rule: made.threshold.rule, reason: made.threshold.reason },
      reference: buildReference(training.inputs, training.batches),
    },
  };
  return { ...unnamed, version: modelVersion(unnamed, sha256) };
}

/** Whether the rows that had an outcome are not simply all of them. */
function hasSelected({ horizonDays, unlabelled, immature, gone = 0, superseded = 0 }: Outcomes): boolean {
  return horizonDays > 0 || unlabelled + immature + gone + superseded > 0;
}

function summarise(
  document: ModelDocument,
  made: Made,
  { outcomes, heldOut }: RowsUsed,
  path: string,
): Omit<TrainSummary, 'reference'> {
  const { certificate, learner } = document;
  const linear = learner.kind === 'logistic-regression' ? learner : null;
  return {
    version: document.version,
    learner: learner.kind,
    path,
    snapshot: certificate.snapshot.id,
    rows: certificate.snapshot.rows,
    positives: certificate.snapshot.positives,
    heldOut: heldOut?.rows ?? 0,
    unlabelled: outcomes.unlabelled,
    immature: outcomes.immature,
    gone: outcomes.gone ?? 0,
    selection: made.selection,
    calibration: { kind: made.calibration.kind, reason: made.calibrationReason },
    threshold: made.threshold,
    coefficients:
      linear === null
        ? []
        : document.features.map((feature, index) => ({
            name: nameOf(feature),
            value: linear.coefficients[index] ?? 0,
          })),
    intercept: linear?.intercept ?? null,
    fit: certificate.fit,
    notes: made.notes,
  };
}

function nameOf(feature: Feature): string {
  if (feature.kind === 'level') return `${feature.source} = ${feature.level}`;
  if (feature.kind === 'missing') return `${feature.source} is missing`;
  if (feature.kind === 'hinge') return `${feature.source} above ${feature.knot}`;
  return feature.source;
}
