/** Clients with several rows: nothing is chosen by how well a model knows again a client that it has learned. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/base/hash.ts';
import { silentProgress } from '../../src/base/progress.ts';
import { columnsSchema } from '../../src/config/schema.ts';
import { clientKey } from '../../src/core/clients/client-key.ts';
import { fitBoostedTrees } from '../../src/core/learners/boosting/fit.ts';
import { fitLogistic } from '../../src/core/learners/logistic.ts';
import { evaluate } from '../../src/core/metrics/evaluate.ts';
import { parseModel } from '../../src/core/models/model-file.ts';
import { createScorer } from '../../src/core/scoring/scorer.ts';
import { readFoldModels } from '../../src/engine/kept/fold-models.ts';
import { readReferenceSample } from '../../src/engine/kept/reference-file.ts';
import { createDuckdbEngine } from '../../src/engine/local/duckdb/engine.ts';
import type { Engine } from '../../src/engine/port.ts';
import { contractOf } from '../../src/formats/contract/contract.ts';
import { train } from '../../src/steps/train/train.ts';
import type { TrainOptions } from '../../src/steps/train/train-options.ts';
import { HELD } from '../held.ts';
import { makePanel, type PanelRow } from './client-panel.ts';

interface GoldenCase {
  readonly clients: number;
  readonly months: number;
  readonly signal: number;
  readonly sum: number;
  /** Share of the clients to learn from that left. */
  readonly base: number;
  readonly logLoss: number;
  readonly rocAuc: number;
}

const golden: { cases: readonly GoldenCase[] } = JSON.parse(readFileSync('test/golden/panel.json', 'utf8'));
const INPUTS = ['a', 'b', 'c', 'd'];

let home: string;
let engine: Engine;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'panels-'));
  engine = await createDuckdbEngine({ threads: 2, memoryLimit: '300MB', temporaryFolder: join(home, 't') });
});
afterAll(async () => {
  await engine.close();
  rmSync(home, { recursive: true });
});

let runs = 0;
/** What `init` would configure, on the rows of a panel. */
async function trainOn(
  panel: readonly PanelRow[],
  withTimes: boolean,
  model: TrainOptions['model'] = 'auto',
) {
  const folder = join(home, `w${++runs}`);
  const output = join(folder, 'out');
  mkdirSync(join(folder, 'in'), { recursive: true });
  const lines = panel.map(({ client, at, inputs, left }) => `${client},${inputs.join(',')},${at},${left}\n`);
  writeFileSync(join(folder, 'in', 'a.csv'), `client,${INPUTS.join(',')},at,left\n${lines.join('')}`);
  const columns = { id: 'client', target: 'left', positive: '1', negative: '0', numeric: INPUTS };
  const contract = contractOf(
    columnsSchema.parse(withTimes ? { ...columns, time: 'at' } : columns),
    [''],
    'keep',
  );
  const { snapshot } = await engine.compile({
    folder: join(folder, 'in'),
    output,
    contract,
    maxRejectedShare: 0,
    progress: silentProgress,
  });
  const { summary } = await train(
    {
      engine,
      store: { ...HELD, recordModel: async () => {} },
      clock: { now: () => new Date('2024-12-31T00:00:00Z'), elapsedMs: () => 0 },
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
      outputFolder: output,
      model,
      logistic: { C: 1, standardize: true },
      calibration: 'auto',
      threshold: 'f1',
      campaign: null,
      monotone: {},
      outcomes: { horizonDays: 0, meaning: 'outcome' },
      holdout: null,
      budgetSeconds: null,
      seed: 1,
    },
  );
  return { summary, model: parseModel(readFileSync(summary.path, 'utf8'), sha256), output };
}

function scoresOf(model: Parameters<typeof createScorer>[0], panel: readonly PanelRow[]): Float64Array {
  const probabilities = new Float64Array(panel.length);
  const columns = INPUTS.map((_, k) => ({
    kind: 'numeric' as const,
    values: Float64Array.from(panel, ({ inputs }) => inputs[k] as number),
  }));
  createScorer(model).probabilityInto({ rows: panel.length, columns }, probabilities);
  return probabilities;
}

function metricsOn(model: Parameters<typeof createScorer>[0], panel: readonly PanelRow[]) {
  const labels = panel.map(({ left }) => left);
  return evaluate(labels, scoresOf(model, panel), model.threshold).metrics;
}

/** Log loss of the base rate. */
const entropyOf = (base: number) => -base * Math.log(base) - (1 - base) * Math.log(1 - base);

const sumOf = (panel: readonly PanelRow[]) =>
  panel.reduce((sum, { inputs }) => sum + inputs.reduce((part, x) => part + x, 0), 0);

describe('a panel of clients', () => {
  for (const { clients, months, signal, base, ...reference } of golden.cases) {
    const known = makePanel({ seed: 1, clients, months, signal });
    const held = makePanel({ seed: 2, clients: 2000, months, signal });

    for (const withTimes of signal === 0 && clients > 100 ? [false] : [false, true]) {
      const name = `${clients} clients, signal ${signal}, ${withTimes ? 'forward in time' : 'without times'}`;
      it(`is learned as well as by scikit-learn with GroupKFold: ${name}`, async () => {
        expect(sumOf(known) + sumOf(held)).toBeCloseTo(reference.sum, 6);
        const { summary, model, output } = await trainOn(known, withTimes);
        expect(summary.selection).toMatchObject({
          kind: withTimes ? 'time-forward' : 'stratified',
          rows: clients * months,
          clients,
        });
        expect(summary.learner).toBe('logistic-regression');
        const { logLoss, rocAuc } = metricsOn(model, held);
        const { candidates, chosen } = summary.selection ?? { candidates: [], chosen: '' };
        const outOfFold = candidates.find((each) => each.name === chosen)?.outOfFold.logLoss?.value ?? 0;
        if (signal > 0) {
          expect(logLoss?.value).toBeLessThan(reference.logLoss + 0.01);
          expect(rocAuc?.value).toBeGreaterThan(reference.rocAuc - 0.01);
          // Clients that a fold has not seen are as hard as those that nobody has.
          expect(Math.abs(outOfFold - (logLoss?.value ?? 0))).toBeLessThan(0.02);
        } else {
          // The penalty of `auto` is fixed, that of the reference is chosen on the data.
          expect(logLoss?.value).toBeLessThan(0.7);
          expect(Math.abs((rocAuc?.value ?? 0) - 0.5)).toBeLessThan(0.05);
          expect(outOfFold).toBeGreaterThan(entropyOf(base) - 0.03);
        }
        const sample = readReferenceSample(output, model.version);
        expect(sample.kind === 'found' && new Set(sample.sample.clients).size).toBe(clients);
      });
    }
  }

  it('is scored by models of folds that have not seen the client', async () => {
    const known = makePanel({ seed: 1, clients: 250, months: 3, signal: 1 });
    for (const withTimes of [false, true]) {
      const { model, output } = await trainOn(known, withTimes, 'logistic');
      const folds = readFoldModels(output, model.version);
      if (folds === null) throw new Error('There are no fold models.');
      expect(folds.foldOf(clientKey('nobody'))).toBe(-1);
      const own = known.map(({ client }) => folds.foldOf(clientKey(client)));
      expect(new Set(own)).toEqual(new Set([0, 1, 2, 3, 4]));
      for (const each of folds.models) {
        expect(each).toMatchObject({
          inputs: model.inputs,
          calibration: model.calibration,
          threshold: model.threshold,
        });
      }
      const scores = folds.models.map((each) => scoresOf(each, known));
      const [unseen, seen] = [0, 1].map((shift) =>
        evaluate(
          known.map(({ left }) => left),
          own.map((fold, row) => scores[(fold + shift) % 5]?.[row] as number),
          0.5,
        ),
      );
      expect(unseen?.metrics.logLoss?.value).toBeGreaterThan(seen?.metrics.logLoss?.value ?? 1);
    }
  });
});
