/** The databases that keep the state, for the suites that each of them passes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'stores-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let databases = 0;

/** Each store: its name and how to get the url of a new, empty one. */
export const STORES = [{ name: 'SQLite', newUrl: () => join(folder, `${++databases}.db`) }];

/** A time, so many seconds after the first. */
export const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 8, 0, second)).toISOString();

/** A run to start. */
export const run = (id: string, startedAt = at(0), verb = 'run') =>
  ({ id, verb, trigger: 'command', version: '1.2.3', startedAt }) as const;
