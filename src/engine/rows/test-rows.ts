/** The rows that score a model: those of held-out clients, or the files of test_data_path. */
import { TidewatchError } from '../../base/errors.ts';
import { type Holdout, isHeldOutAlike } from '../../core/clients/held-out.ts';
import type { ModelDocument } from '../../core/document/document.ts';
import type { TestWindow } from '../../core/metrics/test-window.ts';
import { createScorer } from '../../core/scoring/scorer.ts';
import { columnOf } from '../../formats/contract/contract.ts';
import type { TableContract } from '../../formats/contract/table-contract.ts';
import type { FoldModels } from '../kept/fold-models.ts';
import type { Engine, Snapshot, Table } from '../port.ts';
import {
  checkExamples,
  countClients,
  type Examples,
  placesOf,
  readExamples,
  withPlaces,
} from './examples.ts';
import type { OutcomeRule } from './history.ts';
import { readClientKeys } from './read-client-ids.ts';
import { flagsSince, type RowsSince } from './rows-since.ts';
import { type ScoredTable, scoreTable } from './score-table.ts';
import { countSharedClients, type SharedClients } from './shared-clients.ts';
import { openTrainedRows, type TrainedOn } from './trained-rows.ts';
import { unseenScorer } from './unseen-scorer.ts';

/** Where the rows are that score a model. */
export type TestRows =
  /** Absolute paths of the files of test_data_path, in name order, and the snapshot whose clients are trained on. */
  | {
      readonly kind: 'files';
      readonly paths: readonly string[];
      readonly training: Pick<Snapshot, 'parquetPath' | 'columns'> | null;
    }
  /**
   * The held-out clients of a snapshot; `live`: what the live model knows of them, null without one; `changed`: the
   * world has changed, and only rows since then tell what a model is worth; null: nobody knows of a change.
   */
  | {
      readonly kind: 'held-out';
      readonly snapshot: Pick<Snapshot, 'parquetPath' | 'columns'>;
      readonly holdout: Holdout;
      readonly live: (TrainedOn & { readonly version: string }) | null;
      readonly changed: ChangedRows | null;
    };

export interface ChangedRows {
  readonly since: RowsSince;
  /** Whether rows that came since the live model was trained go first. */
  readonly after: 'recent' | null;
  /** Whether rows of clients that are trained on can tell: there are models that have not seen them. */
  readonly crossFits: boolean;
  /** The fold models of a version; null where there are none. */
  foldsOf(version: string): FoldModels | null;
}

export interface TestData {
  readonly rows: TestRows;
  /** What names the data: hex SHA-256 of each file, or of the snapshot. */
  readonly hashes: readonly string[];
  readonly contract: TableContract;
  /** Rows without a final outcome are not scored. */
  readonly outcomes: OutcomeRule;
}

/** So many rows, and of the smaller class, are enough to judge by those that are recent alone. */
const RECENT_ROWS = 100;
const RECENT_SMALLER_CLASS = 20;

/**
 * The probability that a model gives to each test row, in the order of the table, with the labels: where the rows are
 * of clients that it was trained on, by the model of the fold that has not seen them.
 */
export async function scoreTestRows(
  table: Table,
  model: ModelDocument,
  { rows }: Pick<TestData, 'rows'>,
  window: TestWindow,
  options: { readonly labels: boolean; readonly values?: boolean; readonly onRows?: (done: number) => void },
): Promise<ScoredTable> {
  const scorer = createScorer(model);
  if (window.kind !== 'cross-fitted' || rows.kind !== 'held-out') return scoreTable(table, scorer, options);
  const folds = rows.changed?.foldsOf(model.version) ?? null;
  const scorerOf = unseenScorer(scorer, folds, await readClientKeys(table));
  return scoreTable(table, scorer, { ...options, scorerOf });
}

/**
 * How many of the test clients the model has learned from: none where the clients are held out as they were when it
 * was trained. null where nobody knows.
 */
export async function countLearned(
  engine: Engine,
  table: Table,
  { version, certificate }: ModelDocument,
  { rows, contract }: TestData,
  window: TestWindow,
): Promise<number | null> {
  if (rows.kind === 'files' || isHeldOutAlike(certificate.heldOut, rows.holdout)) return window.trained;
  if (rows.live?.version !== version) return null;
  const learned = await openTrainedRows(engine, rows.live, contract, 'training');
  if (learned === null) return null;
  try {
    return (await countSharedClients(table, learned))?.shared ?? null;
  } finally {
    await learned.close();
  }
}

async function sharedWith(
  engine: Engine,
  table: Table,
  snapshot: Pick<Snapshot, 'parquetPath' | 'columns'> | null,
  contract: TableContract,
): Promise<SharedClients | null> {
  const id = columnOf(contract, 'id');
  if (snapshot === null || !snapshot.columns.some(({ name }) => name === id)) return null;
  const other = await engine.open({ kind: 'snapshot', snapshot, contract });
  try {
    return await countSharedClients(table, other);
  } finally {
    await other.close();
  }
}

/**
 * Opens the test rows with an outcome for the time of `body`. Of held-out clients those count that have come since
 * the live model was trained, where there are enough: it and its challenger are then judged on what is new to both.
 * Errors as `evaluateOnTest`.
 */
export async function withTestRows<T>(
  engine: Engine,
  test: TestData,
  body: (table: Table, window: TestWindow) => Promise<T>,
): Promise<T> {
  const { rows, contract } = test;
  const table = await engine.open(
    rows.kind === 'files'
      ? { kind: 'files', paths: rows.paths, contract, labels: contract.labels ?? 'required' }
      : { kind: 'snapshot', snapshot: rows.snapshot, contract },
  );
  try {
    if (table.rows === 0) {
      throw new TidewatchError(
        'input-empty',
        'The test data has no rows. Put labelled rows into test_data_path.',
        { details: { rows } },
      );
    }
    const { places, window, examples } = await chooseRows(engine, table, test);
    return await withPlaces(examples, places, (chosen) => body(chosen, window));
  } finally {
    await table.close();
  }
}

/** Opens all test rows, with an outcome or without. Errors as `withTestRows` for rows that cannot be read. */
export async function openTestTable(engine: Engine, { rows, contract, outcomes }: TestData): Promise<Table> {
  if (rows.kind === 'files') {
    return engine.open({ kind: 'files', paths: rows.paths, contract, labels: 'optional' });
  }
  const table = await engine.open({ kind: 'snapshot', snapshot: rows.snapshot, contract });
  try {
    const { heldOut } = await readExamples(table, outcomes, rows.holdout);
    const places = Uint32Array.from({ length: table.rows }, (_, row) => row);
    return await table.select(places.filter((row) => heldOut?.[row] === 1));
  } finally {
    await table.close();
  }
}

interface ChosenRows {
  readonly examples: Examples;
  readonly places: Uint32Array;
  readonly window: TestWindow;
}

async function chooseRows(engine: Engine, table: Table, test: TestData): Promise<ChosenRows> {
  const { rows, contract, outcomes } = test;
  const isNamed = columnOf(contract, 'id') !== null;
  if (rows.kind === 'files') {
    const examples = await readExamples(table, outcomes, null);
    const places = placesOf(examples, 'both');
    checkExamples(examples, places, 'both', 'the test data');
    const shared = await sharedWith(engine, table, rows.training, contract);
    const window: TestWindow = {
      kind: 'files',
      clients: shared?.clients ?? null,
      since: null,
      trained: shared?.shared ?? null,
    };
    return { examples, places, window };
  }
  const examples = await readExamples(table, outcomes, rows.holdout);
  const all = placesOf(examples, 'held-out');
  checkExamples(examples, all, 'held-out', 'the snapshot');
  const changed = rows.changed === null ? null : await changedPlaces(examples, all, rows.changed);
  const isFirst = rows.changed === null || rows.changed.after === 'recent' || changed === null;
  const recent =
    rows.live === null || !isFirst ? null : await recentPlaces(engine, examples, all, rows.live, contract);
  if (recent === null && changed !== null) {
    const clients = isNamed ? countClients(examples, changed.places) : null;
    const { kind, at, places } = changed;
    return { examples, places, window: { kind, clients, since: null, at, trained: null } };
  }
  const places = recent ?? all;
  const window: TestWindow = {
    kind: recent === null ? 'all' : 'recent',
    clients: isNamed ? countClients(examples, places) : null,
    since: recent === null ? null : (rows.live?.version ?? null),
    trained: null,
  };
  return { examples, places, window };
}

/** Those of the places that the live model did not know when it was trained; null where they are too few. */
async function recentPlaces(
  engine: Engine,
  { table, history }: Examples,
  places: Uint32Array,
  live: TrainedOn,
  contract: TableContract,
): Promise<Uint32Array | null> {
  const known = await openTrainedRows(engine, live, contract);
  if (known === null) return null;
  try {
    const unseen = new Uint8Array(table.rows);
    for (const place of await table.except(known)) unseen[place] = 1;
    const recent = places.filter((place) => unseen[place] === 1);
    return isEnough(recent, history) && recent.length < places.length ? recent : null;
  } finally {
    await known.close();
  }
}

/** Whether these rows alone are enough to judge by. */
function isEnough(places: Uint32Array, history: Examples['history']): boolean {
  const left = places.reduce((sum, place) => sum + Number(history?.outcomes[place] === 1), 0);
  return places.length >= RECENT_ROWS && Math.min(left, places.length - left) >= RECENT_SMALLER_CLASS;
}

/**
 * Those of the held-out places that came after a change, or where they are too few all examples after it, as far as
 * there are models that have not seen them; null where these are too few as well.
 */
async function changedPlaces(
  examples: Examples,
  heldOut: Uint32Array,
  { since, crossFits }: ChangedRows,
): Promise<{
  readonly kind: 'changed' | 'cross-fitted';
  readonly at: string;
  readonly places: Uint32Array;
} | null> {
  const isSince = await flagsSince(examples.table, since);
  const own = heldOut.filter((place) => isSince[place] === 1);
  const { at } = since;
  if (isEnough(own, examples.history)) return { kind: 'changed', at, places: own };
  const every = placesOf(examples, 'both').filter((place) => isSince[place] === 1);
  if (!crossFits || !isEnough(every, examples.history)) return null;
  return { kind: 'cross-fitted', at, places: every };
}
