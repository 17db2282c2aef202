/** The databases that keep the state, for the suites that each of them passes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'stores-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let databases = 0;

const environment = {
  postgres: process.env['TIDEWATCH_TEST_POSTGRES'],
  mysql: process.env['TIDEWATCH_TEST_MYSQL'],
};
const newName = () => `t${process.pid}_${++databases}`;

/**
 * Each store: its name and how to get the url of a new, empty one. The servers take part where the environment names
 * a database of one, as test/databases.ts says: each store is a schema of it (PostgreSQL), or a database whose name
 * begins as its own does. Those with `ownClock` judge leases by their own time.
 */
export const STORES: readonly {
  readonly name: string;
  readonly newUrl: () => string;
  readonly ownClock: boolean;
}[] = [
  { name: 'SQLite', newUrl: () => join(folder, `${++databases}.db`), ownClock: false },
  ...(environment.postgres === undefined
    ? []
    : [{ name: 'PostgreSQL', newUrl: () => `${environment.postgres}?schema=${newName()}`, ownClock: true }]),
  ...(environment.mysql === undefined
    ? []
    : [{ name: 'MariaDB', newUrl: () => `${environment.mysql}_${newName()}`, ownClock: true }]),
];

/** A time, so many seconds after the first. */
export const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 8, 0, second)).toISOString();

/** A run to start. */
export const run = (id: string, startedAt = at(0), verb = 'run') =>
  ({ id, verb, trigger: 'command', version: '1.2.3', startedAt }) as const;
