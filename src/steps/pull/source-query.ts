/** What is asked of a source: its columns held against the contract, and the query for the rows from a watermark on. */

import { TidewatchError } from '../../base/errors.ts';
import { nearColumns, nearColumnsQuestion, quotedList } from '../../base/near-columns.ts';
import { quoted } from '../../base/shorten.ts';
import { trimEndOf } from '../../base/trim-end.ts';
import { readColumnsOf } from '../../formats/contract/contract.ts';
import type { TableContract } from '../../formats/contract/table-contract.ts';
import { aliasCommand } from '../../formats/csv/alias-command.ts';
import { matchColumns } from '../../formats/csv/match-columns.ts';
import type {
  ExternalColumn,
  ExternalDatabase,
  ExternalRow,
} from '../../store/external/external-database.ts';
import { watermarkSql } from './watermark.ts';

/** A source as the configuration has it; one of table and query is given. */
export interface SourceOptions {
  readonly name: string;
  readonly table: string | null;
  readonly query: string | null;
  /** The column that grows with every new or changed row. */
  readonly watermark: string;
  /** How far below the last watermark late rows are looked for. */
  readonly overlap: number;
  readonly rowsPerFile: number;
}

/** What may stand after FROM. */
export function fromClause(database: Pick<ExternalDatabase, 'quote'>, source: SourceOptions): string {
  if (source.query === null) return database.quote(source.table ?? '');
  return `(${trimEndOf(source.query, '; \n\r\t')}\n) pulled_rows`;
}

/**
 * The columns to read: the watermark first, then those of the contract that it is not, under the names that the
 * source has for them (`matchColumns`). Errors `column-missing`, `input-unreadable` where two columns may be one of the
 * contract, and `value-invalid` for a column of bytes.
 */
export function chooseColumns(
  columns: readonly ExternalColumn[],
  contract: TableContract,
  source: SourceOptions,
  place: string,
): readonly ExternalColumn[] {
  const read = readColumnsOf(contract);
  const places = matchColumns(
    columns.map(({ name }) => name),
    read,
  );
  if ('reason' in places) throw isUnclear(places.reason, source, place);
  const watermark = columns.findIndex(({ name }) => name === source.watermark);
  const own = places.positions;
  const absent = read.flatMap(({ name, role }, k) =>
    own[k] === -1 && name !== source.watermark && !isOptional(role, contract) ? [name] : [],
  );
  if (watermark < 0) absent.unshift(source.watermark);
  if (absent.length > 0) throw missing(absent, columns, own, source, place);
  const chosen = new Set([watermark, ...own.filter((at) => at >= 0)]);
  return [...chosen].map((at) => {
    const found = columns[at] as ExternalColumn;
    if (found.kind === 'bytes') throw isBytes(found, source, place);
    return found;
  });
}

function isOptional(role: string, contract: TableContract): boolean {
  return role === 'target' && contract.labels === 'optional';
}

/** `own`: places of the columns that the contract has found. */
function missing(
  absent: readonly string[],
  columns: readonly ExternalColumn[],
  own: readonly number[],
  source: SourceOptions,
  place: string,
): TidewatchError {
  const names = columns.map((column) => column.name);
  const spare = names.filter((name, at) => !own.includes(at) && name !== source.watermark);
  const question = nearColumnsQuestion(absent, spare);
  const near = nearColumns(
    absent.filter((name) => name !== source.watermark),
    spare,
  );
  const command = aliasCommand([...near].map(([as, column]) => ({ column, as })));
  const many = absent.length > 1;
  const what = absent.includes(source.watermark)
    ? `; ${quoted(source.watermark)} is the watermark`
    : ', which the configuration names';
  return new TidewatchError(
    'column-missing',
    `The source "${source.name}" at ${place} has no column${many ? 's' : ''} ${quotedList(absent)}${what}. ` +
      `${question === null ? '' : `D${question.slice(1)} `}${command === null ? '' : `If so, run: ${command}. `}Its columns are ${quotedList(names)}. Name another in ` +
      'config.json, or make it in a query.',
    { details: { source: source.name, column: absent[0], missing: absent, columns: names } },
  );
}

function isUnclear(reason: string, source: SourceOptions, place: string): TidewatchError {
  return new TidewatchError('input-unreadable', `The source "${source.name}" at ${place}: ${reason}.`, {
    details: { source: source.name },
  });
}

function isBytes(column: ExternalColumn, source: SourceOptions, place: string): TidewatchError {
  return new TidewatchError(
    'value-invalid',
    `The column "${column.name}" of the source "${source.name}" at ${place} holds bytes (${column.type}); expected text, ` +
      'a number or a time. Name another column in config.json, or turn it into text in a query.',
    { details: { source: source.name, column: column.name, type: column.type } },
  );
}

/** Which watermarks are read: from `from` on, if there is one, and below `before`, if there is one. */
export interface Bounds {
  readonly from: string | null;
  readonly before: string | null;
}

/** The rows within bounds in the order of the watermark. */
export function rowsSql(from: string, columns: readonly ExternalColumn[], bounds: Bounds): string {
  return `select ${listOf(columns)} from ${from} where ${within(columns, bounds)} order by ${keyOf(columns)}`;
}

/** How many those are. */
export function countSql(from: string, columns: readonly ExternalColumn[], bounds: Bounds): string {
  return `select count(*) from ${from} where ${within(columns, bounds)}`;
}

/** The row with the greatest watermark. */
export function newestSql(from: string, columns: readonly ExternalColumn[]): string {
  const key = keyOf(columns);
  return `select ${listOf(columns)} from ${from} where ${key} is not null order by ${key} desc limit 1`;
}

/** How many rows have no watermark, which no pull ever sees, and how many have one from the future, which none sees yet. */
export function leftSql(from: string, columns: readonly ExternalColumn[], { before }: Bounds): string {
  const key = keyOf(columns);
  if (before === null) return `select count(*), 0 from ${from} where ${key} is null`;
  const isAhead = `${key} >= ${watermarkSql(before)}`;
  const counts = [`${key} is null`, isAhead].map((each) => `count(case when ${each} then 1 end)`);
  return `select ${counts.join(', ')} from ${from} where ${key} is null or ${isAhead}`;
}

function within(columns: readonly ExternalColumn[], { from, before }: Bounds): string {
  const key = keyOf(columns);
  const low = from === null ? `${key} is not null` : `${key} >= ${watermarkSql(from)}`;
  return before === null ? low : `${low} and ${key} < ${watermarkSql(before)}`;
}

function listOf(columns: readonly ExternalColumn[]): string {
  return columns.map(({ sql }) => sql).join(', ');
}

function keyOf([watermark]: readonly ExternalColumn[]): string {
  return watermark?.key ?? watermark?.sql ?? '';
}

/** The first row of a query, or null. */
export async function firstRow(
  database: Pick<ExternalDatabase, 'read'>,
  query: string,
): Promise<ExternalRow | null> {
  for await (const rows of database.read(query)) return rows[0] ?? null;
  return null;
}
