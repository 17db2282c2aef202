/** What an engine that is asked by SQL alone brings out of its database, and what it refuses to. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentProgress } from '../../src/base/progress.ts';
import { columnsSchema, configSchema } from '../../src/config/schema.ts';
import { createDuckdbDatabase } from '../../src/engine/local/duckdb/engine.ts';
import type { Engine, Snapshot } from '../../src/engine/port.ts';
import { createSqlEngine } from '../../src/engine/sql/engine.ts';
import type { Collected } from '../../src/engine/sql/table.ts';
import { columnCounts } from '../../src/engine/statistics/column-counts.ts';
import { confusionCounts } from '../../src/engine/statistics/confusion-counts.ts';
import { levelCounts } from '../../src/engine/statistics/level-counts.ts';
import { contractOf } from '../../src/formats/contract/contract.ts';

const CONTRACT = contractOf(
  columnsSchema.parse({
    id: 'who',
    numeric: ['p', 'P_2'],
    categorical: ['plan "x"'],
    target: 'left',
    positive: 'yes',
  }),
  configSchema.shape.missing_values.parse(undefined),
);
const ROWS = 1000;

let home: string;
let local: Engine;
let sql: Engine;
let snapshot: Snapshot;
let collected: Collected[] = [];

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'sql-engine-'));
  mkdirSync(join(home, 'in'));
  const lines = Array.from({ length: ROWS }, (_, row) => {
    const plan = ['a', 'é', '', "c's"][row % 4] ?? '';
    return `w${row},${(row % 97) / 97},${row % 5 === 0 ? '' : row},${plan},${row % 3 === 0 ? 'yes' : 'no'}`;
  });
  writeFileSync(join(home, 'in', 'a.csv'), `who,p,P_2,"plan ""x""",left\n${lines.join('\n')}\n`);
  const opened = await createDuckdbDatabase({
    threads: 2,
    memoryLimit: '500MB',
    temporaryFolder: join(home, 'temporary'),
  });
  local = opened.engine;
  sql = createSqlEngine(opened.database, local, {
    maxCollectedRows: ROWS - 1,
    onCollected: (rows) => collected.push(rows),
  });
  const compiled = await local.compile({
    folder: join(home, 'in'),
    output: join(home, 'out'),
    contract: CONTRACT,
    maxRejectedShare: 0,
    progress: silentProgress,
  });
  snapshot = compiled.snapshot;
});
afterAll(async () => {
  await local.close();
  rmSync(home, { recursive: true });
});

describe('a table of more rows than are brought out of the database', () => {
  const open = (engine: Engine) => engine.open({ kind: 'snapshot', snapshot, contract: CONTRACT });

  it('answers statistics and its profile as a local one does, without its rows', async () => {
    collected = [];
    const [table, reference] = [await open(sql), await open(local)];
    expect(table.rows).toBe(ROWS);
    const statistics = [
      columnCounts('P_2', 'numeric'),
      levelCounts('plan "x"', 10),
      confusionCounts({ label: 'left', score: 'p' }, 0.5),
    ] as const;
    expect(await table.aggregate(statistics)).toEqual(await reference.aggregate(statistics));
    const [profile, expected] = [await table.profile(), await reference.profile()];
    expect(profile.map(({ name, missing }) => [name, missing])).toEqual(
      expected.map(({ name, missing }) => [name, missing]),
    );
    for (const [k, { numeric }] of profile.entries()) {
      const own = expected[k]?.numeric ?? null;
      expect(numeric === null).toBe(own === null);
      if (numeric === null || own === null) continue;
      for (const key of ['mean', 'median', 'std', 'min', 'max'] as const)
        expect(numeric[key]).toBeCloseTo(own[key], 9);
    }
    expect(collected).toEqual([]);
    expect(sql.capabilities).toMatchObject({
      localFiles: false,
      bitExact: false,
      maxCollectedRows: ROWS - 1,
    });
  });

  it('refuses what needs the rows, says how many there are, and brings none', async () => {
    collected = [];
    const table = await open(sql);
    const refused = { code: 'too-many-rows', message: expect.stringContaining(`has ${ROWS}`) };
    await expect(table.keys(['who'])).rejects.toMatchObject(refused);
    await expect(table.select(new Uint32Array([0]))).rejects.toMatchObject(refused);
    await expect(table.except(await open(local))).rejects.toMatchObject(refused);
    await expect(table.stream(['p'])[Symbol.asyncIterator]().next()).rejects.toMatchObject(refused);
    expect(collected).toEqual([]);
  });
});
