/** Writes a model for other systems, as SQL or ONNX, held against the scorer on real rows first. */
import { writeFileAtomic } from '../../base/atomic-file.ts';
import { TidewatchError } from '../../base/errors.ts';
import { derivedWords } from '../../core/derived/derived-column.ts';
import type { ModelDocument } from '../../core/document/document.ts';
import { renderOnnx } from '../../core/models/onnx/render-onnx.ts';
import type { SqlDialect } from '../../core/models/sql/dialect.ts';
import { renderSql } from '../../core/models/sql/render-sql.ts';
import type { Table } from '../../engine/port.ts';
import { checkedRows, checkOnnx, checkSql, type ExportCheck, type ExportDeps } from './check.ts';

export type ExportFormat =
  | { readonly kind: 'sql'; readonly dialect: SqlDialect; readonly table: string }
  | { readonly kind: 'onnx' };

export interface ExportOptions {
  readonly model: ModelDocument;
  readonly format: ExportFormat;
  /** Clients to check it on, besides rows made up from the model; null: only those. */
  readonly table: Table | null;
  /** Absolute path of the file to write; null: the SQL is only in the summary. ONNX needs one. */
  readonly path: string | null;
}

export interface ExportSummary {
  /** Version of the model. */
  readonly model: string;
  readonly format: ExportFormat['kind'];
  readonly path: string | null;
  /** null for ONNX. */
  readonly sql: string | null;
  readonly check: ExportCheck;
  /** Inputs that are made of other columns, in words: SQL makes them of these, ONNX takes them as numbers. */
  readonly derived: Readonly<Record<string, string>>;
}

/**
 * Error `export-differs` where what was written scores a row otherwise than the scorer, by more than 1e-9;
 * `value-invalid` where a model cannot be written so, as for a database that takes two of its columns for one.
 */
export async function exportModel(deps: ExportDeps, options: ExportOptions): Promise<ExportSummary> {
  const { model, format, path, table } = options;
  const derived = Object.fromEntries(
    model.inputs.flatMap((input) => (input.derived ? [[input.name, derivedWords(input.derived)]] : [])),
  );
  if (format.kind === 'onnx') {
    if (path === null) throw new TidewatchError('usage', 'ONNX is not text: name the file to write it to.');
    const bytes = renderOnnx(model);
    const check = checkOnnx(model, bytes, await checkedRows(model, table));
    writeFileAtomic(path, bytes);
    return { model: model.version, format: 'onnx', path, sql: null, check, derived };
  }
  const { dialect } = format;
  const text = renderSql(model, format);
  const check = await checkSql(deps, model, dialect, await checkedRows(model, table));
  const sql = `${checkText(check, dialect)}${text}`;
  if (path !== null) writeFileAtomic(path, sql);
  return { model: model.version, format: 'sql', path, sql, check, derived };
}

/** The comment that says how far the text can be trusted. */
function checkText(
  { database, ranThisText, rows, largestDifference }: ExportCheck,
  dialect: SqlDialect,
): string {
  const result = `on ${rows} rows: at most ${largestDifference.toExponential(1)} from the scorer`;
  if (!ranThisText) {
    const same = dialect === 'postgres' ? 'with plain names of columns' : "in DuckDB's dialect";
    return `-- Not run on ${dialect} here. The same SELECT ${same} was, ${result}.\n`;
  }
  const place = dialect === 'postgres' ? 'in DuckDB, which reads it too,' : `in ${database}`;
  return `-- Checked ${place} ${result}.\n`;
}
