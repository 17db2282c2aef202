/** A source on a database and the folder that it is pulled into, for the suites of sources. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/base/clock.ts';
import { type Progress, silentProgress } from '../../src/base/progress.ts';
import type { TableContract } from '../../src/formats/contract/table-contract.ts';
import { checkSource, type SourceCheck } from '../../src/steps/pull/check-source.ts';
import { type PullSummary, pull } from '../../src/steps/pull/pull.ts';
import type { SourceOptions } from '../../src/steps/pull/source-query.ts';
import type { ExternalDatabase } from '../../src/store/external/external-database.ts';
import { openExternal } from '../../src/store/external/open-external.ts';
import type { ExternalKindOfTest, Someones } from './external-databases.ts';

export interface PullingOptions extends Partial<SourceOptions> {
  readonly contract?: TableContract;
  /** Another way to the same database. */
  readonly url?: string;
  readonly now?: Date;
  readonly progress?: Progress;
  readonly timeoutMs?: number;
}

export interface PulledSource {
  readonly base: Someones;
  readonly folder: string;
  pull(options?: PullingOptions): Promise<PullSummary>;
  check(options?: PullingOptions): Promise<SourceCheck>;
  files(): string[];
  /** The records of all files in their order, without headers, each as its fields. */
  records(): string[][];
  /** Makes the table of clients, whose watermark has a type of the database. */
  createClients(watermarkType?: string): Promise<void>;
  /** Puts clients with these numbers into it. */
  put(from: number, to: number): Promise<void>;
  remove(): void;
}

export const PULLED_CONTRACT: TableContract = {
  columns: [
    { name: 'client', role: 'id' },
    { name: 'amount', role: 'numeric' },
    { name: 'exited', role: 'target' },
  ],
  positive: '1',
  negative: '0',
  missingTexts: [],
};
export const PULLED_SOURCE: SourceOptions = {
  ...{ name: 'crm', table: 'clients', query: null, watermark: 'seq', overlap: 0, rowsPerFile: 1000 },
};

export async function createPulledSource({ types, create }: ExternalKindOfTest): Promise<PulledSource> {
  const folder = mkdtempSync(join(tmpdir(), 'pulled-'));
  const base = await create();
  const using = async <T>(
    { url = base.url, timeoutMs = 60_000 }: PullingOptions,
    body: (database: ExternalDatabase) => Promise<T>,
  ): Promise<T> => {
    const database = await openExternal(url, { what: 'The source "crm"', timeoutMs });
    try {
      return await body(database);
    } finally {
      await database.close();
    }
  };
  const clockOf = ({ now }: PullingOptions) => (now === undefined ? systemClock : { now: () => now });
  const request = ({
    contract = PULLED_CONTRACT,
    url: _u,
    now: _n,
    progress: _p,
    timeoutMs: _t,
    ...changes
  }: PullingOptions) => ({
    folder,
    contract,
    source: { ...PULLED_SOURCE, ...changes },
  });
  const files = () => (existsSync(folder) ? readdirSync(folder).sort() : []);
  return {
    base,
    folder,
    pull: (options = {}) =>
      using(options, (database) =>
        pull(
          { database, progress: options.progress ?? silentProgress, clock: clockOf(options) },
          request(options),
        ),
      ),
    check: (options = {}) =>
      using(options, (database) => checkSource({ database, clock: clockOf(options) }, request(options))),
    files,
    records: () => files().flatMap((file) => parseCsv(readFileSync(join(folder, file), 'utf8')).slice(1)),
    createClients: (type = 'bigint') =>
      base.exec(
        `create table clients (seq ${type}, client varchar(120), amount ${types.double}, exited int, note varchar(20))`,
      ),
    put: async (from, to) => {
      for (let n = from; n <= to; n += 1000) {
        const rows = Array.from({ length: Math.min(1000, to - n + 1) }, (_, k) => n + k);
        const values = rows.map(
          (seq) => `(${seq}, 'client ${String(seq).padStart(90, '.')}', ${seq}.5, ${seq % 2})`,
        );
        await base.exec(`insert into clients (seq, client, amount, exited) values ${values.join(', ')}`);
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The records of a CSV text, written for the tests alone so that it can prove the reader of the engine wrong. */
export function parseCsv(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy;
  while (field.lastIndex < text.length) {
    const [, quoted, bare = '', end] = field.exec(text) ?? [];
    if (end === undefined) throw new Error(`No field at ${field.lastIndex}.`);
    record.push(quoted?.replaceAll('""', '"') ?? bare);
    if (end === ',') continue;
    records.push(record);
    record = [];
  }
  return records;
}
