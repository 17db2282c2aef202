/** Runs, steps and files as they are told: the records of the store without what only the store needs. */
import type { FileRecord } from '../../store/port/files.ts';
import type { RunOutline } from '../../store/port/runs.ts';
import type { StepRecord } from '../../store/port/steps.ts';

/** A run without its summary. */
export type RunEntry = RunOutline & {
  /** null while it runs. */
  readonly seconds: number | null;
};

export type StepEntry = Omit<StepRecord, 'runId'>;
export type FileEntry = Omit<FileRecord, 'runId' | 'folder'>;

export function runEntry(run: RunOutline): RunEntry {
  const { id, verb, trigger, version, startedAt, finishedAt, status, result, error } = run;
  const seconds = finishedAt === null ? null : (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
  return { id, verb, trigger, version, startedAt, finishedAt, seconds, status, result, error };
}

export function stepEntry({ runId, ...step }: StepRecord): StepEntry {
  return step;
}

export function fileEntry({ runId, folder, ...file }: FileRecord): FileEntry {
  return file;
}
