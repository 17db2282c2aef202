/** A table that stays in a database: sums are asked of it by SQL, and rows are brought here up to a bound. */

import { TidewatchError } from '../../base/errors.ts';
import type { SourceColumn } from '../../core/columns/source-column.ts';
import type { TableContract } from '../../formats/contract/table-contract.ts';
import { columnMissing } from '../column-missing.ts';
import type { ColumnProfile, Snapshot, SnapshotColumn, Table } from '../port.ts';
import type { ColumnBatch } from '../row-stream.ts';
import { createHeldTable } from '../rows/held-table.ts';
import type { SqlDatabase } from '../sql-database.ts';
import { type Answers, aggregateBySql, type Statistics } from '../statistics/aggregate.ts';
import { columnProfiles } from '../statistics/column-profiles.ts';
import type { SqlRow, SqlTable } from '../statistics/statistic.ts';

/** Rows that were brought here out of the database. */
export interface Collected {
  readonly rows: number;
  readonly columns: number;
}

export interface SqlTableOptions {
  /** More rows are not brought here. */
  readonly maxCollectedRows: number;
  readonly onCollected: (collected: Collected) => void;
}

export async function openSqlTable(
  database: SqlDatabase,
  snapshot: Pick<Snapshot, 'parquetPath' | 'columns'>,
  contract: TableContract,
  options: SqlTableOptions,
): Promise<Table> {
  const { from, names } = database.snapshotTable(snapshot);
  const [row] = await database.query(`SELECT COUNT(*) FROM ${from}`);
  return new DatabaseTable(
    database,
    { from, names, columns: snapshot.columns, contract },
    Number(row?.[0] ?? 0),
    options,
  );
}

interface Place {
  readonly from: string;
  readonly names: readonly string[];
  readonly columns: readonly SnapshotColumn[];
  readonly contract: TableContract;
}

class DatabaseTable implements Table {
  readonly rows: number;
  readonly contract: TableContract;
  private readonly database: SqlDatabase;
  private readonly place: Place;
  private readonly options: SqlTableOptions;
  private held: Promise<Table> | null = null;

  constructor(database: SqlDatabase, place: Place, rows: number, options: SqlTableOptions) {
    this.database = database;
    this.place = place;
    this.rows = rows;
    this.contract = place.contract;
    this.options = options;
  }

  async *stream(
    columns: readonly (string | null)[],
    allocate?: (length: number) => Float64Array,
  ): AsyncGenerator<ColumnBatch> {
    yield* (await this.collect()).stream(columns, allocate);
  }

  /** By SQL alone, as `profile`. */
  aggregate<const Asked extends Statistics>(statistics: Asked): Promise<Answers<Asked>> {
    const { database, place } = this;
    return aggregateBySql(
      (sql) => database.query(sql),
      valuesTable(database, place),
      database.dialect,
      statistics,
    );
  }

  profile(): Promise<readonly ColumnProfile[]> {
    const { database, place } = this;
    const table: SqlTable = { from: `${place.from} t`, column: (name) => columnText(database, place, name) };
    const run = (sql: string) => database.query(sql);
    return columnProfiles(place.columns, async (statistic) => {
      const [answer] = await aggregateBySql(run, table, database.dialect, [statistic]);
      return answer;
    });
  }

  async except(other: Table): Promise<Uint32Array> {
    return (await this.collect()).except(other);
  }

  async keys(columns: readonly string[]): Promise<BigUint64Array> {
    return (await this.collect()).keys(columns);
  }

  async select(rows: Uint32Array): Promise<Table> {
    return (await this.collect()).select(rows);
  }

  async close(): Promise<void> {}

  /** All columns at once: two queries of a database without an order would not fit together. */
  private collect(): Promise<Table> {
    this.held ??= collectRows(this.database, this.place, this.rows, this.options);
    return this.held;
  }
}

/** The columns as `stream` has them: numbers, texts, and the target as 1, 0 or NULL. */
function valuesTable(database: SqlDatabase, place: Place): SqlTable {
  const { text } = database.dialect;
  const values = place.columns.map((column) => {
    const value = valueText(database, place, column);
    const label = `CASE WHEN ${value} IS NULL THEN NULL WHEN ${value} = ${text(place.contract.positive)} THEN 1 ELSE 0 END`;
    return `${column.role === 'target' ? label : value} AS ${columnText(database, place, column.name)}`;
  });
  return {
    from: `(SELECT ${values.join(', ')} FROM ${place.from} s) t`,
    column: (name) => columnText(database, place, name),
  };
}

/** Error `column-missing`. */
function columnText({ dialect }: SqlDatabase, { columns, names }: Place, name: string): string {
  const place = columns.findIndex((column) => column.name === name);
  const stored = names[place];
  if (stored !== undefined) return dialect.identifier(stored);
  throw columnMissing(
    name,
    columns.map((column) => column.name),
  );
}

async function collectRows(
  database: SqlDatabase,
  place: Place,
  rows: number,
  { maxCollectedRows, onCollected }: SqlTableOptions,
): Promise<Table> {
  if (rows > maxCollectedRows) {
    throw new TidewatchError(
      'too-many-rows',
      `What was asked needs the rows themselves, and the table has ${rows}: at most ${maxCollectedRows} are brought out of ` +
        'the database. Use fewer rows, or the local engine.',
      { details: { rows, maxCollectedRows } },
    );
  }
  const { columns, from, contract } = place;
  const texts = columns.map((column) => valueText(database, place, column));
  const answer = await database.query(`SELECT ${texts.join(', ')} FROM ${from} t`);
  if (answer.length !== rows) {
    throw new TidewatchError(
      'rows-do-not-add-up',
      `The database counted ${rows} rows and gave ${answer.length}: they changed in between. Run the command again.`,
    );
  }
  onCollected({ rows, columns: columns.length });
  const vectors = new Map(
    columns.map((column, k) => [column.name, vectorOf(column, k, answer, contract)] as const),
  );
  return createHeldTable({ rows, contract, columns, vectors });
}

function isNumbers({ role }: SnapshotColumn): boolean {
  return role === 'numeric' || role === 'value';
}

function valueText(database: SqlDatabase, place: Place, column: SnapshotColumn): string {
  const written = columnText(database, place, column.name);
  return isNumbers(column) ? database.dialect.double(written) : database.dialect.string(written);
}

function vectorOf(
  column: SnapshotColumn,
  place: number,
  rows: readonly SqlRow[],
  contract: TableContract,
): SourceColumn {
  const at = (row: SqlRow) => row[place] ?? null;
  if (isNumbers(column))
    return { kind: 'numeric', values: Float64Array.from(rows, (row) => Number(at(row) ?? Number.NaN)) };
  const values = rows.map((row) => textOf(at(row)));
  switch (column.role) {
    case 'target': {
      const label = (text: string | null) =>
        text === null ? Number.NaN : Number(text === contract.positive);
      return { kind: 'numeric', values: Float64Array.from(values, label) };
    }
    case 'categorical':
      return codesOf(values);
    default:
      return { kind: 'text', values };
  }
}

function textOf(value: SqlRow[number]): string | null {
  return value === null ? null : String(value);
}

/** Levels by the order of their bytes. */
function codesOf(values: readonly (string | null)[]): SourceColumn {
  const present = [...new Set(values.filter((value) => value !== null))];
  const levels = present.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const codes = new Map(levels.map((level, code) => [level, code]));
  return {
    kind: 'categorical',
    codes: Int32Array.from(values, (value) => (value === null ? -1 : (codes.get(value) ?? -1))),
    levels,
  };
}
