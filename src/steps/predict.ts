/** Predicts clients with the deployed model, which it follows without a restart. */
import { rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { temporaryName } from '../base/atomic-file.ts';
import type { Clock } from '../base/clock.ts';
import { type ErrorDetails, TidewatchError } from '../base/errors.ts';
import { makeFolder } from '../base/make-folder.ts';
import type { ComputedColumn } from '../core/columns/computed-column.ts';
import type { ModelDocument } from '../core/document/document.ts';
import { createUnseenCounter, type UnseenValues } from '../core/features/unseen-values.ts';
import type { SourceRow } from '../core/models/row-inputs.ts';
import { createScorer, type Scorer } from '../core/scoring/scorer.ts';
import type { Engine } from '../engine/port.ts';
import { scoreTable } from '../engine/rows/score-table.ts';
import { rowNamer } from '../formats/contract/named-row.ts';
import { isOutside, rangeText } from '../formats/contract/number-range.ts';
import type { ContractColumn, MatchedColumn, TableContract } from '../formats/contract/table-contract.ts';
import { givenRowReader } from '../formats/given-row.ts';

/** Clients as they came: rows, CSV text with a header, or the absolute paths of data files. */
export type PredictionInput =
  | { readonly rows: readonly Readonly<Record<string, unknown>>[] }
  | { readonly csv: string }
  | { readonly paths: readonly string[] };

export interface Prediction {
  readonly modelVersion: string;
  readonly threshold: number;
  readonly rows: number;
  /** 1: will leave, 0: will stay; one a row, in order. */
  readonly predictions: (0 | 1)[];
  readonly probabilities: number[];
  /** Categories that the model does not know, by column. */
  readonly unseen: UnseenValues[];
  /** Columns that files have under another name than the configuration. */
  readonly matched: MatchedColumn[];
  /** Computed columns that rows did not bring, which counted as missing in so many of them; absent: none. */
  readonly notGiven?: { readonly column: string; readonly rows: number }[];
}

export interface PredictorOptions {
  readonly contract: TableContract;
  /** Absolute path of the workspace, which no link to a file may lead out of. */
  readonly workspace: string;
  /** Absolute path of a folder for the moment's files; made when needed. */
  readonly temporaryFolder: string;
}

export interface PredictorDeps {
  /** Id of what is live; null: nothing. */
  readonly currentId: () => string | null;
  /** The model that is live; null: none. */
  readonly liveModel: () => Promise<ModelDocument | null>;
  readonly engine: () => Promise<Engine>;
  /** Tells the time of a row that does not, where something is derived of it. */
  readonly clock: Pick<Clock, 'now'>;
}

export interface Predictor {
  /** The model that is live now; `nothing-deployed` where none is. Read again only when the deployment changes. */
  model(): Promise<Scorer>;
  predict(input: PredictionInput): Promise<Prediction>;
}

/** A predictor over the live folder. Each call looks at the deployment anew; a call keeps the model it began with. */
export function createPredictor(deps: PredictorDeps, options: PredictorOptions): Predictor {
  let held: { readonly id: string; readonly scorer: Scorer } | null = null;
  const model = async (): Promise<Scorer> => {
    const id = deps.currentId();
    if (held !== null && held.id === id) return held.scorer;
    const live = id === null ? null : await deps.liveModel();
    if (id === null || live === null) {
      throw new TidewatchError(
        'nothing-deployed',
        'No model is deployed yet. "tidewatch run" trains and deploys one.',
      );
    }
    const scorer = createScorer(live);
    held = { id, scorer };
    return scorer;
  };
  return {
    model,
    predict: async (input) => {
      const scorer = await model();
      if ('rows' in input) return predictRows(scorer, input.rows, options.contract, deps.clock.now());
      if ('paths' in input) return predictFiles(await deps.engine(), scorer, input.paths, options);
      return predictCsv(await deps.engine(), scorer, input.csv, options);
    },
  };
}

/** Rows between two looks at what else there is to do: some milliseconds. */
const ROWS_AT_ONCE = 1000;

async function predictRows(
  scorer: Scorer,
  rows: readonly Readonly<Record<string, unknown>>[],
  contract: TableContract,
  now: Date,
): Promise<Prediction> {
  const named = rowNamer(contract);
  const read = givenRowReader(contract);
  const fill = createFill(scorer, contract.computed?.columns ?? []);
  const ranged = [...contract.columns, ...(contract.raw ?? [])].flatMap((column) => {
    const place = scorer.inputs.findIndex((input) => input.name === column.name);
    const isRead = place >= 0 || scorer.inputs.some(({ derived }) => derived?.from.includes(column.name));
    return column.range !== undefined && isRead ? [{ column, place }] : [];
  });
  const unseen = createUnseenCounter(scorer.model);
  const probability = new Float64Array(1);
  const probabilities: number[] = [];
  for (const [index, given] of rows.entries()) {
    try {
      const row = fill.fill(read(named(given)));
      const batch = scorer.batchOf(row, now);
      for (const { column, place } of ranged) {
        const input = batch.columns[place];
        checkRange(
          column,
          input?.kind === 'numeric' ? (input.values[0] as number) : Number(row[column.name] ?? Number.NaN),
        );
      }
      scorer.probabilityInto(batch, probability);
      unseen.add(batch);
      probabilities.push(probability[0] as number);
    } catch (cause) {
      if (!(cause instanceof TidewatchError)) throw cause;
      const details = { ...cause.details, row: index };
      throw new TidewatchError(cause.code, `Row ${index + 1}: ${cause.message}`, { details, cause });
    }
    if (index % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) await nextTurn();
  }
  const notGiven = fill.notGiven();
  const prediction = predictionOf(scorer, probabilities, unseen.columns());
  return notGiven.length === 0 ? prediction : { ...prediction, notGiven };
}

/** Nobody can know what is computed here from events, so a row need not bring it: it is missing then, and is counted. */
function createFill(scorer: Scorer, computed: readonly ComputedColumn[]) {
  const names = computed
    .map(({ name }) => name)
    .filter((name) => scorer.inputs.some((input) => input.name === name));
  const counts = new Map<string, number>();
  return {
    fill: (row: SourceRow): SourceRow => {
      const absent = names.filter((name) => !Object.hasOwn(row, name));
      for (const name of absent) counts.set(name, (counts.get(name) ?? 0) + 1);
      return absent.length === 0
        ? row
        : { ...row, ...Object.fromEntries(absent.map((name) => [name, null])) };
    },
    notGiven: () => [...counts].map(([column, rows]) => ({ column, rows })),
  };
}

function checkRange({ name, range }: ContractColumn, value: number): void {
  if (range === undefined || !isOutside(value, range)) return;
  throw new TidewatchError(
    'value-invalid',
    `Column ${name} of the row is ${value}: expected a number ${rangeText(range)} (\`columns.ranges\` in config.json).`,
    { details: { column: name } },
  );
}

async function predictFiles(
  engine: Engine,
  scorer: Scorer,
  paths: readonly string[],
  { contract, workspace: within }: PredictorOptions,
): Promise<Prediction> {
  const matched: MatchedColumn[] = [];
  const onMatched = (found: readonly MatchedColumn[]): void => void matched.push(...found);
  const table = await engine.open({ kind: 'files', paths, contract, labels: 'optional', within, onMatched });
  try {
    const unseen = createUnseenCounter(scorer.model);
    const { probabilities } = await scoreTable(table, scorer, { labels: false, onInputs: unseen.add });
    return predictionOf(scorer, Array.from(probabilities), unseen.columns(), matched);
  } finally {
    await table.close();
  }
}

/** The text goes through a file for the moment, so that it is read by the very rules that data files are. */
async function predictCsv(
  engine: Engine,
  scorer: Scorer,
  csv: string,
  options: PredictorOptions,
): Promise<Prediction> {
  makeFolder(options.temporaryFolder);
  const path = temporaryName(join(options.temporaryFolder, 'request')).replace(/\.part$/, '.csv');
  try {
    // The mark says that it is UTF-8, whatever the configuration says of files.
    writeFileSync(path, `\ufeff${csv}`, { mode: 0o600, flag: 'wx' });
    return await predictFiles(engine, scorer, [path], options);
  } catch (error) {
    throw ofBody(error, path);
  } finally {
    rmSync(path, { force: true });
  }
}

/** The error with what the client knows its text as, in place of the file. */
function ofBody(error: unknown, path: string): unknown {
  if (!(error instanceof TidewatchError)) return error;
  const tell = (text: string): string =>
    text.replaceAll(path, 'the body').replaceAll(basename(path), 'the body');
  const tellValue = (_key: string, value: unknown): unknown => {
    if (typeof value === 'bigint') return String(value);
    return typeof value === 'string' ? tell(value) : value;
  };
  const details = JSON.parse(JSON.stringify(error.details, tellValue)) as ErrorDetails;
  const message = tell(error.message).replace(/^the body/, 'The body');
  return new TidewatchError(error.code, message, { details, cause: error });
}

function predictionOf(
  scorer: Scorer,
  probabilities: number[],
  unseen: UnseenValues[],
  matched: MatchedColumn[] = [],
): Prediction {
  return {
    modelVersion: scorer.model.version,
    threshold: scorer.model.threshold,
    rows: probabilities.length,
    predictions: probabilities.map(scorer.classify),
    probabilities,
    unseen,
    matched,
  };
}
