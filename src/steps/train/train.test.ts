import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HELD } from '../../../test/held.ts';
import { sha256 } from '../../base/hash.ts';
import { silentProgress } from '../../base/progress.ts';
import { createRandom } from '../../base/random.ts';
import { columnsSchema } from '../../config/schema.ts';
import { fitBoostedTrees } from '../../core/learners/boosting/fit.ts';
import { fitLogistic } from '../../core/learners/logistic.ts';
import { parseModel } from '../../core/models/model-file.ts';
import { createDuckdbEngine } from '../../engine/local/duckdb/engine.ts';
import type { Engine } from '../../engine/port.ts';
import { contractOf } from '../../formats/contract/contract.ts';
import type { ModelRecord } from '../../store/port/models.ts';
import { train } from './train.ts';
import type { Trained, TrainOptions } from './train-options.ts';

let home: string;
let engine: Engine;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'train-'));
  engine = await createDuckdbEngine({ threads: 2, memoryLimit: '300MB', temporaryFolder: join(home, 't') });
});
afterAll(async () => {
  await engine.close();
  rmSync(home, { recursive: true });
});

const columns = columnsSchema.parse({ numeric: ['n', 'm'], categorical: ['c'], time: 'at' });
const contract = contractOf(columns, [''], 'keep');
const NOW = new Date('2024-06-30T00:00:00Z');

/** Rows of a linear risk; `at` is the day of the row. */
function rowsOf(seed: number, count: number, at: string, label: (y: number) => string): string[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, row) => {
    const [n, m, level] = [random.normal(), random.normal(), random.below(3)];
    const y = random.uniform() < 1 / (1 + Math.exp(1 - n - level)) ? 1 : 0;
    return `s${seed}-${row},${n},${m},level ${level},${at},${label(y)}\n`;
  });
}

const labelled = rowsOf(1, 150, '2024-01-01', String);

let runs = 0;
async function trainOn(lines: readonly string[], options: Partial<TrainOptions> = {}) {
  const folder = join(home, `w${++runs}`);
  mkdirSync(join(folder, 'in'), { recursive: true });
  writeFileSync(join(folder, 'in', 'a.csv'), `corporation,n,m,c,at,exited\n${lines.join('')}`);
  const { snapshot } = await engine.compile({
    folder: join(folder, 'in'),
    output: join(folder, 'out'),
    contract,
    maxRejectedShare: 0,
    progress: silentProgress,
  });
  const records: ModelRecord[] = [];
  const { summary, model }: Trained = await train(
    {
      engine,
      store: { ...HELD, recordModel: async (record) => void records.push(record) },
      clock: { now: () => NOW, elapsedMs: () => 0 },
      progress: silentProgress,
      compute: () => ({
        fitTrees: async (data, labels, request) => fitBoostedTrees(data, labels, request),
        fitLogistic: async (blocks, each) => fitLogistic(blocks, each),
        openStore: () => null,
      }),
    },
    {
      runId: 'r',
      version: '0',
      snapshot,
      files: ['a.csv'],
      contract,
      modelFolder: folder,
      outputFolder: join(folder, 'out'),
      model: 'auto',
      logistic: { C: 1, standardize: false },
      calibration: 'platt',
      threshold: 'f1',
      campaign: null,
      monotone: {},
      outcomes: { horizonDays: 0, meaning: 'outcome' },
      holdout: null,
      budgetSeconds: null,
      seed: 3,
      ...options,
    },
  );
  const [record] = records;
  // What is passed on is what the file and the store say.
  expect(parseModel(readFileSync(summary.path, 'utf8'), sha256)).toStrictEqual(model);
  expect(record?.document).toEqual(model);
  return { summary, model };
}

/** What of a model must not depend on rows without an outcome. */
const learnt = ({ summary, model }: Awaited<ReturnType<typeof trainOn>>) => ({
  features: model.features,
  learner: model.learner,
  calibration: model.calibration,
  threshold: model.threshold,
  selection: summary.selection,
  rows: [summary.rows, summary.positives],
});

describe('train', () => {
  it('learns the same bits from a snapshot with rows that have no label as from one without them', async () => {
    const open = rowsOf(2, 100, '2024-01-01', () => '');
    const mixed = labelled.flatMap((line, k) => [...open.slice(k, k + 1), line]);
    const [without, among] = [await trainOn(labelled), await trainOn(mixed)];
    expect(learnt(among)).toEqual(learnt(without));
    expect([among.summary.unlabelled, among.summary.immature]).toEqual([100, 0]);
    expect(among.model.certificate.outcomes).toEqual({
      horizonDays: 0,
      asOf: NOW.toISOString(),
      unlabelled: 100,
      immature: 0,
    });
    expect(without.model.certificate).not.toHaveProperty('outcomes');
  });

  it('leaves out the rows whose outcome is not final, whatever it is so far', async () => {
    const young = rowsOf(4, 50, '2024-06-15', String);
    const [without, among] = [
      await trainOn(labelled, { outcomes: { horizonDays: 30, meaning: 'outcome' }, model: 'logistic' }),
      await trainOn([...young, ...labelled], {
        outcomes: { horizonDays: 30, meaning: 'outcome' },
        model: 'logistic',
      }),
    ];
    expect(learnt(among)).toEqual(learnt(without));
    expect([among.summary.unlabelled, among.summary.immature]).toEqual([0, 50]);
    expect((await trainOn([...young, ...labelled], { model: 'logistic' })).summary).toMatchObject({
      rows: 200,
      immature: 0,
    });
  });

  it('says so where no row has a label', async () => {
    await expect(trainOn(rowsOf(5, 20, '2024-01-01', () => ''))).rejects.toMatchObject({
      code: 'nothing-labelled',
      details: { rows: 20, unlabelled: 20, immature: 0, target: 'exited' },
    });
  });
});
