import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hardRows, linearModel, modelOf, treesModel } from '../../test/contracts/random-models.ts';
import { systemClock } from '../base/clock.ts';
import { silentProgress } from '../base/progress.ts';
import type { ModelDocument } from '../core/document/document.ts';
import { createScorer, type SourceRow } from '../core/scoring/scorer.ts';
import { createDuckdbEngine } from '../engine/local/duckdb/engine.ts';
import type { Engine } from '../engine/port.ts';
import { renderRecord } from '../formats/csv/header.ts';
import { predictFile } from './predict-file.ts';

let folder: string;
let engine: Engine;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tidewatch-predict-'));
  engine = await createDuckdbEngine({
    threads: 2,
    memoryLimit: '500MB',
    temporaryFolder: join(folder, 'engine'),
  });
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

const model = treesModel({ kind: 'platt', slope: 1.2, intercept: 0.1 }, { trees: 10, leaves: 8, seed: 1 });
const rows = hardRows(model, 3000, 2).map((row) => ({
  ...row,
  // Without a text, a CSV has no way to tell the empty one from missing.
  ...Object.fromEntries(
    Object.entries(row)
      .filter(([, value]) => value === '')
      .map(([name]) => [name, null]),
  ),
}));
const idOf = (i: number) =>
  i % 100 === 0 ? `client, "${i}"` : i % 100 === 1 ? `=c${i}` : i % 100 === 2 ? `-${i}` : `c${i}`;
/** As a file for a spreadsheet has it. */
const writtenId = (i: number) => renderRecord([i % 100 === 1 ? `'${idOf(i)}` : idOf(i)]);

function csvOf({ id, inputs }: ModelDocument, data: readonly SourceRow[]): string {
  const head = [...(id === null ? [] : [id]), 'extra', ...inputs.map(({ name }) => name)];
  const lines = data.map((row, i) => {
    const values = inputs.map(({ name }) => (row[name] === null ? '' : String(row[name])));
    return renderRecord([...(id === null ? [] : [idOf(i)]), 'x', ...values]);
  });
  return `${[renderRecord(head), ...lines].join('\n')}\n`;
}

const predict = (changes: Partial<Parameters<typeof predictFile>[1]>) =>
  predictFile(
    { engine, clock: systemClock, progress: silentProgress },
    {
      model,
      path: '',
      out: join(folder, 'out.csv'),
      contract: { columns: [], missingTexts: [''] },
      ...changes,
    },
  );

function expected({ id }: ModelDocument): string {
  const scorer = createScorer(model);
  const lines = rows.map((row, i) => {
    const { probability, label } = scorer.scoreRow(row);
    return `${id === null ? String(i + 1) : writtenId(i)},${probability},${label}`;
  });
  return `${[`${id ?? 'row'},probability,prediction`, ...lines].join('\n')}\n`;
}

describe('predicting a file', () => {
  it('writes one row for each, in order, as the scorer has it, from plain and from compressed text', async () => {
    const plain = join(folder, 'clients.csv');
    writeFileSync(plain, csvOf(model, rows));
    const packed = join(folder, 'clients.csv.gz');
    writeFileSync(packed, gzipSync(csvOf(model, rows)));
    for (const path of [plain, packed]) {
      const summary = await predict({ path });
      expect(readFileSync(summary.path, 'utf8')).toBe(expected(model));
      const leaving = expected(model).match(/,1$/gm)?.length;
      expect(summary).toMatchObject({ model: model.version, rows: 3000, leaving });
    }
  });

  it('numbers the rows where the model knows no id', async () => {
    const nameless = { ...model, id: null };
    const path = join(folder, 'nameless.csv');
    writeFileSync(path, csvOf(nameless, rows));
    await predict({ path, model: nameless });
    expect(readFileSync(join(folder, 'out.csv'), 'utf8')).toBe(expected(nameless));
  });

  it('writes Parquet, and reads what it wrote', async () => {
    const identity = modelOf(
      [{ kind: 'number', source: 'probability', missing: 0 }],
      { kind: 'logistic-regression', coefficients: [1], intercept: 0, means: [0] },
      { kind: 'none' },
      { inputs: [{ name: 'probability', kind: 'numeric' }] },
    );
    const [path, parquet, again] = ['clients.csv', 'p.parquet', 'p.csv'].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    await predict({ path, out: parquet });
    await predict({ path: parquet, out: again, model: identity });
    const wanted = rows.map((row, i) => {
      const { probability } = createScorer(model).scoreRow(row);
      return `${writtenId(i)},${createScorer(identity).scoreRow({ probability }).probability}`;
    });
    const got = readFileSync(again, 'utf8').trimEnd().split('\n').slice(1);
    expect(got.map((line) => line.slice(0, line.lastIndexOf(',')))).toEqual(wanted);
  });

  it('writes only the header for a file without rows', async () => {
    const path = join(folder, 'none.csv');
    writeFileSync(path, csvOf(model, []));
    const summary = await predict({ path });
    expect([summary.rows, summary.leaving]).toEqual([0, 0]);
    expect(readFileSync(summary.path, 'utf8')).toBe('client id,probability,prediction\n');
  });

  it('refuses a bad row with its place, keeps the old predictions, and leaves nothing behind', async () => {
    const linear = linearModel({ kind: 'none' }, 0);
    const path = join(folder, 'bad.csv');
    writeFileSync(path, csvOf(linear, [{ usage: 'many' }]));
    writeFileSync(join(folder, 'out.csv'), 'old');
    await expect(predict({ path, model: linear })).rejects.toThrow(/bad\.csv, line 2: usage: got "many"/);
    await expect(predict({ path: join(folder, 'absent.csv') })).rejects.toThrow('there is no such file');
    expect(readFileSync(join(folder, 'out.csv'), 'utf8')).toBe('old');
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it.each([
    ['another ending', 'out.xlsx', 'ends in .csv or .parquet'],
    ['the data itself', 'clients.csv', 'is the data itself'],
  ])('refuses to write to %s', async (_name, out, what) => {
    const path = join(folder, 'clients.csv');
    await expect(predict({ path, out: join(folder, out) })).rejects.toThrow(what);
  });
});
