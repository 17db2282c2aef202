/** Clients at risk and their explanations, from the command line and over HTTP, in real workspaces. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkspace, listDisk, removeWorkspaces, type Workspace } from '../../../test/e2e/workspace.ts';
import { openApp } from '../../app.ts';
import type { ConfigInput } from '../../config/schema.ts';
import type { Explanation } from '../../steps/explain.ts';
import type { Ranking } from '../../steps/rank.ts';
import { runProgram } from '../program.ts';

const HEADER = 'client,activity,money,plan,owner,region,left';
const PLANS = ['basic', 'plus', ''];

/** Clients who leave where they are quiet or on the basic plan; money is a feature and what is at stake. */
function row(number: number): string {
  const activity = number % 13 === 0 ? '' : String((number * 37) % 101);
  const plan = PLANS[number % 3] ?? '';
  const leaves = (number * 37) % 101 < 40 !== (number % 10 === 0) || (plan === 'basic' && number % 4 === 0);
  const money = number % 17 === 0 ? '' : String(100 + ((number * 71) % 499) / 2);
  return `c${number},${activity},${money},${plan},${number % 2 === 0 ? '"Lee, Kim"' : 'Ada'},r${number % 4},${leaves ? 'yes' : 'no'}`;
}

function csv(from: number, to: number, extra: readonly string[] = []): string {
  const rows = Array.from({ length: to - from }, (_, k) => row(from + k));
  return `${[HEADER, ...rows, ...extra].join('\n')}\n`;
}

const COLUMNS: ConfigInput['columns'] = {
  id: 'client',
  target: 'left',
  positive: 'yes',
  negative: 'no',
  numeric: ['activity', 'money'],
  categorical: ['plan'],
  value: 'money',
  segment: 'region',
  owner: 'owner',
};
/** The last row speaks for c7; "=x" would be a formula in a spreadsheet. */
const AGAIN = ['c7,99,101,plus,Ada,r3,no', '=x,1,349,basic,Ada,r1,yes'];
const FILES = {
  'practicedata/a.csv': csv(0, 300, AGAIN),
  'testdata/test.csv': csv(1000, 1100),
};
const CLIENTS = 301;
/** Those whose newest row says that they have left. */
const LEFT = 140;
const LISTED = CLIENTS - LEFT;

interface Outcome {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

async function tidewatch(root: string, ...args: string[]): Promise<Outcome> {
  const out: string[] = [];
  const err: string[] = [];
  const exit = await runProgram([...args, '-w', root], {
    out: { write: (text) => void out.push(text) },
    err: { write: (text) => void err.push(text) },
    width: 140,
    colour: false,
    interactive: false,
    env: {},
  });
  return { exit, out: out.join(''), err: err.join('') };
}

async function json<T>(root: string, ...args: string[]): Promise<T> {
  const { out, err, exit } = await tidewatch(root, ...args, '--json');
  expect(exit, err).toBe(0);
  return JSON.parse(out) as T;
}

const workspaces = new Map<string, Workspace>();
const rootOf = (name: string): string => workspaces.get(name)?.root ?? '';
/** Ingests, trains, scores and deploys, without the rest of a run. */
async function deployModel(root: string): Promise<void> {
  const app = await openApp({ workspace: root, logLevel: 'silent', progress: () => undefined, env: {} });
  try {
    await app.ingest();
    await app.train();
    await app.score();
    await app.deploy('for the test');
  } finally {
    await app.close();
  }
}

beforeAll(async () => {
  const nameless = { ...COLUMNS, id: null, value: null, owner: null, segment: null };
  const kinds = {
    logistic: { model: 'logistic', calibration: 'beta' },
    boosted: { model: 'boosted' },
    nameless: { model: 'logistic', columns: nameless },
  } satisfies Record<string, Partial<ConfigInput>>;
  for (const [name, changes] of Object.entries(kinds)) {
    const workspace = createWorkspace(FILES, { columns: COLUMNS, ...changes });
    workspaces.set(name, workspace);
    await deployModel(workspace.root);
  }
});
afterAll(removeWorkspaces);

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe.each(['logistic', 'boosted'])('clients at risk by a %s model', (name) => {
  it.each([
    { args: [], status: 'listed', size: LISTED },
    { args: ['--left'], status: 'left', size: LEFT },
  ])('are each $status client once, by expected loss, those without a value last', async (list) => {
    const { args, status, size } = list;
    const ranking = await json<Ranking>(rootOf(name), 'risks', '--top', '1000', ...args);
    expect(ranking).toMatchObject({ rankedBy: 'expected-loss', rows: 302, status, all: { clients: size } });
    expect(ranking.counts).toEqual({ listed: LISTED, left: LEFT, unknown: 0 });
    expect(ranking.owners).toEqual(['Ada', 'Lee, Kim']);
    expect(new Set(ranking.clients.map(({ id }) => id)).size).toBe(size);
    expect(ranking.clients.map(({ rank }) => rank)).toEqual(Array.from({ length: size }, (_, k) => k + 1));
    const own = { status: status === 'left' ? 'left' : 'current', asOf: null, scoredBy: 'out-of-fold' };
    for (const client of ranking.clients) expect(client).toMatchObject(own);
    const unknown = ranking.clients.findIndex(({ value }) => value === null);
    const known = ranking.clients.slice(0, unknown);
    expect(known.length).toBeGreaterThan(size * 0.9);
    expect(ranking.clients.slice(unknown).every(({ expectedLoss }) => expectedLoss === null)).toBe(true);
    for (const [k, client] of known.entries()) {
      expect(client.expectedLoss).toBe(client.probability * (client.value ?? 0));
      expect(client.expectedLoss ?? 0).toBeLessThanOrEqual(known[k - 1]?.expectedLoss ?? Infinity);
    }
    const risks = ranking.clients.slice(unknown).map(({ probability }) => probability);
    expect(risks).toEqual(risks.toSorted((a, b) => b - a));
    expect(ranking.all.flagged).toBe(ranking.clients.filter(({ flagged }) => flagged).length);
    expect(ranking.all.expectedLoss).toBeCloseTo(sum(known.map((each) => each.expectedLoss ?? 0)), 8);
  });

  it('are explained by contributions that add up to the margin, and by the reasons of the list', async () => {
    const lists = await Promise.all(
      [[], ['--left']].map((args) =>
        json<Ranking>(rootOf(name), 'risks', '--top', '1000', '--reasons', '9', ...args),
      ),
    );
    const everyone = lists.flatMap(({ clients }) => clients);
    expect(new Set(everyone.map(({ id }) => id)).size).toBe(CLIENTS);
    for (const id of ['c7', 'c0', 'c51', 'c299', '=x']) {
      const explanation = await json<Explanation>(rootOf(name), 'explain', id);
      const listed = everyone.find((client) => client.id === id);
      const { contributions, margin, baseline } = explanation;
      expect(contributions.map(({ column }) => column).sort()).toEqual(['activity', 'money', 'plan']);
      expect(baseline + sum(contributions.map(({ contribution }) => contribution))).toBeCloseTo(margin, 9);
      expect(explanation.probability).toBe(listed?.probability);
      const { rank, status, value, expectedLoss, owner, segment } = listed ?? {};
      expect(explanation.client).toMatchObject({ id, rank, status, value, expectedLoss, owner, segment });
      expect(explanation.clients).toBe(LISTED);
      const raising = contributions.filter(({ contribution }) => contribution > 0);
      const told = raising.map(({ column, contribution, sentence }) => ({ column, contribution, sentence }));
      expect(listed?.reasons).toMatchObject(told);
      expect(listed?.reasons).toHaveLength(told.length);
      for (const [k, step] of explanation.without.entries()) {
        expect(step.columns).toEqual(raising.slice(0, k + 1).map(({ column }) => column));
        expect(step.probability).toBeLessThanOrEqual(
          explanation.without[k - 1]?.probability ?? explanation.probability,
        );
      }
      const [first] = listed?.reasons ?? [];
      if (first !== undefined) {
        expect(explanation.without[0]?.probability).toBeCloseTo(first.probabilityWithout, 12);
      }
    }
  });
});

describe('clients at risk', () => {
  it('are those of an owner, a segment or a least risk', async () => {
    const everyone = (await json<Ranking>(rootOf('boosted'), 'risks', '--top', '1000')).clients;
    for (const [args, fits] of [
      [['--owner', 'Lee, Kim'], ({ owner }) => owner === 'Lee, Kim'],
      [['--segment', 'r3', '--min-risk', '0.3'], (c) => c.segment === 'r3' && c.probability >= 0.3],
      [['--owner', 'Nobody'], () => false],
    ] satisfies [string[], (client: Ranking['clients'][number]) => boolean][]) {
      const ranking = await json<Ranking>(rootOf('boosted'), 'risks', '--top', '5', ...args);
      const wanted = everyone.filter(fits);
      expect(ranking.matching.clients).toBe(wanted.length);
      expect(ranking.clients).toEqual(wanted.slice(0, 5));
    }
  });

  it('say of a number, a level and a missing value where the client stands', async () => {
    const sentences = async (id: string) =>
      (await json<Explanation>(rootOf('boosted'), 'explain', id)).contributions
        .map(({ sentence }) => sentence)
        .sort();
    const [activity, , plan] = await sentences('c39');
    expect(activity).toMatch(/^activity is missing \(9 % of clients\)$/);
    expect(plan).toBe('plan is basic (25 % of clients)');
    expect((await sentences('c20'))[2]).toBe('plan is missing (43 % of clients)');
    expect((await sentences('c7'))[0]).toMatch(
      /^activity is 99, higher than 9\d % of the clients that have one$/,
    );
  });

  it('are told to people with what is at stake, and with what recurs', async () => {
    const { out } = await tidewatch(rootOf('boosted'), 'risks', '--top', '2');
    expect(out).toMatch(
      /^The first 2 clients of 161, by expected loss \(risk times value\)\.\n140 clients have left and are not on the list: tidewatch risks --left\n\d+ of the 161 (is|are) above the risk threshold \([\d.]+ %\), marked "!"\.\n/,
    );
    expect(out).toMatch(/At stake: [\d,.]+ with those shown, [\d,.]+ with the 161\./);
    expect(out).toContain('The data has 302 rows: where a client has several, the newest one counts.');
    expect(out).toMatch(/# +client +risk +value +at stake +owner +segment +why/);
    expect(out).toContain('159 more: --top 161 lists them all.');
    const left = await tidewatch(rootOf('boosted'), 'risks', '--left', '--top', '2');
    expect(left.out).toMatch(/^The first 2 clients of 140 who have left, by expected loss/);
    const nobody = await tidewatch(rootOf('boosted'), 'risks', '--owner', 'ada');
    expect(nobody.out).toBe('None of 161 clients fits.\nNo client has the owner "ada"; there are Ada.\n');
  });

  it('are written as CSV and JSON, harmless to a spreadsheet', async () => {
    const root = rootOf('logistic');
    const path = join(root, 'out', 'calls.csv');
    const all: string[] = [];
    for (const [args, size] of [
      [[], LISTED],
      [['--left'], LEFT],
    ] as const) {
      const list = ['risks', '--top', '1000', '--reasons', '1', '-o', path];
      const written = await tidewatch(root, ...list, ...args);
      expect(written.out).toBe(`wrote ${path}: ${size} clients\n`);
      const [header, ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
      expect(header).toBe(
        'rank,id,probability,flagged,value,expected_loss,owner,segment,status,as_of,reason_1',
      );
      expect(lines).toHaveLength(size);
      all.push(...lines);
    }
    expect(all.filter((line) => /^\d+,'=x,0\.\d+,[01],349,[\d.]+,Ada,r1,left,,/.test(line))).toHaveLength(1);
    expect(all.filter((line) => line.includes(',"Lee, Kim",'))).toHaveLength(150);
    const other = join(root, 'out', 'calls.json');
    await tidewatch(root, 'risks', '-o', other);
    expect(JSON.parse(readFileSync(other, 'utf8'))).toEqual(await json(root, 'risks'));
  });

  it('may be those of data files without labels', async () => {
    const root = rootOf('boosted');
    const header = HEADER.replace(',left', '');
    writeFileSync(join(root, 'sourcedata.csv'), `${header}\nnew,1,500,basic,Ada,r0\nold,99,,plus,Ada,r0\n`);
    const ranking = await json<Ranking>(root, 'risks', '--data', 'sourcedata.csv');
    expect(ranking).toMatchObject({
      snapshot: null,
      counts: { listed: 2, left: 0, unknown: 2 },
      clients: [{ status: 'unknown' }, { status: 'unknown' }],
    });
    const told = await tidewatch(root, 'risks', '--data', 'sourcedata.csv');
    expect(told.out).toContain('The outcome of all 2 is not known yet.');
    const nobody = await tidewatch(root, 'risks', '--data', 'sourcedata.csv', '--left');
    expect(nobody.out).toBe('No client has left. 2 clients are listed.\n');
    expect(ranking.clients.map(({ id }) => id)).toEqual(['new', 'old']);
    expect(await json<Ranking>(root, 'risks', '--data', 'testdata')).toMatchObject({
      counts: { listed: 58, left: 42, unknown: 0 },
      // The deployed model has not learned from these.
      clients: expect.arrayContaining([expect.objectContaining({ scoredBy: 'deployed' })]),
    });
    expect((await tidewatch(root, 'explain', 'old', '--data', 'sourcedata.csv')).out).toMatch(
      /^old: risk of leaving/,
    );
    expect((await tidewatch(root, 'risks', '--data', 'none.csv')).exit).toBe(5);
    expect((await tidewatch(root, 'risks', '--data', '../a.csv')).exit).toBe(2);
  });

  it('are named by their row and ranked by risk where the data says no more', async () => {
    const root = rootOf('nameless');
    const ranking = await json<Ranking>(root, 'risks', '--top', '1000');
    expect(ranking).toMatchObject({
      rankedBy: 'risk',
      counts: { listed: 162, left: 140, unknown: 0 },
      all: { clients: 162, expectedLoss: null },
      owners: [],
    });
    const first = ranking.clients[0];
    expect(await json<Explanation>(root, 'explain', first?.id ?? '')).toMatchObject({
      probability: first?.probability,
      client: { id: first?.id, rank: 1, rows: 1, value: null },
    });
    expect((await tidewatch(root, 'explain', '303')).err).toContain('1 to 302');
    expect((await tidewatch(root, 'risks', '--owner', 'Ada')).err).toContain('The data has no owner');
  });

  it('are looked up by their id, and a wrong one is answered with the nearest', async () => {
    const { exit, out, err } = await tidewatch(rootOf('boosted'), 'explain', 'C299', '--json');
    expect(exit).toBe(5);
    expect((await tidewatch(rootOf('boosted'), 'explain', 'c1001')).err).toContain(
      'Client "c1001" is held out for testing in testdata, so it is not on the list: see --data testdata.',
    );
    expect(err).toContain('There is no client "C299" among the 301 of the data. Near it: c299');
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'not-found', details: { id: 'C299' } } });
    const told = await tidewatch(rootOf('boosted'), 'explain', 'c7');
    expect(told.out).toContain(
      "Scored by a model that has not seen this client's past, as the deployed one has learned from it.",
    );
    expect(told.out).toContain('The data has 2 rows of this client; the newest one is explained.');
  });

  it('are told without writing anything', async () => {
    const root = rootOf('logistic');
    // SQLite keeps books beside the file of the state while it is open.
    const disk = () =>
      Object.entries(listDisk(root, { times: false })).filter(([path]) => !/-(shm|wal)$/.test(path));
    const before = disk();
    await json(root, 'risks');
    await json(root, 'explain', 'c1');
    expect(disk()).toEqual(before);
  });

  it('need a snapshot with the columns that the configuration names', async () => {
    const workspace = workspaces.get('nameless')?.copy();
    const root = workspace?.root ?? '';
    workspace?.configure({ model: 'logistic', columns: { ...COLUMNS, owner: null, value: 'activity' } });
    const { exit, err } = await tidewatch(root, 'risks');
    expect(exit).toBe(3);
    expect(err).toContain(
      'made without "client" (id), "region" (segment), which config.json names now. Run "tide',
    );
    workspace?.configure({ columns: { ...COLUMNS, id: null, owner: null, segment: null } });
    expect(await json<Ranking>(root, 'risks')).toMatchObject({ rankedBy: 'expected-loss' });
  });

  it('need a deployed model', async () => {
    const { root } = createWorkspace(FILES, { columns: COLUMNS });
    expect((await tidewatch(root, 'risks')).exit).toBe(5);
    await json(root, 'ingest');
    expect((await tidewatch(root, 'explain', 'c1')).err).toContain('No model is deployed yet');
  });
});

describe('the API of clients at risk', () => {
  it('answers what the command does, page by page, and follows a redeployment', async () => {
    const workspace = workspaces.get('boosted')?.copy();
    const root = workspace?.root ?? '';
    const everyone = await json<Ranking>(root, 'risks', '--top', '1000');
    const app = await openApp({ workspace: root, logLevel: 'silent', progress: () => undefined, env: {} });
    const service = await app.serve({ host: '127.0.0.1', port: 0, schedule: null });
    const get = async <T>(path: string): Promise<T> =>
      (await (await fetch(`${service.url}/api/v1${path}`)).json()) as T;
    const explain = async (body: unknown): Promise<Explanation & { error?: { code: string } }> => {
      const headers = { 'content-type': 'application/json' };
      const call = { method: 'POST', headers, body: JSON.stringify(body) };
      return (await (await fetch(`${service.url}/api/v1/risks/explain`, call)).json()) as Explanation;
    };
    try {
      const pages = await Promise.all(
        [0, 100, 200, 300, 400].map((at) => get<Ranking>(`/risks?limit=100&offset=${at}`)),
      );
      expect(pages.flatMap(({ clients }) => clients)).toMatchObject(everyone.clients);
      const found = await get<Ranking>('/risks?q=C29&reasons=0');
      const wanted = everyone.clients
        .filter(({ id }) => id.includes('c29'))
        .map((each) => ({ ...each, reasons: [] }));
      expect(found).toMatchObject({ all: everyone.all, matching: { clients: wanted.length } });
      expect(found.clients).toMatchObject(wanted);

      const byId = await explain({ id: 'c7' });
      expect(byId).toEqual(await json<Explanation>(root, 'explain', 'c7'));
      expect(byId).toMatchObject({ scoredBy: 'out-of-fold' });
      const [, activity, money, plan] = row(1002).split(',');
      const byRow = await explain({ row: { activity: Number(activity), money: Number(money), plan } });
      const heldOut = await json<Explanation>(root, 'explain', 'c1002', '--data', 'testdata');
      const { margin, probability, baseline } = heldOut;
      const { clients, baseRate, modelVersion } = byId;
      expect(byRow).toMatchObject({ client: null, scoredBy: 'deployed', margin, probability, baseline });
      expect(byRow).toMatchObject({ clients, baseRate, modelVersion });
      expect((await explain({ row: { activity: 99 } })).error?.code).toBe('column-missing');
      expect((await explain({ id: 'nobody at all' })).error?.code).toBe('not-found');

      const models = await get<{ models: { version: string; live: boolean }[] }>('/models');
      expect(models.models).toMatchObject([{ version: everyone.modelVersion, live: true }]);
      const model = await get<{ certificate: { files: string[] } }>(`/models/${everyone.modelVersion}`);
      expect(model).toMatchObject({ live: true, deployments: [{}], certificate: { files: ['a.csv'] } });

      workspace?.configure({ columns: COLUMNS, model: 'logistic' });
      await deployModel(root);
      const after = await get<Ranking>('/risks?limit=1000');
      expect(after.modelVersion).not.toBe(everyone.modelVersion);
      expect(after.clients).toMatchObject((await json<Ranking>(root, 'risks', '--top', '1000')).clients);
    } finally {
      await service.close();
      await app.close();
    }
  });
});
