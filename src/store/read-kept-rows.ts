/** Reads rows that records refer to, wherever they are. */
import { TidewatchError } from '../base/errors.ts';
import type { KeptColumns, KeptReading, KeptRows } from '../engine/port.ts';
import type { StoredRows } from './port/kept-rows.ts';

/** The rows; `absent` where the engine no longer has them as they were written. */
export async function readRows(
  kept: Pick<KeptRows, 'read'>,
  rows: StoredRows,
): Promise<KeptReading<KeptColumns>> {
  return rows.reference === null ? { kind: 'found', value: rows.columns } : await kept.read(rows.reference);
}

/** The keys of rows that nothing can go on without. Error `kept-rows-damaged` where they are not there as they were written. */
export async function requireKeys(
  kept: Pick<KeptRows, 'read'>,
  rows: readonly StoredRows[],
): Promise<readonly BigUint64Array[]> {
  const readings = await Promise.all(rows.map((part) => readRows(kept, part)));
  return readings.map((reading) => {
    if (reading.kind === 'found') return reading.value.keys;
    throw new TidewatchError(
      'kept-rows-damaged',
      `${reading.reason}. It holds rows that the model was watched on, and without it they would be counted again. Put ` +
        'it back from a backup. Where there is none, "tidewatch train", "score" and "deploy" make a model live whose ' +
        'watch begins anew.',
      { details: { reason: reading.reason } },
    );
  });
}
