/** Statistics of the data and the state around it: as they were stored, else computed now and not kept. */
import { stepDurations } from '../../steps/diagnose.ts';
import type {
  DependencyStatus,
  DiagnosticsValues,
  StepDuration,
  TableStatistics,
} from '../../store/port/diagnostics.ts';
import { readDiagnostics } from '../bound/closing-steps.ts';
import { currentSnapshot, readCurrent } from '../current.ts';
import type { WithModel } from '../resources.ts';

interface StatisticsAnswer {
  snapshot: string;
  rows: number;
  columns: TableStatistics['columns'][number][];
}

interface DiagnosticsAnswer {
  snapshot: string | null;
  rows: number;
  durations: StepDuration[];
  missing: { name: string; percent: number }[];
  dependencies: readonly DependencyStatus[];
}

/** Statistics of every column of the current snapshot; `nothing-ingested` before the first one. */
export async function statisticsAnswer(resources: WithModel): Promise<StatisticsAnswer> {
  const { snapshot, rows, columns } = await currentStatistics(resources);
  return { snapshot, rows, columns: [...columns] };
}

async function currentStatistics(resources: WithModel): Promise<TableStatistics> {
  const { id } = currentSnapshot(resources, readCurrent(resources));
  const stored = (await storedDiagnostics(resources))?.statistics;
  if (stored?.snapshot === id) return stored;
  const { statistics } = await readDiagnostics(
    resources,
    { data: null, parts: ['summary'] },
    readCurrent(resources),
  );
  return statistics ?? { snapshot: id, rows: 0, columns: [] };
}

async function storedDiagnostics(resources: WithModel): Promise<DiagnosticsValues | null> {
  return (await (await resources.store()).latestDiagnostics())?.values ?? null;
}

/** Durations of the steps, missing percentages, dependencies. */
export async function diagnosticsAnswer(resources: WithModel): Promise<DiagnosticsAnswer> {
  const store = await resources.store();
  const stored = await storedDiagnostics(resources);
  const dependencies =
    stored !== null && stored.dependencies.length > 0
      ? stored.dependencies
      : (await readDiagnostics(resources, { data: null, parts: ['dependencies'] }, readCurrent(resources)))
          .dependencies;
  const statistics =
    resources.snapshots.current(resources.workspace.paths.output) === null
      ? null
      : await currentStatistics(resources);
  return {
    snapshot: statistics?.snapshot ?? null,
    rows: statistics?.rows ?? 0,
    durations: await stepDurations(store),
    missing: (statistics?.columns ?? []).map(({ name, missingPercent }) => ({
      name,
      percent: missingPercent,
    })),
    dependencies,
  };
}
