/** After a change of what follows from the inputs: which rows a model is learned from, all or those since then. */
import { asTidewatchError } from '../../base/errors.ts';
import { createRandom } from '../../base/random.ts';
import { takeCodes, takeValues } from '../../core/features/take-rows.ts';
import { type CandidateSpec, listCandidates } from '../../core/learners/candidates.ts';
import { numberClients, smallerClassClients } from '../../core/learners/client-folds.ts';
import { type FoldPlan, planFolds } from '../../core/learners/plan-folds.ts';
import { chooseByOneStandardError } from '../../core/learners/selection.ts';
import { crossValidate, type ValidationRows } from './cross-validate.ts';
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
const LEAST_CLIENTS = 20;
/** Rows before the change that take part in the comparison at most; more would not change what comes of it. */
const MOST_BEFORE = 30_000;

/**
 * Compares what is learned from all rows with what is learned from those since the newest change alone, by
 * cross-validated log loss on the rows since then: each fold of them is scored by models that know nothing of its
 * clients, and of the other rows all, or those since the change. All rows are taken unless those of the change are
 * better by more than one standard error (`chooseByOneStandardError`). Where the live model was itself made after an
 * earlier change, the rows since that one stand for all. The learners compared are the simplest and that of the live
 * model; of each set of rows the better one counts.
 * @param earlier the change that the live model was made after; null: none.
 */
export async function chooseRows(
  deps: TrainDeps,
  training: Training,
  newest: FlaggedChange,
  earlier: FlaggedChange | null,
  options: TrainOptions,
): Promise<RowChoice> {
  const since = placesOf(newest.flags);
  const wider = earlier === null ? 'all rows' : `the rows since ${dayOf(earlier)}`;
  const words = `${since.length.toLocaleString('en-US')} rows since ${dayOf(newest)}`;
  const data: ValidationRows = { ...training, ...wholeOf(training) };
  const labels = takeValues(data.labels, since);
  const clients = data.clients === null ? null : takeCodes(data.clients, since);
  const own = numberClients(since.length, clients);
  const smaller = smallerClassClients(labels, own);
  const plan =
    smaller < LEAST_CLIENTS
      ? null
      : planFolds({ labels, times: null, clients }, { seed: options.seed, horizonDays: 0 });
  if (plan === null) {
    const reason =
      `Of the ${words} the smaller class has ${smaller} ${own.clients < since.length ? 'clients' : 'rows'}; ` +
      `to learn from these alone takes ${LEAST_CLIENTS}.`;
    return { change: earlier, reason };
  }
  const whole = earlier?.flags ?? new Uint8Array(training.rows).fill(1);
  const before = sampleOf(whole, newest.flags, options.seed);
  if (before.length === 0) return { change: newest, reason: 'There is no other row.' };
  const specs = specsOf(training, data, options);
  const lossesOf = async (name: string, others: Uint32Array) => {
    deps.progress({ label: `cross-validating what is learned from ${name}`, done: 0, unit: 'fits' });
    return {
      name,
      losses: await bestLosses(specs, data, withOthers(plan, since, others, data.clients), deps),
    };
  };
  const all = await lossesOf(wider, before);
  const alone = await lossesOf('these alone', new Uint32Array(0));
  const choice = chooseByOneStandardError([all, alone], plan.testShare);
  const [withAll, withThese] = choice.candidates.map(({ loss }) => loss.toFixed(3));
  const told = `Log loss on the ${words}, out of fold: ${withAll} learned from ${wider}, ${withThese} from these alone.`;
  return choice.chosen === alone.name
    ? { change: newest, reason: `${told} What held before does not any more.` }
    : { change: earlier, reason: told };
}

function dayOf({ at }: FlaggedChange): string {
  return at.slice(0, 10);
}

/** The simplest candidate, and that of the live model where it is another one. */
function specsOf(training: Training, data: ValidationRows, options: TrainOptions): readonly CandidateSpec[] {
  const own = numberClients(training.rows, training.clients);
  const { specs } = listCandidates({
    ...options,
    rows: training.rows,
    clients: own.clients,
    smallerClass: smallerClassClients(data.labels, own),
  });
  const [simplest] = specs;
  const live = specs.find(({ name }) => name === options.liveCandidate);
  return [simplest, live].filter(
    (spec, place, both) => spec !== undefined && both.indexOf(spec) === place,
  ) as CandidateSpec[];
}

/** Losses by fold of the candidate whose mean is least; infinite where none could be fitted. */
async function bestLosses(
  specs: readonly CandidateSpec[],
  data: ValidationRows,
  plan: FoldPlan,
  { compute }: TrainDeps,
): Promise<readonly number[]> {
  let best: readonly number[] = plan.folds.map(() => Number.POSITIVE_INFINITY);
  const sum = (losses: readonly number[]) => losses.reduce((total, loss) => total + loss, 0);
  for (const spec of specs) {
    try {
      const { losses } = await crossValidate(spec, data, plan, compute);
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

/** Rows of a set that came before the newest change, or a sample of them. */
function sampleOf(set: Uint8Array, newest: Uint8Array, seed: number): Uint32Array {
  const places = placesOf(set).filter((row) => newest[row] === 0);
  if (places.length <= MOST_BEFORE) return places;
  const random = createRandom(seed, 4000);
  const edge = (k: number) => Math.floor((k * places.length) / MOST_BEFORE);
  return Uint32Array.from(
    { length: MOST_BEFORE },
    (_, k) => places[edge(k) + random.below(edge(k + 1) - edge(k))] as number,
  );
}

function placesOf(flags: Uint8Array): Uint32Array {
  return Uint32Array.from(flags, (_, row) => row).filter((row) => flags[row] === 1);
}
