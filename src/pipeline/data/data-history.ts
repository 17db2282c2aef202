/** The data as the store remembers it: the files that were read, and the snapshots that they made. */
import type { SnapshotColumn } from '../../engine/port.ts';
import type { Page } from '../../store/port/paging.ts';
import type { SnapshotRecord } from '../../store/port/snapshots.ts';
import type { WithStore } from '../resources.ts';
import { type FileEntry, fileEntry } from '../run/run-entry.ts';

export interface FilePage {
  /** The run that read them; null before the first ingestion. */
  readonly runId: string | null;
  readonly total: number;
  readonly files: readonly FileEntry[];
}

export type SnapshotEntry = Omit<SnapshotRecord, 'parquetPath' | 'columns'> & {
  readonly columns: readonly Pick<SnapshotColumn, 'name' | 'role' | 'type'>[];
};

export interface SnapshotPage {
  readonly snapshots: readonly SnapshotEntry[];
  /** `before` of the next page; null: this was the last one. */
  readonly next: string | null;
}

/** The files of the newest ingestion, in the order read. */
export async function listFiles(
  resources: WithStore,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<FilePage> {
  const store = await resources.store();
  const ingestion = await store.latestIngestion();
  if (ingestion === null) return { runId: null, total: 0, files: [] };
  const files = await store.files(ingestion.runId, { limit, offset });
  return { runId: ingestion.runId, total: ingestion.files, files: files.map(fileEntry) };
}

/** One page of all snapshots, newest first. Error `request-invalid` for an invalid cursor. */
export async function listSnapshots(resources: WithStore, page: Page): Promise<SnapshotPage> {
  const found = await (await resources.store()).snapshots({ ...page, limit: page.limit + 1 });
  const shown = found.slice(0, page.limit);
  return {
    snapshots: shown.map(snapshotEntry),
    next: found.length > shown.length ? (shown.at(-1)?.cursor ?? null) : null,
  };
}

function snapshotEntry(record: SnapshotRecord): SnapshotEntry {
  const { id, runId, createdAt, rows, read, duplicates, quarantined } = record;
  const columns = record.columns.map(({ name, role, type }) => ({ name, role, type }));
  return { id, runId, createdAt, rows, read, duplicates, quarantined, columns };
}
