/**
 * Input drift of one file against another, in a process of its own: `drift-ours.ts reference FOLDER` learns the
 * reference, as training does, `drift-ours.ts window FOLDER` compares current.parquet with it. Last line: JSON.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { ModelInput, SourceBatch } from '../src/core/columns/source-column.ts';
import { concatBatches, takeRows } from '../src/core/columns/take-rows.ts';
import { buildReference } from '../src/core/monitor/inputs/build-reference.ts';
import { compareInputs } from '../src/core/monitor/inputs/compare-inputs.ts';
import { domainClassifier } from '../src/core/monitor/inputs/domain-classifier.ts';
import { createTally } from '../src/core/monitor/inputs/tally.ts';
import { createDuckdbEngine } from '../src/engine/local/duckdb/engine.ts';
import type { Engine, Table } from '../src/engine/port.ts';

const SAMPLE_ROWS = 10_000;
const [mode = '', folder = ''] = process.argv.slice(2);
const path = (name: string): string => join(folder, name);
const inputs: ModelInput[] = JSON.parse(readFileSync(path('inputs.json'), 'utf8'));

function open(engine: Engine, name: string): Promise<Table> {
  return engine.open({
    kind: 'snapshot',
    snapshot: {
      parquetPath: path(name),
      columns: inputs.map(({ name: column, kind }) => ({
        name: column,
        role: kind,
        type: kind === 'numeric' ? 'double' : 'text',
      })),
    },
    contract: {
      columns: inputs.map(({ name: column, kind }) => ({ name: column, role: kind })),
      positive: '1',
      negative: '0',
      missingTexts: [],
    },
  });
}

/** Streams a file; gives evenly spaced rows of it. */
async function stream(table: Table, add: (batch: SourceBatch) => void): Promise<SourceBatch> {
  const stride = Math.ceil(table.rows / SAMPLE_ROWS);
  const sampled: SourceBatch[] = [];
  let row = 0;
  for await (const batch of table.stream(inputs.map(({ name }) => name))) {
    add(batch);
    const rows = Uint32Array.from({ length: batch.rows }, (_, k) => k).filter(
      (k) => (row + k) % stride === 0,
    );
    sampled.push(takeRows(batch, rows));
    row += batch.rows;
  }
  return concatBatches(sampled);
}

async function learn(engine: Engine): Promise<object> {
  const batches: SourceBatch[] = [];
  const sample = await stream(await open(engine, 'reference.parquet'), (batch) => batches.push(batch));
  const from = performance.now();
  const reference = buildReference(inputs, batches);
  const built = (performance.now() - from) / 1000;
  writeFileSync(path('reference.bin'), serialize({ reference, sample }));
  return { built };
}

async function compare(engine: Engine): Promise<object> {
  const { reference, sample } = deserialize(readFileSync(path('reference.bin')));
  const tally = createTally(reference);
  const current = await stream(await open(engine, 'current.parquet'), tally.add);
  const tallied = performance.now();
  const drift = compareInputs(reference, tally.state(), { alpha: 0.01, psi: 0.1 });
  const compared = performance.now();
  const domain = domainClassifier(inputs, sample, current, { seed: 0, alpha: 0.01, psi: 0.1 });
  return {
    compare: (compared - tallied) / 1000,
    domain: (performance.now() - compared) / 1000,
    drifted: drift.columns.filter(({ verdict }) => verdict === 'drift').length,
    auc: domain.auc?.value,
  };
}

const start = performance.now();
const engine = await createDuckdbEngine({
  threads: availableParallelism(),
  memoryLimit: '1GB',
  temporaryFolder: path('engine'),
});
const found = await (mode === 'reference' ? learn(engine) : compare(engine));
await engine.close();
console.log(JSON.stringify({ ...found, seconds: (performance.now() - start) / 1000 }));
