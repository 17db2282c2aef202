/** A measurement as its table keeps it, and back. */
import type { Selectable } from 'kysely';
import { TidewatchError } from '../../base/errors.ts';
import type { MeasurementRecord, NewMeasurement } from '../port/measurements.ts';
import type { MeasurementsTable } from '../tables.ts';
import { isMeasureName, MEASURE_NAMES, type MeasureName } from './measures.ts';

/** A row that has no place yet. */
export type MeasurementRow = Omit<Selectable<MeasurementsTable>, 'seq'>;

/** Named column by column, so that a caller's wider object does not reach the table. */
export function toMeasurementRow(measurement: NewMeasurement): MeasurementRow {
  return {
    runId: measurement.runId,
    name: checkName(measurement.name),
    label: measurement.label ?? '',
    at: measurement.at,
    modelVersion: measurement.modelVersion ?? '',
    value: finite(measurement.value),
    low: finite(measurement.low),
    high: finite(measurement.high),
    level: finite(measurement.level),
    rows: measurement.rows ?? null,
  };
}

function finite(value: number | null | undefined): number | null {
  return value !== null && value !== undefined && Number.isFinite(value) ? value : null;
}

/** The name, if it is one: the types let no other in, but what comes from a caller in JavaScript may be any. */
export function checkName(name: string): MeasureName {
  if (isMeasureName(name)) return name;
  throw new TidewatchError(
    'internal',
    `"${name}" is not a measure; expected one of ${MEASURE_NAMES.join(', ')}. Add it to store/measures.ts.`,
  );
}

/** The record of a row; the empty text stands for no label and no model. */
export function toMeasurement({ seq, ...row }: Selectable<MeasurementsTable>): MeasurementRecord {
  return {
    ...row,
    name: checkName(row.name),
    label: row.label === '' ? null : row.label,
    modelVersion: row.modelVersion === '' ? null : row.modelVersion,
    value: row.value ?? Number.NaN,
  };
}
