/** A table open for reading, over a Parquet file or a table in memory. */

import { TidewatchError } from '../../../base/errors.ts';
import { type ColumnMoments, columnMoments } from '../../../core/statistics/column-moments.ts';
import type { TableContract } from '../../../formats/contract/table-contract.ts';
import { columnMissing } from '../../column-missing.ts';
import { duckdb } from '../../dialects/duckdb.ts';
import type { ColumnProfile, SnapshotColumn, Table, TableSource } from '../../port.ts';
import type { ColumnBatch } from '../../row-stream.ts';
import { checkPlaces, rowKeys } from '../../rows/row-keys.ts';
import { type Answers, aggregateBySql, aggregateRows, type Statistics } from '../../statistics/aggregate.ts';
import { columnCounts } from '../../statistics/column-counts.ts';
import { computedPartOf, partPathsOf } from '../files/snapshot-parts.ts';
import type { Database } from './database.ts';
import { integerMoments } from './integer-moments.ts';
import { identifier, literal, readParquet, storedNames } from './sql.ts';
import { type StreamColumn, streamBatches } from './stream.ts';

export async function openSnapshot(
  database: Database,
  { snapshot, contract }: Extract<TableSource, { kind: 'snapshot' }>,
): Promise<Table> {
  const relation = snapshotRelation(snapshot.parquetPath);
  return openRelation(database, { relation, columns: snapshot.columns, contract, release: async () => {} });
}

/** What a snapshot is selected from, its computed columns among the others. */
export function snapshotRelation(parquetPath: string): string {
  const rows = readParquet(partPathsOf(parquetPath));
  const computed = computedPartOf(parquetPath);
  return computed === null ? rows : `(select * from ${rows} positional join ${readParquet([computed.path])})`;
}

export interface Relation {
  /** What stands after FROM. */
  readonly relation: string;
  readonly columns: readonly SnapshotColumn[];
  readonly contract: TableContract;
  readonly release: () => Promise<unknown>;
}

export async function openRelation(database: Database, relation: Relation): Promise<Table> {
  const [rows = 0] = await database.numbers(`select count(*) from ${relation.relation}`);
  return new DuckdbTable(database, relation, rows);
}

/** At most so many times, each of so many rows on average, are streamed as codes. */
const FEW_TEXTS = 1000;
const SHARED_BY = 20;

class DuckdbTable implements Table {
  readonly rows: number;
  readonly contract: TableContract;
  readonly source: Relation;
  private readonly database: Database;
  private readonly stored: readonly string[];
  /** Levels of each categorical column, found once. */
  private readonly levels = new Map<string, Promise<readonly string[]>>();
  /** How many texts a column of times has, counted once, no further than needed. */
  private readonly texts = new Map<string, Promise<readonly number[]>>();

  constructor(database: Database, source: Relation, rows: number) {
    this.database = database;
    this.source = source;
    this.rows = rows;
    this.contract = source.contract;
    this.stored = storedNames(source.columns);
  }

  async *stream(
    columns: readonly (string | null)[],
    allocate?: (length: number) => Float64Array,
  ): AsyncGenerator<ColumnBatch> {
    const wanted = await Promise.all(columns.map((name) => this.streamColumn(name)));
    yield* streamBatches(this.database, this.source.relation, wanted, allocate);
  }

  aggregate<const Asked extends Statistics>(statistics: Asked): Promise<Answers<Asked>> {
    return aggregateRows(this, statistics);
  }

  async profile(): Promise<ColumnProfile[]> {
    const { relation, columns } = this.source;
    const integers = columns.flatMap(({ type }, k) => (type === 'integer' ? [this.stored[k] as string] : []));
    const sums = await integerMoments(this.database, relation, integers);
    const profiles: ColumnProfile[] = [];
    for (const [k, { name, role, type }] of columns.entries()) {
      const exact = type === 'integer' ? (sums[integers.indexOf(this.stored[k] as string)] ?? null) : null;
      const numeric = type === 'integer' || type === 'double' ? (exact ?? (await this.moments(k))) : null;
      const missing = numeric === null ? await this.countMissing(k) : numeric.missing;
      profiles.push({
        name,
        role,
        rows: this.rows,
        missing,
        numeric: numeric === null ? null : numeric.moments,
      });
    }
    return profiles;
  }

  async except(other: Table): Promise<Uint32Array> {
    if (!(other instanceof DuckdbTable)) {
      throw new TidewatchError('internal', 'except needs a table of the same engine.');
    }
    const equal = this.source.columns.flatMap(({ name, computed }, k) => {
      if (computed === true) return [];
      const mine = `a.${identifier(this.stored[k] as string)}`;
      return `${mine} is not distinct from b.${identifier(other.storedName(name))}`;
    });
    const place = identifier(`row order ${this.stored.join(' ')}`);
    return this.database.places(
      `select ${place} from (select *, row_number() over () - 1 as ${place} from ${this.source.relation}) a ` +
        `anti join ${other.source.relation} b on ${equal.join(' and ')} order by ${place}`,
    );
  }

  keys(columns: readonly string[]): Promise<BigUint64Array> {
    return rowKeys(this, columns);
  }

  async select(rows: Uint32Array): Promise<Table> {
    checkPlaces(rows, this.rows);
    const [places, table] = [this.database.nextTable(), this.database.nextTable()];
    const order = identifier(`row order ${this.stored.join(' ')}`);
    await this.database.createPlaces(places, rows);
    await this.database.run(
      `create table ${table} as select * exclude (${order}) from ` +
        `(select *, row_number() over () - 1 as ${order} from ${this.source.relation}) a ` +
        `semi join ${places} b on a.${order} = b.place order by ${order}; drop table ${places}`,
    );
    const release = (): Promise<unknown> => this.database.run(`drop table if exists ${table}`);
    return openRelation(this.database, { ...this.source, relation: table, release });
  }

  async close(): Promise<void> {
    await this.source.release();
  }

  storedName(name: string): string {
    const k = this.source.columns.findIndex((column) => column.name === name);
    const stored = this.stored[k];
    if (stored !== undefined) return stored;
    throw columnMissing(
      name,
      this.source.columns.map((column) => column.name),
    );
  }

  private async streamColumn(name: string | null): Promise<StreamColumn> {
    if (name === null) return { kind: 'row-number' };
    const stored = this.storedName(name);
    const column = identifier(stored);
    const role = this.source.columns.find((entry) => entry.name === name)?.role;
    switch (role) {
      case 'numeric':
      case 'value':
        return { kind: 'numeric', sql: `coalesce(${column}::double, 'nan'::double)` };
      case 'target':
        return { kind: 'numeric', sql: this.labelSql(column) };
      case 'categorical':
        return { kind: 'categorical', column: stored, levels: await this.levelsOf(stored) };
      case 'time':
        return (await this.isOfFewTexts(stored))
          ? { kind: 'categorical', column: stored, levels: await this.levelsOf(stored) }
          : { kind: 'text', sql: `${column}::varchar` };
      default:
        return { kind: 'text', sql: `${column}::varchar` };
    }
  }

  private labelSql(column: string): string {
    const positive = literal(this.contract.positive);
    return `case when ${column} is null then 'nan'::double when ${column}::varchar = ${positive} then 1.0::double else 0.0::double end`;
  }

  /** Whether the texts of a column are worth to be streamed as codes, as the months of a panel are. */
  private async isOfFewTexts(stored: string): Promise<boolean> {
    if (this.rows < FEW_TEXTS * SHARED_BY) return false;
    this.texts.set(
      stored,
      this.texts.get(stored) ??
        this.database.numbers(
          `select count(*) from (select distinct ${identifier(stored)} from ${this.source.relation} limit ${FEW_TEXTS + 1})`,
        ),
    );
    const [distinct = 0] = (await this.texts.get(stored)) ?? [];
    return distinct <= FEW_TEXTS;
  }

  /** Levels by the order of their bytes. */
  private levelsOf(stored: string): Promise<readonly string[]> {
    const column = identifier(stored);
    const found =
      this.levels.get(stored) ??
      this.database.texts(
        `select distinct ${column} from ${this.source.relation} where ${column} is not null order by 1`,
      );
    this.levels.set(stored, found);
    return found;
  }

  private async moments(k: number): Promise<ColumnMoments> {
    const sql = `coalesce(${identifier(this.stored[k] as string)}::double, 'nan'::double)`;
    const values = new Float64Array(this.rows);
    for await (const batch of streamBatches(this.database, this.source.relation, [
      { kind: 'numeric', sql },
    ])) {
      const [vector] = batch.columns;
      if (vector?.kind === 'numeric') values.set(vector.values, batch.offset);
    }
    return columnMoments(values);
  }

  private async countMissing(k: number): Promise<number> {
    const table = { from: this.source.relation, column: identifier };
    const counts = columnCounts(this.stored[k] as string, 'categorical');
    const [{ missing }] = await aggregateBySql((sql) => this.database.rows(sql), table, duckdb, [counts]);
    return missing;
  }
}
