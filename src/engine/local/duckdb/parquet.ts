/** CSV to Parquet and back, by DuckDB. */
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { TidewatchError } from '../../../base/errors.ts';
import { openRegularFile } from '../../../base/regular-file.ts';
import type { TableContract } from '../../../formats/contract/table-contract.ts';
import { allColumnsOf } from '../../../formats/csv/columns-to-read.ts';
import { FileRefused, refusedAs } from '../../../formats/csv/file-refused.ts';
import { matchColumns } from '../../../formats/csv/match-columns.ts';
import { mostUnpackedBytes, unpacksToTooMuch } from '../../../formats/csv/unpacked-size.ts';
import { isParquet } from '../../../formats/data-endings.ts';
import type { EngineOptions } from '../../port.ts';
import type { CanonicalFile } from '../compile/write-snapshot.ts';
import { Database } from './database.ts';
import { identifier, literal, pathLiteral, readCanonicalCsv, readParquet } from './sql.ts';

/**
 * Writes a canonical CSV as Parquet, in order, after the rows of `parts`. Returns the rows of both. An instance of its own with one thread does it:
 * with more, where a row group ends depends on which thread was first, and equal input would not give equal
 * bytes (seen once in some five runs). It costs a fifth more time and spares half the memory.
 */
export async function writeParquet(
  options: EngineOptions,
  file: CanonicalFile,
  parquetPath: string,
  parts: readonly string[] = [],
): Promise<number> {
  const { path, columns, longestLine } = file;
  const database = await Database.open({ ...options, threads: 1 });
  try {
    const before = parts.length === 0 ? '' : `select * from ${readParquet(parts)} union all `;
    return await database.run(
      `copy (${before}select * from ${readCanonicalCsv(path, columns, longestLine)}) to ${literal(parquetPath)} ` +
        '(format parquet, compression snappy)',
    );
  } finally {
    database.close();
  }
}

/**
 * The path of a file with the rows of `path` that is no Parquet: itself, or a copy in the temporary folder as
 * `TypedRecordReader` has it. In columns that are no numbers in the contract (null: in all), whole numbers stand
 * without a fraction, and times in ISO 8601, those with a zone in UTC.
 * @throws FileRefused where it is no Parquet file, or unpacks to too much; TidewatchError disk-full, out-of-memory.
 */
export async function asCsv(
  database: Database,
  path: string,
  contract: TableContract | null,
  { maxUnpackedRatio, within }: { readonly maxUnpackedRatio: number; readonly within?: string | undefined },
): Promise<string> {
  if (!isParquet(path)) return path;
  // DuckDB opens it by its name, so it is looked at before.
  await (await openRegularFile(path, within).catch(refusedAs)).close();
  const csv = join(database.folder, `${database.nextTable()}.csv`);
  const relation = `read_parquet(${pathLiteral(path)})`;
  const packed = statSync(path).size;
  const most = mostUnpackedBytes(packed, maxUnpackedRatio);
  const isTooMuch = () => (statSync(csv, { throwIfNoEntry: false })?.size ?? 0) > most;
  try {
    const columns = await columnsOf(database, relation);
    const texts = textColumns(columns, contract);
    const selected = texts.length === 0 ? '*' : `* replace (${texts.join(', ')})`;
    const quoted = columns.filter(({ type }) => !isBare(type)).map(({ name }) => identifier(name));
    const quotes = quoted.length === 0 ? '' : `, force_quote (${quoted.join(', ')})`;
    await database.runUntil(
      `copy (select ${selected} from ${relation}) to ${literal(csv)} (format csv, header true${quotes})`,
      isTooMuch,
    );
    if (isTooMuch()) throw unpacksToTooMuch(packed, maxUnpackedRatio);
  } catch (error) {
    const tooMuch = isTooMuch();
    rmSync(csv, { force: true });
    if (tooMuch) throw unpacksToTooMuch(packed, maxUnpackedRatio);
    if (error instanceof TidewatchError && error.code === 'out-of-memory') {
      throw new TidewatchError(error.code, `${path}: ${error.message}`, { details: { path }, cause: error });
    }
    const ofFile = ['internal', 'snapshot-damaged'];
    if (error instanceof TidewatchError && !ofFile.includes(error.code)) throw error;
    const [first] = (error instanceof Error ? error.message : String(error)).split('\n');
    const reason = NO_END.test(first ?? '')
      ? 'the file is cut off, as by a copy that did not end, or is no Parquet: its last bytes are not those of one; copy it again'
      : `the file cannot be read as Parquet: ${first ?? ''}`;
    throw new FileRefused('input-unreadable', reason, error);
  }
  return csv;
}

/** What DuckDB says of a file without the end that every Parquet file has. */
const NO_END = /No magic bytes found at end of file|too small to be a Parquet file/i;

/** First words of the types whose values stand without quotes. */
const BARE_TYPES = new Set(
  [
    'TINYINT SMALLINT INTEGER BIGINT HUGEINT UTINYINT USMALLINT UINTEGER UBIGINT UHUGEINT',
    'FLOAT DOUBLE DECIMAL BOOLEAN DATE TIME TIMESTAMP TIMESTAMP_S TIMESTAMP_MS TIMESTAMP_NS',
  ].flatMap((words) => words.split(' ')),
);

/** Whether values of a type stand without quotes; those of lists of it (`DOUBLE[]`) do not. */
function isBare(type: string): boolean {
  return !type.endsWith(']') && BARE_TYPES.has(/^\w+/.exec(type)?.[0] ?? '');
}

interface ParquetColumn {
  readonly name: string;
  readonly type: string;
}

async function columnsOf(database: Database, relation: string): Promise<ParquetColumn[]> {
  const described = `(describe select * from ${relation})`;
  const names = await database.texts(`select column_name from ${described}`);
  const types = await database.texts(`select column_type from ${described}`);
  return names.map((name, k) => ({ name, type: types[k] ?? '' }));
}

/** Replacements for the columns that hold numbers or times and are read as texts. */
function textColumns(columns: readonly ParquetColumn[], contract: TableContract | null): string[] {
  const isText = textTest(
    columns.map(({ name }) => name),
    contract,
  );
  return columns.flatMap(({ name, type }, at) => {
    const column = identifier(name);
    const sql = isText(at) ? textSql(column, type) : null;
    return sql === null ? [] : [`${sql} as ${column}`];
  });
}

/** Whether the column at a place is read as a text. */
function textTest(names: readonly string[], contract: TableContract | null): (at: number) => boolean {
  if (contract === null) return () => true;
  const read = allColumnsOf(contract);
  const places = matchColumns(names, read);
  // What cannot be told apart is refused where the copy is read.
  if ('reason' in places) return () => false;
  const roles = new Map(places.positions.map((at, k) => [at, read[k]?.role]));
  return (at) => {
    const role = roles.get(at);
    return role !== undefined && role !== 'numeric' && role !== 'value';
  };
}

/** null: as DuckDB writes the type. */
function textSql(column: string, type: string): string | null {
  if (/^(?:FLOAT|DOUBLE|DECIMAL)/.test(type)) {
    const whole = `${column} = trunc(${column}) and abs(${column}) < 1e38`;
    const text = `${column}::varchar`;
    const isNumber = type.startsWith('DECIMAL') ? 'true' : `not isnan(${column})`;
    return `case when ${whole} then ${column}::hugeint::varchar when ${isNumber} then ${text} end`;
  }
  if (!type.startsWith('TIMESTAMP')) return null;
  const isZoned = type.includes('TIME ZONE');
  const time = isZoned ? `make_timestamp(epoch_us(${column}))` : column;
  return `replace(${time}::varchar, ' ', 'T')${isZoned ? " || 'Z'" : ''}`;
}
