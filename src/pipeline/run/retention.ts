/**
 * Forgets at the end of a run what nobody needs any more: summaries of old runs, quarantine of files long gone, and rows
 * that no record refers to.
 */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { QUARANTINE_FOLDER, quarantinePath } from '../../formats/quarantine/quarantine-file.ts';
import { quarantinedFiles } from '../../formats/quarantine/quarantine-page.ts';
import type { Resources } from '../resources.ts';

const DAY_MS = 86_400_000;

export interface Forgotten {
  /** Runs whose summary is forgotten; their outcome, steps, files and figures stay. */
  readonly summaries: number;
  /** Names of input files whose quarantine is removed. */
  readonly quarantines: readonly string[];
  /** Kept rows that no record referred to, by their reference. */
  readonly rows: readonly string[];
}

/** Rows younger than that may be another process's, which has not recorded them yet. */
const UNRECORDED_MS = DAY_MS;

/**
 * As `run_summaries_kept` and `quarantine_kept_days` say. Nothing that a later run, a page of the history or the trends
 * read is touched: those go by the records of runs, steps, files, scores and figures.
 */
export async function forgetOld(
  resources: Pick<Resources, 'workspace' | 'clock' | 'log' | 'store' | 'keptRows'>,
): Promise<Forgotten> {
  const { workspace, clock, log } = resources;
  const { run_summaries_kept: keep, quarantine_kept_days: days } = workspace.config;
  const store = await resources.store();
  const before = clock.now().getTime() - days * DAY_MS;
  const forgotten: Forgotten = {
    summaries: await store.forgetSummaries(keep),
    quarantines: forgetQuarantine(workspace.paths, before),
    rows: await forgetRows(resources),
  };
  const { summaries, quarantines, rows } = forgotten;
  if (summaries + quarantines.length > 0) {
    log.info(
      { summaries, quarantines },
      `forgot the summaries of ${summaries} runs and the quarantine of ${quarantines.length} files that are gone`,
    );
  }
  if (rows.length > 0)
    log.info({ rows: rows.length }, `removed ${rows.length} files of rows that are not needed any more`);
  return forgotten;
}

/** Removes the kept rows, written long enough ago, that no record refers to. */
async function forgetRows({
  clock,
  keptRows,
  store,
}: Pick<Resources, 'clock' | 'store' | 'keptRows'>): Promise<readonly string[]> {
  const before = new Date(clock.now().getTime() - UNRECORDED_MS);
  const old = (await keptRows.list()).filter(({ writtenAt }) => writtenAt < before);
  if (old.length === 0) return [];
  const needed = await (await store()).keptReferences();
  const rows = old.map(({ reference }) => reference).filter((reference) => !needed.has(reference));
  await keptRows.remove(rows);
  return rows;
}

/** Removes the quarantine, last written before that time, of files that the input folder has no more. */
function forgetQuarantine(
  { input, output }: Resources['workspace']['paths'],
  beforeMs: number,
): readonly string[] {
  const folder = join(output, QUARANTINE_FOLDER);
  const quarantined = quarantinedFiles(folder).map(({ name }) => name);
  if (quarantined.length === 0) return [];
  const present = new Set(readdirSync(input));
  const gone = quarantined.filter(
    (name) => !present.has(name) && statSync(quarantinePath(folder, name)).mtimeMs < beforeMs,
  );
  for (const name of gone) rmSync(quarantinePath(folder, name), { force: true });
  return gone;
}
