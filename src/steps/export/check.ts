/** Holds an exported model against the scorer on real rows, and on rows made to tell them apart. */
import { TidewatchError } from '../../base/errors.ts';
import { batchOfStored, type StoredRow } from '../../core/columns/stored-rows.ts';
import type { ModelDocument } from '../../core/document/document.ts';
import { evaluateOnnx } from '../../core/models/onnx/evaluate.ts';
import { probeRows } from '../../core/models/probe-rows.ts';
import { tableColumnsOf } from '../../core/models/sql/derived-sql.ts';
import type { SqlDialect } from '../../core/models/sql/dialect.ts';
import { withRawValues } from '../../core/models/sql/raw-rows.ts';
import { renderSql } from '../../core/models/sql/render-sql.ts';
import { sameNames, withPlainNames } from '../../core/models/sql/same-names.ts';
import { createScorer } from '../../core/scoring/scorer.ts';
import type { Table } from '../../engine/port.ts';
import type { ColumnBatch } from '../../engine/row-stream.ts';
import type { ScratchSelect } from '../../store/external/scratch-select.ts';

/** On how many rows an export was held against the scorer, where, and how far off it was at most. */
export interface ExportCheck {
  /** Where the SQL ran; null: ONNX, whose bytes were read back and evaluated operator by operator. */
  readonly database: 'DuckDB' | 'SQLite' | null;
  /**
   * Whether what is handed out was run as it is; false: the same SELECT was, in DuckDB's dialect, or with plain names
   * of columns where DuckDB takes two of them for one.
   */
  readonly ranThisText: boolean;
  readonly rows: number;
  readonly largestDifference: number;
}

/** The databases that SQL can be tried in. */
export interface ExportDeps {
  readonly duckdb: ScratchSelect;
  readonly sqlite: ScratchSelect;
}

/** Rows of the table that are checked, from its beginning. */
const CHECKED_ROWS = 2000;
const TOLERANCE = 1e-9;
const SCRATCH_TABLE = 'clients';

/** The first rows of the table, and rows made up around one of them. */
export async function checkedRows(model: ModelDocument, table: Table | null): Promise<StoredRow[]> {
  const rows: StoredRow[] = [];
  if (table !== null) {
    for await (const batch of table.stream(model.inputs.map(({ name }) => name))) {
      const count = Math.min(batch.rows, CHECKED_ROWS - rows.length);
      for (let i = 0; i < count; i++) rows.push(rowAt(model, batch, i));
      if (rows.length === CHECKED_ROWS) break;
    }
  }
  const made = Object.fromEntries(model.inputs.map(({ name, kind }) => [name, kind === 'numeric' ? 1 : '']));
  return [...rows, ...probeRows(model, rows[0] ?? made)];
}

function rowAt(model: ModelDocument, { columns }: ColumnBatch, i: number): StoredRow {
  return Object.fromEntries(
    model.inputs.map(({ name }, k) => {
      const column = columns[k];
      if (column?.kind === 'numeric') {
        const value = column.values[i] as number;
        return [name, Number.isNaN(value) ? null : value];
      }
      if (column?.kind === 'categorical') return [name, column.levels[column.codes[i] as number] ?? null];
      return [name, column?.values[i] ?? null];
    }),
  );
}

/** What an export says of a row. */
interface Answer {
  readonly probability: number;
  readonly label: number;
}

/** Runs the SELECT. Error `export-differs` where a row scores otherwise than by the scorer, by more than 1e-9. */
export async function checkSql(
  deps: ExportDeps,
  model: ModelDocument,
  dialect: SqlDialect,
  given: readonly StoredRow[],
): Promise<ExportCheck> {
  const rows = given.map((row, index) => withRawValues(model, row, index));
  const [database, select] =
    dialect === 'sqlite' ? (['SQLite', deps.sqlite] as const) : (['DuckDB', deps.duckdb] as const);
  const isReadHere = dialect !== 'mysql' && dialect !== 'spark';
  const tried =
    sameNames(model, dialect === 'sqlite' ? 'sqlite' : 'duckdb') === null ? model : withPlainNames(model);
  const sql = renderSql(tried, { dialect: isReadHere ? dialect : 'duckdb', table: SCRATCH_TABLE });
  const sources = tableColumnsOf(model.inputs);
  const inputs = tableColumnsOf(tried.inputs).map(({ name, kind }, k) => {
    const source = sources[k]?.name ?? name;
    const values = rows.map((row) => row[source] ?? null);
    return { name, kind: kind === 'numeric' ? kind : ('categorical' as const), values };
  });
  const id = { name: tried.id ?? '', kind: 'categorical', values: rows.map((_, i) => String(i)) } as const;
  const selected = await select(SCRATCH_TABLE, tried.id === null ? inputs : [id, ...inputs], sql);
  const answers = selected.map((cells): Answer => {
    const [probability, label] = cells.slice(-2).map(Number) as [number, number];
    return { probability, label };
  });
  const largestDifference = largestDifferenceOf(model, rows, answers, `in ${database}, the SQL`);
  return { database, ranThisText: isReadHere && tried === model, rows: rows.length, largestDifference };
}

/** Evaluates the bytes. Error `export-differs` as for SQL. */
export function checkOnnx(model: ModelDocument, bytes: Uint8Array, given: readonly StoredRow[]): ExportCheck {
  // The empty text is missing in ONNX.
  const rows = given.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === '' ? null : value])),
  );
  const { labels, probabilities } = evaluateOnnx(bytes, rows);
  const answers = probabilities.map((probability, i) => ({ probability, label: labels[i] as number }));
  const largestDifference = largestDifferenceOf(model, rows, answers, 'the ONNX model');
  return { database: null, ranThisText: true, rows: rows.length, largestDifference };
}

function largestDifferenceOf(
  model: ModelDocument,
  rows: readonly StoredRow[],
  answers: readonly Answer[],
  what: string,
): number {
  if (answers.length !== rows.length) {
    throw differs(model, what, `${answers.length} rows came back for ${rows.length}`, {});
  }
  const scorer = createScorer(model);
  const probabilities = new Float64Array(rows.length);
  scorer.probabilityInto(batchOfStored(model.inputs, rows), probabilities);
  let largest = 0;
  rows.forEach((row, i) => {
    const probability = probabilities[i] as number;
    const label = scorer.classify(probability);
    const got = answers[i] as Answer;
    const difference = Math.abs(got.probability - probability);
    const isTie = Math.abs(probability - model.threshold) <= TOLERANCE;
    if (!(difference <= TOLERANCE) || (got.label !== label && !isTie)) {
      const text =
        `${JSON.stringify(row)} has the probability ${got.probability} and the class ${got.label}, expected ` +
        `${probability} and ${label}`;
      throw differs(model, what, text, { row, got: got.probability, expected: probability });
    }
    if (difference > largest) largest = difference;
  });
  return largest;
}

function differs(
  { version }: ModelDocument,
  what: string,
  how: string,
  details: Readonly<Record<string, unknown>>,
): TidewatchError {
  return new TidewatchError(
    'export-differs',
    `${what[0]?.toUpperCase()}${what.slice(1)} of model ${version} does not score as the model itself: ${how}. Nothing ` +
      'was handed out. Please report the model file.',
    { details },
  );
}
