import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HELD } from '../../test/held.ts';
import { silentProgress } from '../base/progress.ts';
import { columnsSchema } from '../config/schema.ts';
import { createDuckdbEngine } from '../engine/local/duckdb/engine.ts';
import type { Engine } from '../engine/port.ts';
import { contractOf } from '../formats/contract/contract.ts';
import { ingest } from './ingest.ts';

let engine: Engine;
let home: string;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'ingest-'));
  engine = await createDuckdbEngine({ threads: 1, memoryLimit: '200MB', temporaryFolder: join(home, 't') });
});
afterAll(async () => {
  await engine.close();
  rmSync(home, { recursive: true });
});

it('lists the accepted files, and only those, as a Python list', async () => {
  const inputFolder = join(home, 'in');
  const outputFolder = join(home, 'out');
  mkdirSync(inputFolder);
  const header = 'corporation,lastmonth_activity,lastyear_activity,number_of_employees,exited';
  writeFileSync(join(inputFolder, 'b.csv'), `${header}\nx,1,2,3,1\n`);
  writeFileSync(join(inputFolder, "a's.csv"), `${header}\ny,1,2,3,0\n`);
  writeFileSync(join(inputFolder, 'c.csv'), 'nothing\n');
  const contract = contractOf(columnsSchema.parse({}), ['']);
  const options = {
    workspace: home,
    inputFolder,
    outputFolder,
    contract,
    maxRejectedShare: 0.05,
    events: null,
  };
  const { rows } = await ingest({ engine, store: HELD, progress: silentProgress }, options);
  expect(rows).toEqual({ read: 2, kept: 2, duplicates: 0, quarantined: 0 });
  expect(readFileSync(join(outputFolder, 'ingestedfiles.txt'), 'utf8')).toBe(`["a's.csv", 'b.csv']\n`);
});
