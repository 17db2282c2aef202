/** Streams columns of a relation as typed arrays, straight from DuckDB's vectors. */

import type { DuckDBVector } from '@duckdb/node-api';
import type { SourceColumn } from '../../../core/columns/source-column.ts';
import type { ColumnBatch } from '../../row-stream.ts';
import { type Database, doublesOf, integersOf } from './database.ts';
import { identifier, literal } from './sql.ts';

const BATCH_ROWS = 65_536;

export type StreamColumn =
  | { readonly kind: 'row-number' }
  | { readonly kind: 'numeric'; readonly sql: string }
  | { readonly kind: 'text'; readonly sql: string }
  | { readonly kind: 'categorical'; readonly column: string; readonly levels: readonly string[] };

/** Batches of 65,536 rows, in row order; the last one may be shorter. No row, no batch. */
export async function* streamBatches(
  database: Database,
  relation: string,
  columns: readonly StreamColumn[],
  allocate: (length: number) => Float64Array = (length) => new Float64Array(length),
): AsyncGenerator<ColumnBatch> {
  const sql = columns.map(expressionOf);
  const fields = sql.flatMap((text, k) => (text === null ? [] : [`${text} as c${k}`]));
  const places = fieldPlaces(sql);
  let builder = new BatchBuilder(columns, 0, allocate);
  const query = `select ${fields.length > 0 ? fields.join(', ') : '1 as c0'} from ${relation}`;
  for await (const { rows, vectors } of database.vectors(query, fields.length)) {
    for (let from = 0; from < rows; ) {
      const taken = Math.min(rows - from, BATCH_ROWS - builder.rows);
      columns.forEach((_, k) => {
        const vector = vectors[places[k] as number];
        if (vector !== undefined) builder.put(k, vector, from, taken);
      });
      builder.rows += taken;
      from += taken;
      if (builder.rows < BATCH_ROWS) continue;
      yield builder.build();
      builder = new BatchBuilder(columns, builder.offset + builder.rows, allocate);
    }
  }
  if (builder.rows > 0) yield builder.build();
}

function expressionOf(column: StreamColumn): string | null {
  switch (column.kind) {
    case 'row-number':
      return null;
    case 'categorical': {
      if (column.levels.length === 0) return '(-1)::integer';
      const levels = column.levels.map(literal).join(', ');
      return `coalesce(enum_code(${identifier(column.column)}::enum(${levels}))::integer, -1)`;
    }
    default:
      return column.sql;
  }
}

/** Place of each column among the fields of the query; -1 for those that are none. */
function fieldPlaces(sql: readonly (string | null)[]): number[] {
  let place = 0;
  return sql.map((text) => (text === null ? -1 : place++));
}

class BatchBuilder {
  rows = 0;
  readonly offset: number;
  private readonly columns: readonly StreamColumn[];
  private readonly stores: (Float64Array | Int32Array | (string | null)[])[];

  constructor(columns: readonly StreamColumn[], offset: number, allocate: (length: number) => Float64Array) {
    this.columns = columns;
    this.offset = offset;
    this.stores = columns.map((column) => {
      if (column.kind === 'numeric') return allocate(BATCH_ROWS);
      return column.kind === 'categorical' ? new Int32Array(BATCH_ROWS) : [];
    });
  }

  put(k: number, vector: DuckDBVector, from: number, count: number): void {
    const store = this.stores[k];
    if (store instanceof Float64Array) {
      store.set(doublesOf(vector).subarray(from, from + count), this.rows);
    } else if (store instanceof Int32Array) {
      store.set(integersOf(vector).subarray(from, from + count), this.rows);
    } else {
      for (let i = from; i < from + count; i++) {
        const item = vector.getItem(i);
        store?.push(typeof item === 'string' ? item : null);
      }
    }
  }

  build(): ColumnBatch {
    const { rows, offset } = this;
    return { rows, offset, columns: this.columns.map((column, k) => this.vector(column, k)) };
  }

  private vector(column: StreamColumn, k: number): SourceColumn {
    const store = this.stores[k];
    if (store instanceof Float64Array) return { kind: 'numeric', values: this.trim(store) };
    if (store instanceof Int32Array) {
      const levels = column.kind === 'categorical' ? column.levels : [];
      return { kind: 'categorical', codes: this.trim(store), levels };
    }
    if (column.kind === 'row-number') {
      return {
        kind: 'text',
        values: Array.from({ length: this.rows }, (_, i) => String(this.offset + i + 1)),
      };
    }
    return { kind: 'text', values: store ?? [] };
  }

  private trim<T extends Float64Array | Int32Array>(store: T): T {
    return this.rows === BATCH_ROWS ? store : (store.slice(0, this.rows) as T);
  }
}
