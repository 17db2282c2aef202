/** Makes a model of training rows: chooses a candidate, fits it, calibrates it, and draws its threshold. */
import { takeCodes, takeValues } from '../../core/columns/take-rows.ts';
import type { Calibration } from '../../core/document/document.ts';
import { defaultBudgetSeconds } from '../../core/learners/budget.ts';
import {
  BASE_RATE,
  type CandidateList,
  type CandidateOptions,
  type CandidateSpec,
  listCandidates,
} from '../../core/learners/candidates.ts';
import { numberClients, smallerClassClients } from '../../core/learners/client-folds.ts';
import { type FoldPlan, planFolds } from '../../core/learners/plan-folds.ts';
import type { Choice } from '../../core/learners/selection.ts';
import { evaluate } from '../../core/metrics/evaluate.ts';
import { calibratorOf } from '../../core/models/calibrated.ts';
import { membersOf, partsOf } from '../../core/models/learners.ts';
import { describePanel } from '../../core/outcomes/panel.ts';
import { knownAfterDays } from '../../core/outcomes/settle.ts';
import { isAhead } from '../../core/propose/target-name.ts';
import { columnOf } from '../../formats/contract/contract.ts';
import type { Validated, Validation, ValidationRows } from './cross-validate.ts';
import { decideCalibration, decideThreshold } from './decide.ts';
import { fitFinal } from './fit/final.ts';
import type { FittedCandidate } from './fit/rows.ts';
import { type Training, wholeOf } from './read-training.ts';
import { type Search, search } from './search.ts';
import type { Selection, TrainDeps, TrainOptions, TrainSummary } from './train-options.ts';

/** Whether the one candidate is fitted straight away: nothing is chosen, mapped or drawn by folds. */
export function isStraight({ model, calibration, threshold }: TrainOptions): boolean {
  return model === 'logistic' && calibration === 'none' && typeof threshold === 'number';
}

/** A model that was made, with how. */
export interface MadeModel {
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

/**
 * Cross-validates the candidates where there is something to choose, and fits the one that is chosen on all rows.
 * @param since one flag a row: 1 where it came after a change; calibration and threshold are then taken from these rows,
 *   where they are enough. null: no change is known.
 */
export async function makeModel(
  deps: TrainDeps,
  training: Training,
  options: TrainOptions,
  since: Uint8Array | null,
): Promise<MadeModel> {
  const { rows } = training;
  const { seed } = options;
  const horizonDays = knownAfterDays(options.outcomes);
  const data = isStraight(options) ? null : { ...training, ...wholeOf(training) };
  const list = listCandidates({ ...options, ...sizeOf(training, data) });
  const plan =
    data === null
      ? null
      : planFolds({ ...data, times: training.times }, { seed, horizonDays, columns: training.inputs.length });
  const searched =
    data === null || plan === null || (list.specs.length === 0 && list.trees === 'none')
      ? null
      : await search(deps, list, data, plan, {
          ...options,
          budgetSeconds: options.budgetSeconds ?? defaultBudgetSeconds(rows, training.inputs.length),
        });
  const winner = searched?.validated.find((each) => each.spec.name === searched.choice.chosen);
  const decided = decide(winner, data?.labels ?? null, training, options, since);
  const { spec, fitted } = await fitFinal(
    deps,
    winner?.spec ?? list.specs[0] ?? BASE_RATE,
    winner,
    plan,
    training,
  );
  const selection =
    searched === null || plan === null || data === null
      ? null
      : selectionOf(searched.validated, data.labels, plan, searched.choice, list);
  return {
    spec,
    fitted,
    selection,
    ...decided,
    validation: data === null || plan === null || winner === undefined ? null : { data, plan, winner },
    notes: [
      ...noteOnStatus(data, training, options),
      ...(list.note === null ? [] : [list.note]),
      ...(searched === null ? [] : notesOnChoice(searched, fitted)),
      ...fitted.notes,
    ],
  };
}

/** What was chosen in words that the scores of candidates do not say: its cost, or that there was nothing to learn. */
function notesOnChoice(
  { validated, choice, simpler, note }: Search,
  { learner }: FittedCandidate,
): readonly string[] {
  const lossOf = (name: string) =>
    choice.candidates.find((candidate) => candidate.name === name)?.loss.toFixed(4) ?? '';
  const notes = note === null ? [] : [note];
  if (choice.chosen === BASE_RATE.name && validated.length > 1) {
    notes.push(
      'Too few rows to beat the base rate: no candidate is clearly better out of fold than the same risk for every client, ' +
        'so every client has the share of those who left. More rows, or columns that say more, may change that.',
    );
  }
  const members = membersOf(learner)?.map(({ name, weight }) => `${name} (${Math.round(100 * weight)} %)`);
  if (members !== undefined) {
    const trees = partsOf(learner).trees?.trees.length ?? 0;
    const before = validated.find(({ spec }) => spec.name === simpler)?.spec;
    const single = before?.family === 'boosted-trees' ? (before.options.trees ?? 0) : 0;
    notes.push(
      `An average of ${members.join(', ')}. It gains: log loss ${lossOf(choice.chosen)} out of fold, where ${simpler} alone has ${lossOf(simpler)}. ` +
        `It costs: ${trees.toLocaleString('en-US')} trees to score and explain a client by, where that has ${single.toLocaleString('en-US')}.`,
    );
  }
  return notes;
}

/** What the list of candidates goes by; clients are counted where it looks at them. */
function sizeOf(
  { rows, positives, clients, inputs }: Training,
  data: ValidationRows | null,
): Pick<CandidateOptions, 'rows' | 'clients' | 'smallerClass' | 'numericColumns'> {
  const numericColumns = inputs.filter(({ kind }) => kind === 'numeric').length;
  const smaller = Math.min(positives, rows - positives);
  if (data === null) return { rows, clients: rows, smallerClass: smaller, numericColumns };
  const own = numberClients(rows, clients);
  return { rows, clients: own.clients, smallerClass: smallerClassClients(data.labels, own), numericColumns };
}

/** Where labels that are taken for outcomes change as a status does: nearly the same model would be learned of who has left. */
function noteOnStatus(
  data: { readonly labels: Float64Array } | null,
  { times, clients }: Training,
  { outcomes, contract }: TrainOptions,
): string[] {
  if (data === null || times === null || clients === null || outcomes.meaning === 'status') return [];
  if (isAhead(columnOf(contract, 'target') ?? '')) return [];
  const labels = Int8Array.from(data.labels);
  const count = clients.reduce((most, client) => Math.max(most, client + 1), 0);
  const panel = describePanel({ clients: count, codes: clients, times, labels });
  if (panel?.isStatus !== true) return [];
  return [
    `"${columnOf(contract, 'target')}" looks like the status of a client at the time of the row, so that this model may know those who have ` +
      `left rather than those who are about to. Where it is one: "labels": {"meaning": "status", "horizon_days": ${panel.gapDays}} in config.json.`,
  ];
}

/** Calibration and threshold from the rows that the chosen candidate scored out of fold. */
function decide(
  chosen: Validated | undefined,
  labels: Float64Array | null,
  training: Training,
  options: TrainOptions,
  since: Uint8Array | null,
): Pick<MadeModel, 'calibration' | 'calibrationReason' | 'threshold'> {
  const scored = chosen === undefined ? new Uint32Array() : heldRows(chosen.margins);
  const held = labels === null || since === null ? scored : newestOf(scored, labels, training, since);
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

/** Clients of a class since a change with which a calibration and a threshold are fitted on the rows since then alone. */
const MIN_SINCE = 50;

/** Those of the scored rows that came after a change, where they are enough to decide by; else all of them. */
function newestOf(
  scored: Uint32Array,
  labels: Float64Array,
  { clients }: Training,
  since: Uint8Array,
): Uint32Array {
  const newest = scored.filter((row) => since[row] === 1);
  const own = numberClients(newest.length, clients === null ? null : takeCodes(clients, newest));
  return smallerClassClients(takeValues(labels, newest), own) >= MIN_SINCE ? newest : scored;
}

function heldRows(margins: Float64Array): Uint32Array {
  return Uint32Array.from(margins, (_, row) => row).filter((row) => !Number.isNaN(margins[row]));
}

function selectionOf(
  validated: readonly Validated[],
  labels: Float64Array,
  plan: FoldPlan,
  choice: Choice,
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
