/** The diagnostics of a run. */
import { z } from 'zod';
import { anyObject, arrayOf, createCodec, shapeOf } from '../../base/codec.ts';
import { COLUMN_ROLES } from '../../formats/contract/table-contract.ts';
import type {
  ColumnStatistics,
  DependencyStatus,
  DiagnosticsValues,
  PredictionTotals,
  StepDuration,
  TableStatistics,
} from '../port/diagnostics.ts';
import { measured, number, perhaps } from './record-parts.ts';

const column = shapeOf<ColumnStatistics>({
  name: z.string(),
  role: z.enum(COLUMN_ROLES),
  mean: perhaps,
  median: perhaps,
  std: perhaps,
  min: perhaps,
  max: perhaps,
  missing: number,
  missingPercent: number,
});

export const diagnosticsCodec = createCodec<DiagnosticsValues>({
  name: 'diagnostics',
  schema: shapeOf<DiagnosticsValues>({
    predictions: shapeOf<PredictionTotals>({
      modelVersion: z.string(),
      threshold: measured,
      rows: number,
      leaving: number,
    }).nullable(),
    statistics: shapeOf<TableStatistics>({
      snapshot: z.string(),
      rows: number,
      columns: arrayOf(column),
    }).nullable(),
    durations: arrayOf(anyObject<StepDuration>()),
    dependencies: arrayOf(anyObject<DependencyStatus>()),
    absent: z.record(z.string(), z.string()),
  }),
  upgrades: [(older) => older],
  remedy: 'Run "tidewatch diagnose" again.',
});
