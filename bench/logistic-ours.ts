/** Fits logistic regression on the data that bench/logistic.ts wrote, and prints what it took as a line of JSON. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DesignBlock } from '../src/core/statistics/gram.ts';
import { createTeam } from '../src/steps/train/team.ts';

const [folder = '', features = '', runs = '', threads = ''] = process.argv.slice(2);
/** Rows of a block, as the engine gives them. */
const BLOCK_ROWS = 65_536;

function doubles(name: string): Float64Array {
  const { buffer, byteOffset, byteLength } = readFileSync(join(folder, name));
  return new Float64Array(buffer.slice(byteOffset, byteOffset + byteLength));
}

const labels = doubles('labels');
const columns = Array.from({ length: Number(features) }, (_, j) => doubles(`column${j}`));
const blocks = Array.from({ length: Math.ceil(labels.length / BLOCK_ROWS) }, (_, index): DesignBlock => {
  const [begin, end] = [index * BLOCK_ROWS, Math.min((index + 1) * BLOCK_ROWS, labels.length)];
  const part = (values: Float64Array): Float64Array => values.slice(begin, end);
  return { rows: end - begin, columns: columns.map(part), labels: part(labels), weights: null };
});

const team = createTeam({ threads: Number(threads) });
const results = [];
for (const standardize of [false, true]) {
  const wall: number[] = [];
  const cpu: number[] = [];
  let loss = 0;
  for (let run = 0; run < Number(runs); run++) {
    const before = process.cpuUsage();
    const start = performance.now();
    const fit = await team.fitLogistic(blocks, { C: 1, standardize });
    wall.push((performance.now() - start) / 1000);
    const { user, system } = process.cpuUsage(before);
    cpu.push((user + system) / 1e6);
    loss = fit.loss / labels.length;
  }
  results.push({ wall, cpu, loss });
}
await team.close();
console.log(JSON.stringify(results));
