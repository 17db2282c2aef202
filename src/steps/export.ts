/** Writes a model for other systems, as SQL or ONNX; SQL is held against the scorer on real rows first. */
import { writeFileAtomic } from '../base/atomic-file.ts';
import { TidewatchError } from '../base/errors.ts';
import { derivedWords } from '../core/derived/derived-column.ts';
import { batchOfStored, type StoredRow } from '../core/features/stored-rows.ts';
import type { ModelDocument } from '../core/models/document.ts';
import { renderOnnx } from '../core/models/onnx/render-onnx.ts';
import { createScorer } from '../core/models/scorer.ts';
import { tableColumnsOf } from '../core/models/sql/derived-sql.ts';
import type { SqlDialect } from '../core/models/sql/dialect.ts';
import { probeRows } from '../core/models/sql/probe-rows.ts';
import { withRawValues } from '../core/models/sql/raw-rows.ts';
import { renderSql } from '../core/models/sql/render-sql.ts';
import type { ColumnBatch, Table } from '../engine/port.ts';
import type { ScratchSelect } from '../engine/scratch-select.ts';

export type ExportFormat =
  | { readonly kind: 'sql'; readonly dialect: SqlDialect; readonly table: string }
  | { readonly kind: 'onnx' };

export interface ExportOptions {
  readonly model: ModelDocument;
  readonly format: ExportFormat;
  /** Clients to check the SQL on, besides rows made up from the model; null: only those. */
  readonly table: Table | null;
  /** Absolute path of the file to write; null: the SQL is only in the summary. ONNX needs one. */
  readonly path: string | null;
}

/** On how many rows the SQL was held against the scorer, where, and how far off it was at most. */
export interface SqlCheck {
  readonly database: 'DuckDB' | 'SQLite';
  /** Whether the text handed out was run; false: the same SELECT in DuckDB's dialect was. */
  readonly ranThisText: boolean;
  readonly rows: number;
  readonly largestDifference: number;
}

export interface ExportSummary {
  /** Version of the model. */
  readonly model: string;
  readonly format: ExportFormat['kind'];
  readonly path: string | null;
  /** null for ONNX. */
  readonly sql: string | null;
  readonly check: SqlCheck | null;
  /** Inputs that are made of other columns, in words: SQL makes them of these, ONNX takes them as numbers. */
  readonly derived: Readonly<Record<string, string>>;
}

/** The databases that SQL can be tried in. */
export interface ExportDeps {
  readonly duckdb: ScratchSelect;
  readonly sqlite: ScratchSelect;
}

/** Rows of the table that are checked, from its beginning. */
const CHECKED_ROWS = 2000;
const TOLERANCE = 1e-9;

/** Error `export-differs` where a database scores a row otherwise than the scorer, by more than 1e-9. */
export async function exportModel(deps: ExportDeps, options: ExportOptions): Promise<ExportSummary> {
  const { model, format, path } = options;
  const derived = Object.fromEntries(
    model.inputs.flatMap((input) => (input.derived ? [[input.name, derivedWords(input.derived)]] : [])),
  );
  if (format.kind === 'onnx') {
    if (path === null) throw new TidewatchError('usage', 'ONNX is not text: name the file to write it to.');
    writeFileAtomic(path, renderOnnx(model));
    return { model: model.version, format: 'onnx', path, sql: null, check: null, derived };
  }
  const check = await checkSql(deps, model, format.dialect, await checkedRows(model, options.table));
  const sql = `${checkText(check, format.dialect)}${renderSql(model, format)}`;
  if (path !== null) writeFileAtomic(path, sql);
  return { model: model.version, format: 'sql', path, sql, check, derived };
}

/** The first rows of the table, and rows made up around one of them. */
async function checkedRows(model: ModelDocument, table: Table | null): Promise<StoredRow[]> {
  const rows: StoredRow[] = [];
  if (table !== null) {
    for await (const batch of table.stream(model.inputs.map(({ name }) => name))) {
      const count = Math.min(batch.rows, CHECKED_ROWS - rows.length);
      for (let i = 0; i < count; i++) rows.push(rowAt(model, batch, i));
      if (rows.length === CHECKED_ROWS) break;
    }
  }
  const made = Object.fromEntries(model.inputs.map(({ name, kind }) => [name, kind === 'numeric' ? 1 : '']));
  return [...rows, ...probeRows(model, rows[0] ?? made)].map((row, index) =>
    withRawValues(model, row, index),
  );
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

const SCRATCH_TABLE = 'clients';

async function checkSql(
  deps: ExportDeps,
  model: ModelDocument,
  dialect: SqlDialect,
  rows: readonly StoredRow[],
): Promise<SqlCheck> {
  const ranThisText = dialect !== 'mysql' && dialect !== 'spark';
  const [database, select] =
    dialect === 'sqlite' ? (['SQLite', deps.sqlite] as const) : (['DuckDB', deps.duckdb] as const);
  const sql = renderSql(model, { dialect: ranThisText ? dialect : 'duckdb', table: SCRATCH_TABLE });
  const inputs = tableColumnsOf(model.inputs).map(({ name, kind }) => ({
    name,
    kind: kind === 'numeric' ? kind : ('categorical' as const),
    values: rows.map((row) => row[name] ?? null),
  }));
  const id = { name: model.id ?? '', kind: 'categorical', values: rows.map((_, i) => String(i)) } as const;
  const answer = await select(SCRATCH_TABLE, model.id === null ? inputs : [id, ...inputs], sql);
  if (answer.length !== rows.length) {
    throw differs(model, database, `${answer.length} rows came back for ${rows.length}`, {});
  }
  const largestDifference = largestDifferenceOf(model, rows, answer, database);
  return { database, ranThisText, rows: rows.length, largestDifference };
}

function largestDifferenceOf(
  model: ModelDocument,
  rows: readonly StoredRow[],
  answer: readonly (readonly unknown[])[],
  database: string,
): number {
  const scorer = createScorer(model);
  const probabilities = new Float64Array(rows.length);
  scorer.probabilityInto(batchOfStored(model.inputs, rows), probabilities);
  let largest = 0;
  rows.forEach((row, i) => {
    const probability = probabilities[i] as number;
    const label = scorer.classify(probability);
    const [got, gotClass] = (answer[i] ?? []).slice(-2).map(Number) as [number, number];
    const difference = Math.abs(got - probability);
    const isTie = Math.abs(probability - model.threshold) <= TOLERANCE;
    if (!(difference <= TOLERANCE) || (gotClass !== label && !isTie)) {
      const what = `${JSON.stringify(row)} has the probability ${got} and the class ${gotClass}, expected ${probability} and ${label}`;
      throw differs(model, database, what, { row, got, expected: probability });
    }
    if (difference > largest) largest = difference;
  });
  return largest;
}

function differs(
  model: ModelDocument,
  database: string,
  what: string,
  details: Readonly<Record<string, unknown>>,
): TidewatchError {
  return new TidewatchError(
    'export-differs',
    `In ${database}, model ${model.version} as SQL does not score as the model itself: ${what}. Nothing was handed ` +
      'out. Please report the model file.',
    { details },
  );
}

/** The comment that says how far the text can be trusted. */
function checkText(
  { database, ranThisText, rows, largestDifference }: SqlCheck,
  dialect: SqlDialect,
): string {
  const result = `on ${rows} rows: at most ${largestDifference.toExponential(1)} from the scorer`;
  if (!ranThisText) {
    return `-- Not run on ${dialect} here. The same SELECT in DuckDB's dialect was, ${result}.\n`;
  }
  const place = dialect === 'postgres' ? 'in DuckDB, which reads it too,' : `in ${database}`;
  return `-- Checked ${place} ${result}.\n`;
}
