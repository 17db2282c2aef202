import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { columnsSchema } from '../../config/schema.ts';
import { contractOf } from '../../formats/contract/contract.ts';
import { createDuckdbEngine } from '../local/duckdb/engine.ts';
import type { Engine, Table } from '../port.ts';
import { checkExamples, countClients, placesOf, readExamples, type Side, withPlaces } from './examples.ts';
import { countSharedClients } from './shared-clients.ts';

let home: string;
let engine: Engine;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'examples-'));
  engine = await createDuckdbEngine({ threads: 1, memoryLimit: '200MB', temporaryFolder: join(home, 't') });
});
afterAll(async () => {
  await engine.close();
  rmSync(home, { recursive: true });
});

const columns = columnsSchema.parse({ numeric: ['n'], time: 'at' });
const contract = contractOf(columns, [''], 'keep');
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

const rule = (horizonDays: number) => ({ horizonDays, meaning: 'outcome', now }) as const;

async function textsOf(table: Table, name: string): Promise<unknown[]> {
  const texts: unknown[] = [];
  for await (const { columns } of table.stream([name])) {
    const [column] = columns;
    if (column?.kind === 'text') texts.push(...column.values);
    if (column?.kind === 'numeric') texts.push(...column.values);
  }
  return texts;
}

describe('examples', () => {
  it('are the rows with a label, and under a horizon those that are old enough or have no time', async () => {
    await withTable(LINES, async (table) => {
      const of = async (horizonDays: number) => {
        const examples = await readExamples(table, rule(horizonDays), null);
        const { unlabelled, immature } = examples.leftOut;
        return [[...placesOf(examples, 'both')], unlabelled, immature];
      };
      expect(await of(0)).toEqual([[0, 1, 3, 4, 5], 1, 0]);
      expect(await of(30)).toEqual([[0, 3, 4], 1, 2]);
    });
  });

  it('are a table without the other rows, or the table itself', async () => {
    await withTable(LINES, async (table) => {
      const examples = await readExamples(table, rule(30), null);
      const places = placesOf(examples, 'training');
      expect(await withPlaces(examples, places, (known) => textsOf(known, 'corporation'))).toEqual([
        'a',
        'd',
        'e',
      ]);
    });
    await withTable(['a,1,,1', 'b,1,,0'], async (table) => {
      const examples = await readExamples(table, rule(30), null);
      await withPlaces(examples, placesOf(examples, 'both'), async (known) => expect(known).toBe(table));
    });
  });

  it('have the outcome that later rows of their client have settled', async () => {
    const lines = [
      'a,1,2024-01-01,',
      'b,1,2024-01-01,',
      'c,1,2024-01-01,',
      'a,2,2024-01-20,1',
      'b,2,2024-02-01,',
    ];
    await withTable(lines, async (table) => {
      const examples = await readExamples(table, rule(30), null);
      const places = placesOf(examples, 'both');
      expect([...places]).toEqual([0, 1, 3]);
      await withPlaces(examples, places, async (known) => {
        expect(await textsOf(known, 'exited')).toEqual([1, 0, 1]);
        expect(await textsOf(known, 'n')).toEqual([1, 1, 2]);
        const keys = await known.keys(['exited']);
        expect(keys[0]).toBe(keys[2]);
      });
      expect(await textsOf(table, 'exited')).toEqual([Number.NaN, Number.NaN, Number.NaN, 1, Number.NaN]);
    });
  });

  it('say why there are none', async () => {
    const messageOf = (lines: readonly string[], side: Side = 'both', share: number | null = null) =>
      withTable(lines, async (table) => {
        const examples = await readExamples(table, rule(30), share === null ? null : { share, seed: 0 });
        try {
          checkExamples(examples, placesOf(examples, side), side, 'the data');
        } catch (error) {
          return error instanceof Error ? error.message : '';
        }
        return 'none';
      });
    expect(await messageOf(['c,3,2024-01-01,', 'b,2,2024-03-30,1'])).toMatch(
      /None of the 2 rows of the data .* 1 have no value of "exited", and the outcome of 1 is not final /,
    );
    expect(await messageOf(LINES, 'training', 0.999999)).toMatch(
      /the 3 rows with an outcome are of clients that are held out/,
    );
    expect(await messageOf([])).toBe('none');
  });

  it('never have a client on both sides, in any order of rows and any number of deliveries', async () => {
    const rows = fc.array(
      fc.tuple(
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 0, max: 3 }),
        fc.constantFrom('', '0', '1'),
      ),
      {
        minLength: 1,
        maxLength: 60,
      },
    );
    const heldOf = (lines: readonly string[], seed: number) =>
      withTable(lines, async (table) => {
        const examples = await readExamples(table, rule(0), { share: 0.4, seed });
        const ids = await textsOf(table, 'corporation');
        const idsAt = (side: Side) => new Set(Array.from(placesOf(examples, side), (place) => ids[place]));
        const [training, held] = [idsAt('training'), idsAt('held-out')];
        expect([...held].filter((id) => training.has(id))).toEqual([]);
        expect(countClients(examples, placesOf(examples, 'held-out'))).toBe(held.size);
        return new Map(ids.map((id, row) => [id, examples.heldOut?.[row]]));
      });
    await fc.assert(
      fc.asyncProperty(rows, fc.nat(), async (given, seed) => {
        const lines = given.map(([client, n, label]) => `c${client},${n},,${label}`);
        const once = await heldOf(lines, seed);
        const again = await heldOf([...lines.toReversed(), ...lines], seed);
        for (const [id, held] of again) expect(held).toBe(once.get(id));
      }),
      { numRuns: 40 },
    );
  });

  it('count the clients that another table has too', async () => {
    await withTable(['a,1,,1', 'b,2,,0', 'a,3,,0'], async (table) => {
      const path = join(home, 'other.csv');
      writeFileSync(path, 'corporation,n,at,exited\na,9,,1\nz,9,,0\n');
      const other = await engine.open({ kind: 'files', paths: [path], contract, labels: 'optional' });
      const shared = await countSharedClients(table, other);
      await other.close();
      expect(shared).toEqual({
        clients: 2,
        shared: 1,
      });
    });
  });
});
