import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { columnsSchema } from '../../config/schema.ts';
import type { SourceBatch } from '../../core/columns/source-column.ts';
import { takeRows } from '../../core/columns/take-rows.ts';
import { buildReference } from '../../core/monitor/inputs/build-reference.ts';
import { createTally } from '../../core/monitor/inputs/tally.ts';
import { createDuckdbEngine } from '../../engine/local/duckdb/engine.ts';
import type { Engine, Table } from '../../engine/port.ts';
import { contractOf } from '../../formats/contract/contract.ts';
import { countInputs } from './count-inputs.ts';

let home: string;
let engine: Engine;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'count-inputs-'));
  engine = await createDuckdbEngine({ threads: 2, memoryLimit: '300MB', temporaryFolder: join(home, 't') });
});
afterAll(async () => {
  await engine.close();
  rmSync(home, { recursive: true });
});

const INPUTS = [
  { name: 'n', kind: 'numeric' },
  { name: 'c', kind: 'categorical' },
] as const;
const random = createRandom(5);
/** More unseen levels than are kept, and segments that some rows do not have. */
const ROWS = Array.from({ length: 900 }, (_, row) => ({
  n: random.below(9) === 0 ? '' : String(random.normal() * 4),
  c: row % 2 === 0 ? 'known' : `new ${random.below(500)}`,
  area: ['north', 'south', ''][row % 3],
}));
const ALL = Uint32Array.from(ROWS, (_, row) => row);
const SOME = ALL.filter((row) => row % 7 < 3);

async function open(segment: string | undefined): Promise<Table> {
  const path = join(home, 'rows.csv');
  const lines = ROWS.map(({ n, c, area }, row) => `client ${row},${n},${c},${area},${row % 2}\n`);
  writeFileSync(path, `corporation,n,c,area,exited\n${lines.join('')}`);
  const columns = columnsSchema.parse({
    numeric: ['n'],
    categorical: ['c'],
    ...(segment !== undefined && { segment }),
  });
  const contract = contractOf(columns, [''], 'keep');
  return engine.open({ kind: 'files', paths: [path], contract, labels: 'optional' });
}

async function batchOf(table: Table): Promise<SourceBatch> {
  for await (const batch of table.stream(['n', 'c'])) return batch;
  throw new Error('The table has rows.');
}

describe.each([undefined, 'area'])('inputs counted with the segment column %s', (segment) => {
  it.each([
    ['all', ALL],
    ['some', SOME],
  ])('are those of one tally over %s rows', async (_, places) => {
    const table = await open(segment);
    const batch = await batchOf(table);
    const first = Uint32Array.from({ length: 50 }, (__, row) => row);
    const reference = buildReference(INPUTS, [takeRows(batch, first)]);
    const { whole, segments } = await countInputs(table, places, reference);
    const tally = createTally(reference);
    tally.add(takeRows(batch, places));
    expect(whole).toEqual(tally.state());
    const rows = (name: string) => [...places].filter((row) => ROWS[row]?.area === name).length;
    expect(segments.size).toBe(segment === undefined ? 0 : 3);
    if (segment !== undefined) {
      expect(segments.get('north')?.rows).toBe(rows('north'));
      expect(segments.get(null)?.rows).toBe(rows(''));
    }
    await table.close();
  });
});
