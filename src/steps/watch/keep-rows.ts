/** Lets the engine keep the rows of a look, which its record then refers to. */
import type { KeptColumns, KeptRows } from '../../engine/port.ts';
import type { KeptReference } from '../../store/port/kept-rows.ts';
import type { RowPurpose, WatchRecord } from '../../store/port/monitors.ts';

/** Keeps the keys of rows by their purpose; where there are none, nothing is kept. */
export async function keepRows(
  kept: Pick<KeptRows, 'write'>,
  keys: Readonly<Record<RowPurpose, BigUint64Array>>,
): Promise<WatchRecord['rows']> {
  const purposes = (Object.keys(keys) as RowPurpose[]).filter((purpose) => keys[purpose].length > 0);
  return Promise.all(
    purposes.map(async (purpose) => ({
      purpose,
      ...(await keepColumns(kept, { keys: keys[purpose], probabilities: null })),
    })),
  );
}

/** Keeps rows with what a model said of them. */
export async function keepColumns(
  kept: Pick<KeptRows, 'write'>,
  columns: KeptColumns,
): Promise<KeptReference> {
  return { reference: await kept.write(columns), rows: columns.keys.length };
}
