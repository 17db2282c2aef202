/** The rows that score a model: those of held-out clients, or the files of test_data_path. */
import { TidewatchError } from '../base/errors.ts';
import { type Holdout, isHeldOutAlike } from '../core/clients/held-out.ts';
import type { TestWindow } from '../core/metrics/test-window.ts';
import type { ModelDocument } from '../core/models/document.ts';
import { columnOf } from './contract.ts';
import {
  checkExamples,
  countClients,
  type Examples,
  placesOf,
  readExamples,
  withPlaces,
} from './examples.ts';
import type { OutcomeRule } from './history.ts';
import type { Engine, Snapshot, Table, TableContract } from './port.ts';
import { countSharedClients, type SharedClients } from './shared-clients.ts';
import { openTrainedRows, type TrainedOn } from './trained-rows.ts';

/** Where the rows are that score a model. */
export type TestRows =
  /** Absolute paths of the files of test_data_path, in name order, and the snapshot whose clients are trained on. */
  | {
      readonly kind: 'files';
      readonly paths: readonly string[];
      readonly training: Pick<Snapshot, 'parquetPath' | 'columns'> | null;
    }
  /** The held-out clients of a snapshot; `live`: what the live model knows of them, null without one. */
  | {
      readonly kind: 'held-out';
      readonly snapshot: Pick<Snapshot, 'parquetPath' | 'columns'>;
      readonly holdout: Holdout;
      readonly live: (TrainedOn & { readonly version: string }) | null;
    };

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
  const recent = rows.live === null ? null : await recentPlaces(engine, examples, all, rows.live, contract);
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
    const left = recent.reduce((sum, place) => sum + Number(history?.outcomes[place] === 1), 0);
    const isEnough =
      recent.length >= RECENT_ROWS && Math.min(left, recent.length - left) >= RECENT_SMALLER_CLASS;
    return isEnough && recent.length < places.length ? recent : null;
  } finally {
    await known.close();
  }
}
