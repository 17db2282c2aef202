/** A table whose rows are held in memory, column by column: what an engine that keeps its rows elsewhere brings here. */

import type { SourceColumn } from '../../core/columns/source-column.ts';
import type { TableContract } from '../../formats/contract/table-contract.ts';
import { columnMissing } from '../column-missing.ts';
import type { ColumnProfile, SnapshotColumn, Table } from '../port.ts';
import type { ColumnBatch } from '../row-stream.ts';
import { type Answers, aggregateRows, type Statistics } from '../statistics/aggregate.ts';
import { columnProfiles } from '../statistics/column-profiles.ts';
import { checkPlaces, rowKeys } from './row-keys.ts';

const BATCH_ROWS = 65_536;

/** Columns of equal length. */
export interface HeldColumns {
  readonly rows: number;
  readonly contract: TableContract;
  readonly columns: readonly SnapshotColumn[];
  /** By the name of the column, of all rows. */
  readonly vectors: ReadonlyMap<string, SourceColumn>;
}

/** The table keeps the arrays that it is given. */
export function createHeldTable(held: HeldColumns): Table {
  return new HeldTable(held);
}

class HeldTable implements Table {
  readonly rows: number;
  readonly contract: TableContract;
  private readonly held: HeldColumns;

  constructor(held: HeldColumns) {
    this.held = held;
    this.rows = held.rows;
    this.contract = held.contract;
  }

  async *stream(
    columns: readonly (string | null)[],
    allocate: (length: number) => Float64Array = (length) => new Float64Array(length),
  ): AsyncGenerator<ColumnBatch> {
    const vectors = columns.map((name) => (name === null ? null : vectorOf(this.held, name)));
    for (let offset = 0; offset < this.rows; offset += BATCH_ROWS) {
      const end = Math.min(this.rows, offset + BATCH_ROWS);
      yield {
        rows: end - offset,
        offset,
        columns: vectors.map((vector) => partOf(vector, offset, end, allocate)),
      };
    }
  }

  aggregate<const Asked extends Statistics>(statistics: Asked): Promise<Answers<Asked>> {
    return aggregateRows(this, statistics);
  }

  profile(): Promise<readonly ColumnProfile[]> {
    const labels = new HeldTable({ ...this.held, vectors: withLabels(this.held) });
    return columnProfiles(this.held.columns, async (statistic) => (await labels.aggregate([statistic]))[0]);
  }

  async except(other: Table): Promise<Uint32Array> {
    const names = this.held.columns.flatMap(({ name, computed }) => (computed === true ? [] : [name]));
    const known = new Set(await other.keys(names));
    const keys = await this.keys(names);
    const places = Uint32Array.from(keys, (_, row) => row);
    return places.filter((row) => !known.has(keys[row] as bigint));
  }

  keys(columns: readonly string[]): Promise<BigUint64Array> {
    return rowKeys(this, columns);
  }

  async select(rows: Uint32Array): Promise<Table> {
    checkPlaces(rows, this.rows);
    const vectors = new Map(
      [...this.held.vectors].map(([name, vector]) => [name, takePlaces(vector, rows)] as const),
    );
    return new HeldTable({ ...this.held, rows: rows.length, vectors });
  }

  async close(): Promise<void> {}
}

/** Error `column-missing` where the table has no such column. */
function vectorOf({ vectors }: HeldColumns, name: string): SourceColumn {
  const vector = vectors.get(name);
  if (vector !== undefined) return vector;
  throw columnMissing(name, [...vectors.keys()]);
}

/** The vectors with a target of whole numbers as it is written in the data, in place of its classes. */
function withLabels({ vectors, columns, contract }: HeldColumns): ReadonlyMap<string, SourceColumn> {
  const target = columns.find(({ role, type }) => role === 'target' && type === 'integer');
  const vector = target === undefined ? undefined : vectors.get(target.name);
  if (target === undefined || vector?.kind !== 'numeric') return vectors;
  const [left, stayed] = [Number(contract.positive), Number(contract.negative ?? '0')];
  const values = vector.values.map((label) => (Number.isNaN(label) ? label : label === 1 ? left : stayed));
  return new Map(vectors).set(target.name, { kind: 'numeric', values });
}

/** Rows from `offset` to before `end` in arrays of their own; null: the numbers of the rows, from 1, as texts. */
function partOf(
  vector: SourceColumn | null,
  offset: number,
  end: number,
  allocate: (length: number) => Float64Array,
): SourceColumn {
  if (vector === null) {
    const values = Array.from({ length: end - offset }, (_, row) => String(offset + row + 1));
    return { kind: 'text', values };
  }
  switch (vector.kind) {
    case 'numeric': {
      const values = allocate(BATCH_ROWS);
      values.set(vector.values.subarray(offset, end));
      return {
        kind: 'numeric',
        values: end - offset === BATCH_ROWS ? values : values.slice(0, end - offset),
      };
    }
    case 'categorical':
      return { ...vector, codes: vector.codes.slice(offset, end) };
    case 'text':
      return { kind: 'text', values: vector.values.slice(offset, end) };
  }
}

function takePlaces(vector: SourceColumn, rows: Uint32Array): SourceColumn {
  switch (vector.kind) {
    case 'numeric':
      return { kind: 'numeric', values: Float64Array.from(rows, (row) => vector.values[row] as number) };
    case 'categorical':
      return { ...vector, codes: Int32Array.from(rows, (row) => vector.codes[row] as number) };
    case 'text':
      return { kind: 'text', values: Array.from(rows, (row) => vector.values[row] ?? null) };
  }
}
