/** The whole process on each engine: the same data give the same models, scores, checks and lists. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, openApp } from '../../src/app.ts';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import { silentProgress } from '../../src/base/progress.ts';
import { createRandom } from '../../src/base/random.ts';
import type { RankOptions } from '../../src/steps/rank.ts';
import { hasOriginalFiles, titleOfOriginalFiles } from '../golden/original-files.ts';
import { PUBLIC_SETS_FOLDER } from '../public-sets.ts';

const CLOCK: Clock = { ...systemClock, now: () => new Date('2026-03-01T12:00:00Z'), elapsedMs: () => 0 };
const FOLDERS = {
  input_folder_path: 'in',
  output_folder_path: 'out',
  test_data_path: 'test',
  output_model_path: 'models',
  prod_deployment_path: 'live',
};

/** Of a run, in texts that name it. */
const RUN_ID = /\d{8}T\d{6}Z-[0-9a-f]{6}/g;
const RANKED: RankOptions = {
  status: 'listed',
  offset: 0,
  limit: 20,
  owner: null,
  segment: null,
  minRisk: null,
  search: null,
  reasons: 3,
};

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'engines-run-'));
});
afterAll(() => rmSync(home, { recursive: true }));

interface World {
  readonly config: Readonly<Record<string, unknown>>;
  /** Puts the files of a step into the workspace; there are `steps` of them. */
  fill(root: string, step: number): void;
  readonly steps: number;
}

/** All that a workspace says after each step of a world, without what differs between any two runs. */
async function lived(engine: 'local' | 'sql', name: string, world: World): Promise<unknown[]> {
  const root = join(home, `${name}-${engine}`);
  for (const folder of Object.values(FOLDERS)) mkdirSync(join(root, folder), { recursive: true });
  const config = { ...FOLDERS, ...world.config, engine: { type: engine } };
  writeFileSync(join(root, 'config.json'), JSON.stringify(config));
  const app = await openApp({
    workspace: root,
    logLevel: 'silent',
    progress: silentProgress,
    env: {},
    clock: CLOCK,
  });
  try {
    const seen: unknown[] = [];
    for (let step = 0; step < world.steps; step++) {
      world.fill(root, step);
      seen.push(plain(await app.run('command'), root), await said(app, root));
    }
    return seen;
  } finally {
    await app.close();
  }
}

async function said(app: App, root: string): Promise<unknown> {
  const model = JSON.parse(readFileSync(join(root, 'models/trainedmodel.json'), 'utf8'));
  return plain(
    {
      model,
      score: readFileSync(join(root, 'live/latestscore.txt'), 'utf8'),
      statistics: await app.diagnose({ data: null, parts: ['predictions', 'summary', 'missing'] }),
      ranking: await app.rankClients({ data: null }, RANKED),
    },
    root,
  );
}

/**
 * Without names of runs and without what the clock of the machine says; means and deviations to twelve digits, which a
 * database sums in another order.
 */
function plain(value: unknown, root: string): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, inner: unknown) => {
      if (/^(runId|run|seconds|durationMs|startedAt|finishedAt|url|engine)$/.test(key)) return undefined;
      if (typeof inner === 'number' && /^(mean|std)$/.test(key)) return Number(inner.toPrecision(12));
      return typeof inner === 'string' ? inner.replaceAll(root, '').replace(RUN_ID, 'run') : inner;
    }),
  );
}

describe('the whole process', () => {
  it.runIf(hasOriginalFiles)(
    titleOfOriginalFiles('of the original files is the same on both engines'),
    async () => {
      const files = (root: string, step: number) => {
        const from = step === 0 ? 'practicedata' : 'sourcedata';
        cpSync(join(PUBLIC_SETS_FOLDER, from), join(root, 'in'), { recursive: true });
        cpSync(join(PUBLIC_SETS_FOLDER, 'testdata'), join(root, 'test'), { recursive: true });
      };
      const world: World = { config: {}, fill: files, steps: 2 };
      expect(await lived('sql', 'original', world)).toEqual(await lived('local', 'original', world));
    },
  );

  it('of a panel of clients with levels and missing values, and a model that is chosen, is the same', async () => {
    const columns = {
      id: 'client',
      time: 'month',
      numeric: ['use', 'calls'],
      categorical: ['plan'],
      target: 'left',
      positive: '1',
    };
    const world: World = {
      config: { columns, model: 'auto', calibration: 'auto', threshold: 'f1', holdout: { share: 0.25 } },
      fill: (root, step) => writeFileSync(join(root, 'in', `${step}.csv`), panelCsv(step)),
      steps: 2,
    };
    const local = await lived('local', 'panel', world);
    expect(await lived('sql', 'panel', world)).toEqual(local);
    expect(local[0]).toMatchObject({ result: 'first-deployment' });
  });
});

/** 300 clients in a month: those who use little leave; in the second month they use less. */
function panelCsv(month: number): string {
  const random = createRandom(7, month);
  const lines = Array.from({ length: 300 }, (_, client) => {
    const use = 10 + 4 * random.normal() - 3 * month;
    const calls = random.uniform() < 0.1 ? '' : String(Math.floor(8 * random.uniform()));
    const plan = ['basic', 'plus', 'größer, "neu"', ''][client % 4] ?? '';
    const left = random.uniform() < 1 / (1 + Math.exp(use - 8)) ? 1 : 0;
    return `c${client},2025-0${month + 1}-01,${use},${calls},"${plan.replaceAll('"', '""')}",${left}`;
  });
  return `client,month,use,calls,plan,left\n${lines.join('\n')}\n`;
}
