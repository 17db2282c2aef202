/** Decides the type of each column of a snapshot from what its rows showed. */

import type { ColumnRole, TableContract } from '../../../formats/contract/table-contract.ts';
import { isIntegerText } from '../../../formats/csv/number-text.ts';
import type { RowWriter } from '../../../formats/csv/row-writer.ts';
import type { SnapshotColumn } from '../../port.ts';

/**
 * A number column is `integer` when every value of every row is a whole number that a double holds exactly; one
 * without any value is `double`. The target is `integer` when both labels are whole numbers. All else is text.
 * `rows`: rows that `writer` accepted, duplicates among them.
 */
export function columnTypes(
  contract: TableContract,
  negative: string | null,
  writer: Pick<RowWriter, 'missing' | 'fractional'>,
  rows: number,
): SnapshotColumn[] {
  const typeOf = (role: ColumnRole, k: number): SnapshotColumn['type'] => {
    if (role === 'numeric' || role === 'value') {
      return writer.fractional[k] === true || writer.missing[k] === rows ? 'double' : 'integer';
    }
    const labels = [contract.positive, ...(negative === null ? [] : [negative])];
    return role === 'target' && labels.every(isIntegerText) ? 'integer' : 'text';
  };
  return contract.columns.map(({ name, role }, k) => ({ name, role, type: typeOf(role, k) }));
}

/** The label of the most rows, of those of as many the one that was seen first; null where there is none. */
export function mostFrequent(labels: readonly (readonly [string, number])[]): string | null {
  return labels.toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}
