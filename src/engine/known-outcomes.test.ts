import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { columnsSchema } from '../config/schema.ts';
import { contractOf } from './contract.ts';
import { createDuckdbEngine } from './duckdb/engine.ts';
import { findKnownRows, withKnownOutcomes } from './known-outcomes.ts';
import { labelsMatured } from './maturity.ts';
import type { Engine, Table } from './port.ts';
import { readClients } from './read-clients.ts';

let home: string;
let engine: Engine;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'outcomes-'));
  engine = await createDuckdbEngine({ threads: 1, memoryLimit: '200MB', temporaryFolder: join(home, 't') });
});
afterAll(async () => {
  await engine.close();
  rmSync(home, { recursive: true });
});

const columns = columnsSchema.parse({ numeric: ['n'], time: 'at' });
const contract = contractOf(columns, ['']);
const now = new Date('2024-03-31T12:00:00Z');

async function withTable<T>(lines: readonly string[], body: (table: Table) => Promise<T>): Promise<T> {
  const path = join(home, 'a.csv');
  writeFileSync(path, `corporation,n,at,exited\n${lines.map((line) => `${line}\n`).join('')}`);
  const table = await engine.open({ kind: 'files', paths: [path], contract, labels: 'optional' });
  return body(table).finally(() => table.close());
}

const LINES = [
  'a,1,2024-01-01,1',
  'b,2,2024-03-30,1',
  'c,3,2024-01-01,',
  'd,4,,0',
  'e,5,2024-03-01T12:00:00Z,0',
  'f,6,2024-03-01T12:00:00-01:00,0',
];

describe('rows with a known outcome', () => {
  it('are those with a label, and under a horizon those that are old enough or have no time', async () => {
    await withTable(LINES, async (table) => {
      const of = (horizonDays: number) => findKnownRows(table, { horizonDays, now });
      expect(await of(0)).toEqual({ places: Uint32Array.of(0, 1, 3, 4, 5), unlabelled: 1, immature: 0 });
      expect(await of(30)).toEqual({ places: Uint32Array.of(0, 3, 4), unlabelled: 1, immature: 2 });
      expect([...(await labelsMatured(table, 30, now))]).toEqual([1, 0, 1, 1, 1, 0]);
    });
  });

  it('are given to the body as a table without the others, or as the table itself', async () => {
    const rule = { horizonDays: 30, now };
    await withTable(LINES, async (table) => {
      const ids: unknown[] = [];
      await withKnownOutcomes(table, rule, 'the data', async (known, leftOut) => {
        expect(leftOut).toEqual({ unlabelled: 1, immature: 2 });
        for await (const batch of known.stream(['corporation'])) {
          const [column] = batch.columns;
          if (column?.kind === 'text') ids.push(...column.values);
        }
      });
      expect(ids).toEqual(['a', 'd', 'e']);
    });
    await withTable(['a,1,,1', 'b,1,,0'], (table) =>
      withKnownOutcomes(table, rule, 'the data', async (known) => expect(known).toBe(table)),
    );
    await withTable([], (table) =>
      withKnownOutcomes(table, rule, 'the data', async (known) => expect(known.rows).toBe(0)),
    );
  });

  it('are asked for by name where there are none', async () => {
    await withTable(['c,3,2024-01-01,', 'b,2,2024-03-30,1'], async (table) => {
      const asked = withKnownOutcomes(table, { horizonDays: 30, now }, 'the data', async () => 0);
      await expect(asked).rejects.toMatchObject({
        code: 'nothing-labelled',
        message: expect.stringMatching(
          /None of the 2 rows of the data .* 1 have no value of "exited", and the outcome of the other 1 /,
        ),
      });
    });
  });
});

describe('clients of data without ids', () => {
  it('are not told twice when their label came later in a row of its own', async () => {
    const nameless = contractOf({ ...columns, id: null }, [''], 'keep');
    const path = join(home, 'b.csv');
    writeFileSync(path, 'n,at,exited\n1,,\n2,,\n1,,0\n3,,1\n2,2024-01-01,1\n');
    const table = await engine.open({ kind: 'files', paths: [path], contract: nameless, labels: 'optional' });
    const { newest, byRow, clients } = await readClients(table);
    await table.close();
    expect([Array.from(byRow, (client) => newest[client]), clients]).toEqual([[1, 2, 3, 4], 4]);
  });
});
