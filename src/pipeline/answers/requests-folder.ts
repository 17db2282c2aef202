/** Where the server keeps the CSV of requests while it answers them. */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mayWrite } from '../../base/may-write.ts';
import { processName } from '../../base/process-life.ts';
import type { Workspace } from '../../config/load.ts';

/** Where CSV requests lie for the moment. Several servers may use it at once. */
export function requestsFolder({ paths }: Workspace): string {
  return mayWrite(paths.output)
    ? join(paths.output, '.requests')
    : join(tmpdir(), `tidewatch-${processName()}`);
}

const DAY_MS = 86_400_000;

/** Removes what a killed server left of requests: files of a day ago, by which time no request is under way. */
export function removeOldRequests(workspace: Workspace, now: Date): void {
  const folder = requestsFolder(workspace);
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
    if (now.getTime() - written > DAY_MS) rmSync(path, { force: true, recursive: true });
  }
}
