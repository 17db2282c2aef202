/** Reads rows of a table as records, as the API takes them. */
import type { ModelInput, SourceColumn } from '../../core/columns/source-column.ts';
import type { SourceRow } from '../../core/scoring/scorer.ts';
import type { Table } from '../port.ts';

/** Every row with the values of these columns; null is missing. For some hundred rows. */
export async function readSourceRows(table: Table, inputs: readonly ModelInput[]): Promise<SourceRow[]> {
  const rows: SourceRow[] = [];
  for await (const batch of table.stream(inputs.map(({ name }) => name))) {
    for (let row = 0; row < batch.rows; row++) {
      rows.push(
        Object.fromEntries(
          inputs.map(({ name }, k) => [name, valueAt(batch.columns[k] as SourceColumn, row)] as const),
        ),
      );
    }
  }
  return rows;
}

function valueAt(column: SourceColumn, row: number): string | number | null {
  if (column.kind === 'text') return column.values[row] ?? null;
  if (column.kind === 'categorical') return column.levels[column.codes[row] as number] ?? null;
  const value = column.values[row] as number;
  return Number.isNaN(value) ? null : value;
}
