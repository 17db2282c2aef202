/** A table whose rows have other labels than its target says: the outcomes that later rows have settled. */

import type { SourceColumn } from '../../core/columns/source-column.ts';
import { UNKNOWN } from '../../core/outcomes/settle.ts';
import { columnOf } from '../../formats/contract/contract.ts';
import type { ColumnProfile, Table } from '../port.ts';
import type { ColumnBatch } from '../row-stream.ts';
import { type Answers, aggregateRows, type Statistics } from '../statistics/aggregate.ts';
import { rowKeys } from './row-keys.ts';

/**
 * The table with these outcomes in place of its labels (1, 0, -1 for none; one a row). All else is the table's own:
 * `profile` and `except` speak of the rows as they came. Closing it closes the table.
 */
export function relabelled(table: Table, outcomes: Int8Array): Table {
  return new RelabelledTable(table, outcomes);
}

class RelabelledTable implements Table {
  private readonly table: Table;
  private readonly outcomes: Int8Array;

  constructor(table: Table, outcomes: Int8Array) {
    this.table = table;
    this.outcomes = outcomes;
  }

  get rows(): number {
    return this.table.rows;
  }

  get contract(): Table['contract'] {
    return this.table.contract;
  }

  async *stream(...given: Parameters<Table['stream']>): AsyncGenerator<ColumnBatch> {
    const [names] = given;
    const target = names.indexOf(columnOf(this.contract, 'target') ?? '');
    for await (const batch of this.table.stream(...given)) {
      const vector = batch.columns[target];
      if (vector?.kind !== 'numeric') {
        yield batch;
        continue;
      }
      const columns: SourceColumn[] = [...batch.columns];
      columns[target] = { kind: 'numeric', values: this.labelsInto(vector.values, batch) };
      yield { ...batch, columns };
    }
  }

  aggregate<const Asked extends Statistics>(statistics: Asked): Promise<Answers<Asked>> {
    return aggregateRows(this, statistics);
  }

  profile(): Promise<readonly ColumnProfile[]> {
    return this.table.profile();
  }

  except(other: Table): Promise<Uint32Array> {
    return this.table.except(other instanceof RelabelledTable ? other.table : other);
  }

  keys(columns: readonly string[]): Promise<BigUint64Array> {
    return rowKeys(this, columns);
  }

  async select(rows: Uint32Array): Promise<Table> {
    const outcomes = Int8Array.from(rows, (row) => this.outcomes[row] as number);
    return new RelabelledTable(await this.table.select(rows), outcomes);
  }

  close(): Promise<void> {
    return this.table.close();
  }

  private labelsInto(values: Float64Array, { rows, offset }: ColumnBatch): Float64Array {
    for (let row = 0; row < rows; row++) {
      const outcome = this.outcomes[offset + row] as number;
      values[row] = outcome === UNKNOWN ? Number.NaN : outcome;
    }
    return values;
  }
}
