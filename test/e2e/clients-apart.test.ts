/** Clients end to end: those held out stay so in every dump that comes, and a monthly status becomes honest examples. */
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { clientKey } from '../../src/core/clients/client-key.ts';
import { isHeldOut } from '../../src/core/clients/held-out.ts';
import type { ModelDocument } from '../../src/core/document/document.ts';
import type { RunSummary } from '../../src/pipeline/run/run-summary.ts';
import type { Explanation } from '../../src/steps/explain.ts';
import type { Ranking } from '../../src/steps/rank.ts';
import type { ScoreSummary } from '../../src/steps/score.ts';
import { openStore } from '../../src/store/store.ts';
import { parseAnswer, tidewatch } from './command.ts';
import { removeWorkspaces, temporaryFolder } from './workspace.ts';

afterAll(removeWorkspaces);

const CLIENTS = 300;

/** A dump of all clients: inputs that hardly move from month to month, and labels that have nothing to do with them. */
function noiseDump(month: number, random = createRandom(5)): string {
  const traits = Array.from({ length: CLIENTS }, () =>
    [50, 50, 50].map((mean) => mean + 15 * (random.uniform() + random.uniform() - 1)),
  );
  const labels = Array.from({ length: CLIENTS }, () => Number(random.uniform() < 0.4));
  const drift = createRandom(100 + month);
  const lines = traits.map((values, k) => {
    const moved = values.map((value) => (value + drift.uniform() - 0.5).toFixed(2));
    return `P${String(k).padStart(3, '0')},${moved.join(',')},${labels[k]}`;
  });
  return `customer_id,x0,x1,x2,churned\n${lines.join('\n')}\n`;
}

interface Made {
  readonly root: string;
  add(name: string, text: string): void;
  run(): Promise<RunSummary>;
  json<T>(...args: string[]): Promise<T>;
  model(): ModelDocument;
}

async function makeFrom(name: string, text: string, ...args: string[]): Promise<Made> {
  const folder = temporaryFolder();
  const file = join(folder, name);
  writeFileSync(file, text);
  const root = join(folder, 'w');
  const made = await tidewatch(['init', file, '-w', root, ...args]);
  expect(made.stderr).toBe('');
  const json = async <T>(...verb: string[]): Promise<T> =>
    parseAnswer<T>(await tidewatch([...verb, '-w', root, '--json']));
  return {
    root,
    add: (other, content) => writeFileSync(join(root, 'sourcedata', other), content),
    run: () => json<RunSummary>('run'),
    json,
    model: () => JSON.parse(readFileSync(join(root, 'models/trainedmodel.json'), 'utf8')) as ModelDocument,
  };
}

describe('a file of clients of whom some have left', () => {
  it('gives a call list of those who have not, with every held-out client on one of the two lists', async () => {
    const workspace = await makeFrom('jan.csv', noiseDump(0));
    await workspace.run();
    const rows = noiseDump(0).trim().split('\n').slice(1);
    const idsOf = (label: string) =>
      rows.filter((row) => row.endsWith(`,${label}`)).map((row) => row.slice(0, 4));
    const listOf = async (...args: string[]) =>
      (await workspace.json<Ranking>('risks', '--top', '1000', ...args)).clients.map(({ id }) => id).sort();
    expect(await listOf()).toEqual(idsOf('0').sort());
    expect(await listOf('--left')).toEqual(idsOf('1').sort());
    const { holdout } = JSON.parse(readFileSync(join(workspace.root, 'config.json'), 'utf8'));
    const held = idsOf('0').find((id) => isHeldOut(clientKey(id), holdout)) ?? '';
    const explained = await workspace.json<Explanation>('explain', held);
    expect(explained).toMatchObject({ scoredBy: 'deployed', client: { id: held, status: 'current' } });
  });
});

describe('monthly dumps of all clients', () => {
  it('never bring a held-out client into training, and their scores on noise say that it is noise', async () => {
    const workspace = await makeFrom('jan.csv', noiseDump(0));
    expect((await workspace.run()).result).toBe('first-deployment');
    const first = workspace.model().certificate;
    workspace.add('feb.csv', noiseDump(1));
    workspace.add('mar.csv', noiseDump(2));
    await workspace.json('ingest');
    const trained = await workspace.json<{ readonly rows: number; readonly heldOut: number }>('train');
    const score = await workspace.json<ScoreSummary>('score');
    const { holdout } = JSON.parse(readFileSync(join(workspace.root, 'config.json'), 'utf8'));
    const held = Array.from({ length: CLIENTS }, (_, k) => `P${String(k).padStart(3, '0')}`).filter((id) =>
      isHeldOut(clientKey(id), holdout),
    ).length;
    expect(first.heldOut).toEqual({ share: 0.2, seed: holdout.seed, rows: held, clients: held });
    expect([trained.rows, trained.heldOut]).toEqual([3 * (CLIENTS - held), 3 * held]);
    // Those of February and March are new since the live model was trained.
    expect(score.window).toEqual({ kind: 'recent', clients: held, since: expect.any(String), trained: null });
    expect(score.rows).toBe(2 * held);
    expect(score.metrics.logLoss?.value).toBeLessThan(0.72);
    expect(Math.abs((score.metrics.rocAuc?.value ?? 1) - 0.5)).toBeLessThan(0.2);
  });

  it('put every client on one side in any order of files and any number of deliveries', async () => {
    const once = await makeFrom('jan.csv', noiseDump(0));
    await once.json('ingest');
    const other = temporaryFolder();
    cpSync(once.root, other, { recursive: true });
    for (const file of readdirSync(join(other, 'sourcedata'))) {
      cpSync(join(other, 'sourcedata', file), join(other, 'sourcedata', `again-${file}`));
    }
    writeFileSync(join(other, 'sourcedata', 'a-first.csv'), noiseDump(7));
    const train = async (root: string) => parseAnswer(await tidewatch(['train', '-w', root, '--json']));
    await tidewatch(['ingest', '-w', other]);
    const [a, b] = [await train(once.root), await train(other)] as [{ heldOut: number }, { heldOut: number }];
    expect(b.heldOut).toBe(2 * a.heldOut);
  });
});

const MONTHS = ['2025-01-31', '2025-02-28', '2025-03-31', '2025-04-30', '2025-05-31', '2025-06-30'];

/** Clients with a status at the end of each month: low usage makes leaving likely in the next. */
function statusPanel(months: readonly string[], clients = 400): string {
  const random = createRandom(9);
  const usage = Array.from({ length: clients }, () => 10 + 90 * random.uniform());
  const left = new Uint8Array(clients);
  const lines = MONTHS.flatMap((month) =>
    usage.flatMap((level, k) => {
      const now = left[k] === 1 ? 0 : level + 10 * (random.uniform() - 0.5);
      const line = `C${k},${month},${now.toFixed(1)},${left[k]}`;
      if (random.uniform() < (level < 40 ? 0.2 : 0.02)) left[k] = 1;
      return months.includes(month) ? [line] : [];
    }),
  );
  return `customer_id,month_end,usage,churned\n${lines.join('\n')}\n`;
}

describe('a monthly status', () => {
  it('becomes examples of who leaves within a month, without those who had left', async () => {
    const workspace = await makeFrom('panel.csv', statusPanel(MONTHS.slice(0, 4)));
    const run = await workspace.run();
    expect(run.result).toBe('first-deployment');
    const { outcomes, snapshot } = workspace.model().certificate;
    expect(outcomes).toMatchObject({ horizonDays: 30, meaning: 'status', gone: expect.any(Number) });
    // The share that left in a month, and not the share that had left by then.
    expect(snapshot.positives / snapshot.rows).toBeGreaterThan(0.03);
    expect(snapshot.positives / snapshot.rows).toBeLessThan(0.12);
    // Those there at the end of April wait, and no others.
    const april = statusPanel(MONTHS.slice(3, 4))
      .split('\n')
      .filter((line) => line.endsWith(',0')).length;
    expect(run.unlabelled).toBe(april);
    const score = await workspace.json<ScoreSummary>('score');
    expect(score.metrics.rocAuc?.value).toBeGreaterThan(0.65);

    workspace.add('zz-may.csv', statusPanel(MONTHS.slice(4, 5)));
    const may = statusPanel(MONTHS.slice(4, 5))
      .split('\n')
      .filter((line) => line.endsWith(',0')).length;
    const next = await workspace.run();
    expect(next.unlabelled).toBe(may);
    // What April's rows have come to is new to the model, and nothing else is.
    expect(next.check?.rows).toBe(april);

    // Somebody says that a client has left: it is off the list, its row of May waits no more, and is learned from in time.
    const listed = async () =>
      (await workspace.json<Ranking>('risks', '--top', '1000')).clients.map(({ id }) => id);
    const [first = ''] = await listed();
    const store = await openStore(join(workspace.root, 'tidewatch.db'));
    const at = '2025-06-15T00:00:00.000Z';
    await store.recordOutcome({ clientId: first, createdAt: at, outcome: 'left', at, author: 'test' });
    await store.close();
    expect(await listed()).not.toContain(first);
    const told = await workspace.run();
    expect(told.steps.map(({ name }) => name)).toContain('label');
    expect(told.unlabelled).toBe(may - 1);
    expect(await listed()).not.toContain(first);
    const entered = readdirSync(join(workspace.root, 'sourcedata')).find((name) =>
      name.startsWith('outcomes-'),
    );
    const [, line = ''] = readFileSync(join(workspace.root, 'sourcedata', entered ?? ''), 'utf8').split('\n');
    expect(line.split(',')).toEqual(expect.arrayContaining([first, '2025-06-15', '1']));
  });
});
