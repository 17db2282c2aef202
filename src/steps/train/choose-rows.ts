/** After a change of what follows from the inputs: which rows a model is learned from, all or those since then. */
import { asTidewatchError, TidewatchError } from '../../base/errors.ts';
import { createRandom } from '../../base/random.ts';
import { takeCodes, takeValues } from '../../core/columns/take-rows.ts';
import { listCandidates, type SingleSpec, treesSpec } from '../../core/learners/candidates.ts';
import { numberClients, smallerClassClients } from '../../core/learners/client-folds.ts';
import { type FoldPlan, planFolds } from '../../core/learners/plan-folds.ts';
import { type Candidate, type Choice, chooseByOneStandardError } from '../../core/learners/selection.ts';
import { FIRST_SHAPE } from '../../core/learners/tree-search.ts';
import { tune, type ValidationRows } from './cross-validate.ts';
import { type Training, wholeOf } from './read-training.ts';
import { TOO_LITTLE } from './reference-sample.ts';
import type { RowsAfter, TrainDeps, TrainOptions } from './train-options.ts';

/** Rows that came after a change, as flags of the rows of the training. */
export interface FlaggedChange extends RowsAfter {
  readonly flags: Uint8Array;
}

export interface RowChoice {
  /** The change since which rows are learned from; null: all are. */
  readonly change: FlaggedChange | null;
  readonly reason: string;
}

/** With fewer clients of a class since a change nothing is learned of them alone. */
const MIN_CLIENTS = 20;
/** Rows before the change that take part in the comparison at most; more would not change what comes of it. */
const MAX_BEFORE = 30_000;

/** The rows since the newest change in folds, and what is learned elsewhere judged on them. */
export interface SinceChange {
  /** Places of the rows in the training, ascending. */
  readonly rows: Uint32Array;
  readonly labels: Float64Array;
  /** Folds of them, in places of `rows`; null: too few clients of a class. */
  readonly plan: FoldPlan | null;
  /** Such as "360 rows since 2026-05-12". */
  readonly words: string;
  /** Clients of the smaller class. */
  readonly smaller: number;
  /**
   * Log loss by fold of what is learned from the other folds and these rows before the change; the learners tried are
   * the simplest and that of the live model, of which the better one counts. Infinite where none could be fitted.
   */
  lossesWith(name: string, before: Uint32Array): Promise<Candidate>;
}

export function sinceChange(
  deps: TrainDeps,
  training: Training,
  newest: FlaggedChange,
  options: Omit<TrainOptions, 'changes'>,
): SinceChange {
  const rows = placesOf(newest.flags);
  const data: ValidationRows = { ...training, ...wholeOf(training) };
  const labels = takeValues(data.labels, rows);
  const clients = data.clients === null ? null : takeCodes(data.clients, rows);
  const smaller = smallerClassClients(labels, numberClients(rows.length, clients));
  const plan =
    smaller < MIN_CLIENTS
      ? null
      : planFolds({ labels, times: null, clients }, { seed: options.seed, horizonDays: 0 });
  const specs = specsOf(training, data, options);
  return {
    rows,
    labels,
    plan,
    words: `${rows.length.toLocaleString('en-US')} rows since ${dayOf(newest)}`,
    smaller,
    lossesWith: async (name, before) => {
      if (plan === null) throw new TidewatchError('internal', 'There are no folds to compare on.');
      deps.progress({ label: `cross-validating what is learned from ${name}`, done: 0, unit: 'fits' });
      return {
        name,
        losses: await bestLosses(specs, data, withOthers(plan, rows, before, data.clients), deps),
      };
    },
  };
}

/**
 * Compares what is learned from all rows with what is learned from those since the newest change alone, by
 * cross-validated log loss on the rows since then: each fold of them is scored by models that know nothing of its
 * clients, and of the other rows all, or those since the change. All rows are taken unless those of the change are
 * better by more than one standard error (`chooseByOneStandardError`). Where the live model was itself made after an
 * earlier change, the rows since that one stand for all.
 * @param earlier the change that the live model was made after; null: none.
 */
export async function chooseRows(
  deps: TrainDeps,
  training: Training,
  newest: FlaggedChange,
  earlier: FlaggedChange | null,
  options: TrainOptions,
): Promise<RowChoice> {
  const since = sinceChange(deps, training, newest, options);
  const { plan, words, smaller } = since;
  if (plan === null) {
    const what = training.clients === null ? 'rows' : 'clients';
    const reason = `Of the ${words} the smaller class has ${smaller} ${what}; to learn from these alone takes ${MIN_CLIENTS}.`;
    return { change: earlier, reason };
  }
  const before = rowsBefore(earlier?.flags ?? null, newest.flags, options.seed);
  if (before.length === 0) return { change: newest, reason: 'There is no other row.' };
  const wider = earlier === null ? 'all rows' : `the rows since ${dayOf(earlier)}`;
  const all = await since.lossesWith(wider, before);
  const alone = await since.lossesWith(ALONE, new Uint32Array(0));
  if (!isFitted(alone)) return { change: earlier, reason: `No model could be fitted on the ${words} alone.` };
  const choice = chooseByOneStandardError([all, alone], plan.testShare);
  const told = lossesText(words, choice);
  return choice.chosen === alone.name
    ? { change: newest, reason: `${told} What held before does not any more.` }
    : { change: earlier, reason: told };
}

export const ALONE = 'these alone';

/** Whether every fold could be fitted. */
export function isFitted({ losses }: Candidate): boolean {
  return losses.every(Number.isFinite);
}

/** Such as: Log loss on the 360 rows since 2026-05-12, out of fold: 0.512 of all rows, 0.231 of these alone. */
export function lossesText(words: string, { candidates }: Choice): string {
  const each = candidates.map(({ name, loss }) => `${loss.toFixed(3)} of ${name}`);
  return `Log loss on the ${words}, out of fold: ${each.join(', ')}.`;
}

function dayOf({ at }: RowsAfter): string {
  return at.slice(0, 10);
}

/** The simplest candidate that learns anything, and trees where the live model has some. */
function specsOf(
  training: Training,
  data: ValidationRows,
  options: Omit<TrainOptions, 'changes'>,
): readonly SingleSpec[] {
  const own = numberClients(training.rows, training.clients);
  const { specs, trees } = listCandidates({
    ...options,
    rows: training.rows,
    clients: own.clients,
    smallerClass: smallerClassClients(data.labels, own),
    numericColumns: training.inputs.filter(({ kind }) => kind === 'numeric').length,
  });
  const linear = specs.find(({ family }) => family === 'logistic-regression');
  const { liveCandidate = null } = options;
  const hasTrees =
    liveCandidate !== null && !liveCandidate.startsWith('logistic') && liveCandidate !== 'base-rate';
  return [
    ...(linear === undefined ? [] : [linear]),
    ...(trees && (hasTrees || linear === undefined) ? [treesSpec(FIRST_SHAPE, options)] : []),
  ];
}

/** Losses by fold of the candidate whose mean is least; infinite where none could be fitted. */
async function bestLosses(
  specs: readonly SingleSpec[],
  data: ValidationRows,
  plan: FoldPlan,
  { compute }: TrainDeps,
): Promise<readonly number[]> {
  let best: readonly number[] = plan.folds.map(() => Number.POSITIVE_INFINITY);
  const sum = (losses: readonly number[]) => losses.reduce((total, loss) => total + loss, 0);
  for (const spec of specs) {
    try {
      const { losses } = await tune(spec, data, plan, compute);
      if (sum(losses) < sum(best)) best = losses;
    } catch (error) {
      if (!TOO_LITTLE.has(asTidewatchError(error).code)) throw error;
    }
  }
  return best;
}

/** The folds of the rows since the change in places of all rows; what is learned from has the other rows as well. */
function withOthers(
  plan: FoldPlan,
  since: Uint32Array,
  others: Uint32Array,
  clients: Int32Array | null,
): FoldPlan {
  const pick = (places: Uint32Array) => places.map((place) => since[place] as number);
  const folds = plan.folds.map(({ train, test }) => {
    const tested = pick(test);
    const known = withoutClients(others, tested, clients);
    return { train: join(pick(train), known), test: tested };
  });
  return { ...plan, folds };
}

function join(a: Uint32Array, b: Uint32Array): Uint32Array {
  const both = new Uint32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both.sort();
}

/** Those of the places whose clients are not among the tested ones. */
function withoutClients(places: Uint32Array, tested: Uint32Array, clients: Int32Array | null): Uint32Array {
  if (clients === null) return places;
  const isTested = new Set(Array.from(tested, (row) => clients[row] as number));
  return places.filter((row) => !isTested.has(clients[row] as number));
}

/** Rows that came before the newest change, or a sample of them; null: of all rows. */
export function rowsBefore(set: Uint8Array | null, newest: Uint8Array, seed: number): Uint32Array {
  const all = Uint32Array.from(newest, (_, row) => row);
  const places = all.filter((row) => newest[row] === 0 && set?.[row] !== 0);
  if (places.length <= MAX_BEFORE) return places;
  const random = createRandom(seed, 4000);
  const edge = (k: number) => Math.floor((k * places.length) / MAX_BEFORE);
  return Uint32Array.from(
    { length: MAX_BEFORE },
    (_, k) => places[edge(k) + random.below(edge(k + 1) - edge(k))] as number,
  );
}

function placesOf(flags: Uint8Array): Uint32Array {
  return Uint32Array.from(flags, (_, row) => row).filter((row) => flags[row] === 1);
}
