/** The promises of the HTTP API, over calls without a network and over real connections. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { Agent, get, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { CATALOGUE, type ErrorCode, TidewatchError } from '../../src/base/errors.ts';
import { type Log, silentLog } from '../../src/base/log.ts';
import type { Api } from '../../src/server/api.ts';
import * as contract from '../../src/server/contract.ts';
import { CsvFile } from '../../src/server/handler.ts';
import { chartHandlers } from '../../src/server/handlers/charts.ts';
import { type PredictionInput, predictionHandlers } from '../../src/server/handlers/prediction.ts';
import { riskHandlers } from '../../src/server/handlers/risks.ts';
import { healthHandlers, homeHandlers } from '../../src/server/handlers/server.ts';
import { createServer, type Server, type ServerOptions } from '../../src/server/server.ts';
import { MEASURES } from '../../src/store/nouns/measures.ts';
import { createDashboardAnswers } from './dashboard-answers.ts';

const KEY = 'k-3f8a1c';
const CSV = 'number_of_employees\n10\n20\n';
const VERBS = ['scoring', 'summarystats', 'diagnostics'] as const;

let root: string;
const open: Server[] = [];

beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'api-')));
  mkdirSync(join(root, 'testdata'));
  writeFileSync(join(root, 'testdata', 'testdata.csv'), CSV);
  writeFileSync(join(root, 'config.json'), '{}');
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});
afterAll(() => rmSync(root, { recursive: true }));

const FOUND = { modelVersion: 'first', snapshot: 'ab'.repeat(32), threshold: 0.5 };
const AT_STAKE = { value: 100, expectedLoss: 75, owner: 'Kim', segment: null };
const STATE = { status: 'current', asOf: '2026-01-01T00:00:00.000Z' } as const;
const RISKS: contract.Risks = {
  ...FOUND,
  rankedBy: 'expected-loss',
  rows: 12,
  status: 'listed',
  counts: { listed: 9, left: 3, unknown: 1 },
  all: { clients: 9, flagged: 4, expectedLoss: 300.5 },
  matching: { clients: 1, flagged: 1, expectedLoss: 75 },
  earlier: { at: '2026-01-01T00:00:00.000Z', modelVersion: 'older', snapshot: 'cd'.repeat(32) },
  owners: ['Kim', 'Lee'],
  segments: [],
  clients: [
    {
      rank: 2,
      id: 'abcd',
      ...STATE,
      scoredBy: 'out-of-fold',
      probability: 0.75,
      flagged: true,
      earlier: 0.5,
      ...AT_STAKE,
      reasons: [
        {
          column: 'number_of_employees',
          contribution: 1.25,
          probabilityWithout: 0.5,
          sentence: 'number_of_employees is 45, higher than 92 % of clients',
        },
      ],
    },
  ],
};
const EXPLANATION: contract.Explanation = {
  ...FOUND,
  client: { id: 'abcd', ...STATE, rows: 2, rank: 2, ...AT_STAKE },
  scoredBy: 'deployed',
  probability: 0.75,
  flagged: true,
  clients: 9,
  riskPercentile: 7 / 9,
  baseRate: 0.25,
  margin: 1.0986122886681098,
  baseline: -0.1,
  baselineProbability: 0.475,
  contributions: [
    { column: 'a', value: null, contribution: 1.1, sentence: 'a is missing (1 % of clients)' },
    { column: 'b', value: 'x', contribution: 0.1, sentence: 'b is x (55 % of clients)' },
    { column: 'c', value: 3.5, contribution: -0.0014, sentence: 'c is 3.5, as for 80 % of clients' },
  ],
  without: [{ columns: ['a'], probability: 0.5 }],
};
const MODEL_ENTRY = {
  version: 'first',
  createdAt: '2026-01-02T03:04:05.000Z',
  learner: 'logistic-regression',
  rows: 26,
  f1: 0.5714285714285714,
  f1Estimate: {
    value: 0.5714285714285714,
    low: null,
    high: null,
    level: 0.95,
    rows: 5,
    tooFew: { of: 'stayed' as const, rows: 2, needed: 20 },
  },
  live: true,
  aliases: ['champion' as const],
};
const ALIASES = { champion: 'first', challenger: 'other', previous: null };
const EVENT = { verb: 'rollback', trigger: 'api' } as const;
const NOTE = { createdAt: '2026-01-02T03:04:05.000Z', author: 'Kim Ü', text: 'said "so"' };
const LOSS = {
  advantage: 0.25,
  low: -0.5,
  high: 0.75,
  betterLog10: 0.5,
  worseLog10: -1.25,
  betterAt: null,
  worseAt: 7,
};
const PAIRED = { champion: 0.5, challenger: 0.75, difference: 0.25, low: -0.1, high: 0.6, pValue: 0.125 };
const DIFF: contract.Diff = {
  from: 'first',
  to: 'other',
  learner: { from: 'logistic-regression', to: 'boosted-trees' },
  target: { from: 'exited = 1', to: 'exited = 1' },
  threshold: { from: { value: 0.5, reason: null }, to: { value: 0.25, reason: 'best F1' } },
  calibration: { from: 'none', to: 'platt' },
  inputs: { added: ['b (numeric)'], removed: [] },
  features: { added: ['b'], removed: [] },
  options: [{ name: 'C', from: 1, to: null }],
  coefficients: [{ feature: 'a', from: 0.25, to: null }],
  size: { from: null, to: { trees: 3, leaves: 21 } },
  training: {
    from: { trainedAt: NOTE.createdAt, version: '1', seed: 0, snapshot: 'ab', rows: 26, positives: 9 },
    to: { trainedAt: NOTE.createdAt, version: '1', seed: 1, snapshot: 'cd', rows: 27, positives: 9 },
  },
  files: { added: [], removed: ['a.csv'] },
  test: {
    window: { kind: 'all', clients: 4, since: null, trained: null },
    rows: 5,
    positives: 2,
    alpha: 0.05,
    f1: PAIRED,
    rocAuc: null,
    brier: PAIRED,
    mcnemar: { statistic: 1, pValue: 1, exact: true, championAlone: 1, challengerAlone: 0 },
  },
  notCompared: null,
};
const PROMOTION: contract.Promotion = {
  kind: 'promoted',
  run: 'r',
  model: 'other',
  replaced: 'first',
  f1: 0.75,
  rows: 5,
  deployment: { id: 'd', modelVersion: 'other', f1: 0.75, deployedAt: NOTE.createdAt, reason: 'because' },
};
const DEPLOYMENTS: contract.AnswerOf<contract.RouteAt<'GET', '/api/v1/deployments'>> = {
  deployments: [
    {
      id: 'd',
      runId: 'r',
      modelVersion: 'first',
      deployedAt: NOTE.createdAt,
      f1: null,
      reason: 'first',
      live: true,
      ...EVENT,
    },
  ],
  next: 'cursor',
};
const MODEL: contract.Model = {
  ...MODEL_ENTRY,
  target: { column: 'exited', positive: '1' },
  id: null,
  threshold: 0.5,
  inputs: [{ name: 'a', kind: 'numeric' }],
  features: [{ kind: 'number', source: 'a', missing: null }],
  size: null,
  coefficients: [0.25],
  members: null,
  intercept: -1,
  calibrationKind: 'none',
  certificate: { seed: 0, selection: null, files: ['a.csv'] },
  scores: [
    {
      runId: 'r',
      createdAt: '2026-01-02T03:04:05.000Z',
      dataset: 'test',
      datasetId: 'ab',
      rows: 5,
      f1: 0.5714285714285714,
      metrics: {
        confusion: [
          [1, 2],
          [0, 2],
        ],
        profit: null,
      },
    },
  ],
  deployments: [
    { id: 'd', runId: 'r', deployedAt: '2026-01-02T03:04:05.000Z', f1: null, reason: 'first', ...EVENT },
  ],
  notes: [NOTE],
  challenge: {
    challenger: 'first',
    champion: 'other',
    openedAt: NOTE.createdAt,
    runId: 'r',
    rows: 7,
    reading: {
      outcome: 'retire',
      decidedAt: 7,
      decides: 'f1',
      levelLog10: 1.25,
      rows: 7,
      f1: LOSS,
      brier: { ...LOSS, advantage: null },
      reason: 'worse',
    },
  },
};

const NO_RECORD = { outcomes: [], rows: 0, meanAbsoluteError: null, meanError: null, inside: null };
const RECORDS = {
  f1: NO_RECORD,
  precision: NO_RECORD,
  recall: NO_RECORD,
  accuracy: NO_RECORD,
  rocAuc: NO_RECORD,
};
const CHECK = {
  runId: 'r',
  modelVersion: 'm',
  createdAt: '2026-01-02T03:04:05.000Z',
  kind: 'drift' as const,
  rule: 'raw',
  outcome: true,
  rows: 26,
  observed: 0.5,
  expected: null,
  reason: 'F1 is lower.',
};

const TRENDS = {
  by: 'month' as const,
  since: '2026-01-01T00:00:00.000Z',
  until: null,
  modelVersion: null,
  series: [
    {
      ...MEASURES.psi,
      name: 'psi' as const,
      label: 'age',
      truncated: false,
      points: [
        {
          from: '2026-01-02',
          to: '2026-01-30',
          bucket: '2026-01',
          modelVersion: 'a1',
          value: 0.25,
          low: null,
          high: null,
          min: 0.1,
          max: 0.4,
          last: null,
          count: 3,
          rows: 200,
        },
      ],
    },
  ],
  deployments: [{ at: '2026-01-02T03:04:05.000Z', modelVersion: 'a1', f1: null }],
};

/** A deployment in two numbers: a client leaves from `threshold` employees on. */
interface Deployment {
  modelVersion: string;
  threshold: number;
}

/** Handlers that score by the number of employees with whatever is deployed, and note what was asked. */
function createDeps(live: Deployment = { modelVersion: 'first', threshold: 15 }) {
  const asked: PredictionInput[] = [];
  const told: unknown[] = [];
  const tell = async <T>(question: unknown, answer: T): Promise<T> => {
    told.push(question);
    return answer;
  };
  const predict = async (input: PredictionInput): Promise<contract.Prediction> => {
    asked.push(input);
    const { modelVersion, threshold } = live;
    const employees = employeesOf(input);
    const probabilities = employees.map((count) => count / (count + threshold));
    const predictions = probabilities.map((probability) => (probability > 0.5 ? 1 : 0));
    return {
      modelVersion,
      threshold,
      rows: employees.length,
      predictions,
      probabilities,
      unseen: [],
      matched: [],
    };
  };
  const deps: Api = {
    ...homeHandlers('1.2.3'),
    ...healthHandlers(async () => {}),
    ...predictionHandlers(predict, { root, folders: [join(root, 'testdata')] }),
    scoring: async () => ({
      modelVersion: live.modelVersion,
      dataset: 'test',
      rows: 5,
      testRows: '5 test rows',
      overlap: null,
      f1: 0.5714285714285714,
      metrics: {
        precision: 0.5,
        matrix: [
          [1, 2],
          [0, 2],
        ],
      },
    }),
    summaryStatistics: async () => ({
      snapshot: 'ab'.repeat(32),
      rows: 26,
      columns: [
        {
          name: 'a',
          role: 'numeric',
          mean: 1.5,
          median: 1,
          std: 0.1,
          min: 1,
          max: 2,
          missing: 1,
          missingPercent: 4,
        },
        {
          name: 'b',
          role: 'id',
          mean: null,
          median: null,
          std: null,
          min: null,
          max: null,
          missing: 0,
          missingPercent: 0,
        },
      ],
    }),
    diagnostics: async () => ({
      snapshot: null,
      rows: 0,
      durations: [
        { name: 'ingest', seconds: null, startedAt: null },
        { name: 'train', seconds: 0.25, startedAt: '2026-01-02T03:04:05.000Z' },
      ],
      missing: [{ name: 'a', percent: 3.8 }],
      dependencies: [{ name: 'fastify', installed: '5.12.8', latest: null, outdated: null }],
    }),
    ...riskHandlers({
      list: (query) => tell(query, RISKS),
      csv: async function* (query) {
        await tell(query, null);
        yield 'rank,id\n';
        yield '1,abcd\n';
      },
      explain: (subject) => tell(subject, EXPLANATION),
    }),
    ...createDashboardAnswers(tell),
    models: ({ query }) => tell(query, { models: [MODEL_ENTRY], aliases: ALIASES, next: 'cursor' }),
    model: ({ params }) => tell(params.version, MODEL),
    diffModels: ({ query }) => tell(query, DIFF),
    deployments: ({ query }) => tell(query, DEPLOYMENTS),
    promoteModel: ({ params, body }) => tell([params.version, body], PROMOTION),
    rollback: ({ body }) => tell(body, { ...PROMOTION, kind: 'rolled-back' as const }),
    noteModel: ({ params, body }) => tell([params.version, body], { modelVersion: 'first', ...NOTE }),
    drift: async () => ({ look: null, estimateRecords: RECORDS }),
    ...chartHandlers(async (name, theme) => ({
      etag: `${live.modelVersion}-${name}-${theme}`,
      draw: () => tell({ name, theme }, '<svg xmlns="http://www.w3.org/2000/svg"/>'),
    })),
    checks: ({ query }) => tell(query, { checks: [CHECK], next: null }),
    trends: ({ query }) =>
      query.format === 'csv'
        ? tell(query, new CsvFile('trends.csv', 'name,value\nf1,0.5\n'))
        : tell(query, TRENDS),
  };
  return { deps, predict, asked, told };
}

function employeesOf(input: PredictionInput): number[] {
  if ('rows' in input) return input.rows.map((row) => Number(row.number_of_employees));
  const text = 'csv' in input ? input.csv : readFileSync(input.path, 'utf8');
  return text.trim().split('\n').slice(1).map(Number);
}

async function start(deps: Api = createDeps().deps, options: Partial<ServerOptions> = {}): Promise<Server> {
  const server = await createServer(deps, {
    version: '1.2.3',
    root,
    host: '127.0.0.1',
    port: 0,
    apiKey: null,
    log: silentLog,
    ...options,
  });
  open.push(server);
  return server;
}

/** Posts a JSON body, or text as CSV, or bytes under a given type. */
async function post(server: Server, body: unknown, type = 'application/json') {
  const payload = type === 'application/json' ? JSON.stringify(body) : (body as string | Buffer);
  return server.inject({ method: 'POST', url: '/prediction', headers: { 'content-type': type }, payload });
}

/** The error of an answer, after holding its shape and its status to the contract. */
function errorOf(answer: { statusCode: number; body: string; headers: object }) {
  const { error } = contract.errorSchema.parse(JSON.parse(answer.body));
  expect(answer.statusCode).toBe(CATALOGUE[error.code].http);
  expect(answer.headers).toHaveProperty('content-type', 'application/json; charset=utf-8');
  return error;
}

function createMemoryLog() {
  const lines: { level: string; details: Record<string, unknown> }[] = [];
  const at = (level: string) => (details: object) => void lines.push({ level, details: { ...details } });
  const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  return { log, lines };
}

describe('POST /prediction', () => {
  const row = { number_of_employees: 10, segment: 'x', lastmonth_activity: null, active: true };
  const path = () => ({ path: join(root, 'testdata', 'testdata.csv') });

  it.each([
    ['rows under their name', { rows: [row] }, () => ({ rows: [row] })],
    ['a bare array of rows', [row, row], () => ({ rows: [row, row] })],
    ['a path', { path: 'testdata/testdata.csv' }, path],
    ['a path with a leading slash', { path: '/testdata/testdata.csv' }, path],
    ['the older name of the path', { dataset_path: '/testdata/testdata.csv' }, path],
  ])('takes %s', async (_title, body, expected) => {
    const { deps, predict, asked } = createDeps();
    const answer = await post(await start(deps), body);
    expect(answer.statusCode).toBe(200);
    expect(asked).toEqual([expected()]);
    const prediction = contract.predictionSchema.parse(answer.json());
    expect(prediction).toEqual(await predict(expected()));
  });

  it.each(['text/csv', 'text/csv; charset=utf-8'])('takes CSV text as %s', async (type) => {
    const { deps, asked } = createDeps();
    const answer = await post(await start(deps), CSV, type);
    expect(asked).toEqual([{ csv: CSV }]);
    expect(contract.predictionSchema.parse(answer.json())).toMatchObject({ rows: 2, predictions: [0, 1] });
  });

  it('answers values that are not rounded, in the order given, for a long list too', async () => {
    const rows = Array.from({ length: 5000 }, (_, index) => ({ number_of_employees: index + 1 / 3 }));
    const { deps, predict } = createDeps();
    expect((await post(await start(deps), rows)).json()).toEqual(await predict({ rows }));
  });

  it.each<[unknown, string, string]>([
    [5, 'body', 'must be array or object'],
    [null, 'body', 'must be array or object'],
    [[], 'body', 'must not be empty'],
    [{ rows: [] }, 'body/rows', 'must not be empty'],
    [{ rows: 'x' }, 'body/rows', 'must be array'],
    [{ rows: [{ a: 1 }, 7] }, 'body/rows/1', 'must be object'],
    [[{ a: 1 }, { b: [1] }], 'body/1/b', 'must be string or number or boolean or null'],
    [{ rows: [{ a: { b: 1 } }] }, 'body/rows/0/a', 'must be string or number or boolean or null'],
    [{ path: 5 }, 'body/path', 'must be string'],
    [{ path: '' }, 'body/path', 'must not be empty'],
    [{ file: 'x' }, 'body', 'must not have the key "file"'],
  ])('refuses %j with the place and what was expected', async (body, place, expected) => {
    const { deps, asked } = createDeps();
    const error = errorOf(await post(await start(deps), body));
    expect(error).toMatchObject({ code: 'request-invalid', details: { path: place, expected } });
    expect(error.message).toContain(`${place} ${expected}`);
    expect(asked).toEqual([]);
  });

  it.each([[{}], [{ rows: [row], path: 'testdata/testdata.csv' }], [{ path: 'a', dataset_path: 'a' }]])(
    'refuses %j, which has not exactly one source',
    async (body) => {
      const error = errorOf(await post(await start(), body));
      expect(error).toMatchObject({ code: 'request-invalid', details: { keys: Object.keys(body) } });
    },
  );

  it.each([
    ['broken JSON', '{"rows":', 'application/json'],
    ['a number that JSON cannot hold', '[{"a":1e999}]', 'application/json'],
    ['a key that would change every object', '[{"__proto__":{"a":1}}]', 'application/json'],
    ['an empty JSON body', '', 'application/json'],
    ['an empty CSV body', '', 'text/csv'],
    ['CSV of no one encoding', Buffer.concat([Buffer.from('é\nü\n'), Buffer.from([0xff, 0x0a])]), 'text/csv'],
  ])('refuses %s', async (_title, payload, type) => {
    const server = await start();
    const answer = await server.inject({
      method: 'POST',
      url: '/prediction',
      headers: { 'content-type': type },
      payload,
    });
    expect(errorOf(answer).code).toBe('request-invalid');
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp'])(
    'refuses a body as %s',
    async (type) => {
      expect(errorOf(await post(await start(), 'path=a', type)).code).toBe('content-type-unknown');
    },
  );

  it('refuses a call without a body', async () => {
    const answer = await (await start()).inject({ method: 'POST', url: '/prediction' });
    expect(errorOf(answer).message).toContain('The body is missing');
  });

  it.each(['../config.json', 'config.json', '/etc/passwd', 'testdata/../config.json', 'testdata/\0'])(
    'reads nothing outside the data folders: %j',
    async (outside) => {
      const { deps, asked } = createDeps();
      const server = await start(deps);
      for (const key of ['path', 'dataset_path']) {
        expect(errorOf(await post(server, { [key]: outside })).code).toBe('path-outside-workspace');
      }
      expect(asked).toEqual([]);
    },
  );

  it('refuses a body over the limit', async () => {
    const server = await start(undefined, { bodyLimitBytes: 100 });
    expect((await post(server, [{ number_of_employees: 1, a: 'x'.repeat(50) }])).statusCode).toBe(200);
    expect(errorOf(await post(server, [{ a: 'x'.repeat(100) }])).code).toBe('request-too-large');
    expect(errorOf(await post(server, 'x'.repeat(101), 'text/csv')).code).toBe('request-too-large');
  });
});

describe('the other calls', () => {
  it('answer what the dependencies say, as the contract has it', async () => {
    const { deps } = createDeps();
    const server = await start(deps);
    const [scoring, statistics, diagnostics] = await Promise.all(
      VERBS.map((verb) => server.inject(`/${verb}`)),
    );
    expect(contract.scoringSchema.parse(scoring?.json())).toEqual(await deps.scoring({}));
    expect(contract.summaryStatisticsSchema.parse(statistics?.json())).toEqual(
      await deps.summaryStatistics({}),
    );
    expect(contract.diagnosticsSchema.parse(diagnostics?.json())).toEqual(await deps.diagnostics({}));
  });

  it('say that the server lives, and whether it can predict', async () => {
    const { deps } = createDeps();
    let problem: TidewatchError | null = new TidewatchError('store-unavailable', 'secret-host:5432 refused');
    const server = await start({
      ...deps,
      ...healthHandlers(() => (problem === null ? Promise.resolve() : Promise.reject(problem))),
    });
    expect((await server.inject('/healthz')).json()).toEqual({ status: 'ok' });
    const unready = await server.inject('/readyz');
    expect(errorOf(unready)).toMatchObject({ code: 'store-unavailable' });
    expect(unready.statusCode).toBe(503);
    expect(unready.body).not.toContain('secret-host');
    problem = null;
    expect((await server.inject('/readyz')).json()).toEqual({ status: 'ready' });
  });

  it('say at / what is there, and all of it is', async () => {
    const server = await start();
    const home = contract.homeSchema.parse((await server.inject('/')).json());
    expect(home.version).toBe('1.2.3');
    const finite = home.routes.filter(({ method, path }) => method === 'GET' && path !== '/api/v1/events');
    for (const { method, path } of finite) {
      const url = path.replace('{name}.svg', 'roc-curve.svg');
      expect((await server.inject(url)).statusCode, `${method} ${path}`).toBe(200);
    }
  });
});

describe('clients at risk', () => {
  it('come a page at a time, the query read with its defaults', async () => {
    const { deps, told } = createDeps();
    const server = await start(deps);
    const answer = await server.inject('/api/v1/risks');
    expect(contract.risksSchema.parse(answer.json())).toEqual(RISKS);
    await server.inject(
      '/api/v1/risks?limit=2&offset=4&owner=Kim%20Lee&segment=x&minRisk=0.25&q=ab&reasons=0&status=left',
    );
    expect(told).toEqual([
      { limit: 50, offset: 0, reasons: 3, status: 'listed', sort: 'expected-loss', format: 'json' },
      {
        limit: 2,
        offset: 4,
        owner: 'Kim Lee',
        segment: 'x',
        minRisk: 0.25,
        q: 'ab',
        reasons: 0,
        status: 'left',
        sort: 'expected-loss',
        format: 'json',
      },
    ]);
  });

  it.each([
    ['limit=0', 'querystring/limit', 'must be at least 1'],
    ['limit=1001', 'querystring/limit', 'must be at most 1000'],
    ['limit=1.5', 'querystring/limit', 'must be a whole number'],
    ['limit=x', 'querystring/limit', 'must be one number'],
    ['limit=', 'querystring/limit', 'must be one number'],
    ['limit=%205', 'querystring/limit', 'must be one number'],
    ['limit=0x10', 'querystring/limit', 'must be one number'],
    ['minRisk=', 'querystring/minRisk', 'must be one number'],
    ['limit=1&limit=2', 'querystring/limit', 'must be one number'],
    ['offset=-1', 'querystring/offset', 'must be at least 0'],
    ['status=gone', 'querystring/status', 'must be one of "listed", "left"'],
    ['minRisk=2', 'querystring/minRisk', 'must be at most 1'],
    ['owner=', 'querystring/owner', 'must not be empty'],
    ['owner=a&owner=b', 'querystring/owner', 'must be one string'],
    ['top=3', 'querystring', 'must not have the key "top"'],
  ])('refuse %s with the place and what was expected', async (query, path, expected) => {
    const { deps, told } = createDeps();
    const error = errorOf(await (await start(deps)).inject(`/api/v1/risks?${query}`));
    expect(error).toMatchObject({ code: 'request-invalid', details: { path, expected } });
    expect(told).toEqual([]);
  });

  it.each([{ id: 'abcd' }, { row: { number_of_employees: 10, segment: 'x', other: null } }])(
    'are explained for %j',
    async (body) => {
      const { deps, told } = createDeps();
      const server = await start(deps);
      const answer = await server.inject({ method: 'POST', url: '/api/v1/risks/explain', payload: body });
      expect(contract.explanationSchema.parse(answer.json())).toEqual(EXPLANATION);
      expect(told).toEqual([body]);
    },
  );

  it.each([
    [{}],
    [{ id: 'a', row: {} }],
    [{ id: '' }],
    [{ id: 7 }],
    [{ row: [1] }],
    [{ name: 'a' }],
    [[]],
    ['a'],
  ])('are not explained for %j', async (body) => {
    const { deps, told } = createDeps();
    const payload = JSON.stringify(body);
    const headers = { 'content-type': 'application/json' };
    const call = { method: 'POST', url: '/api/v1/risks/explain', headers, payload } as const;
    expect(errorOf(await (await start(deps)).inject(call)).code).toBe('request-invalid');
    expect(told).toEqual([]);
  });

  it('are not explained without a body', async () => {
    const answer = await (await start()).inject({ method: 'POST', url: '/api/v1/risks/explain' });
    expect(errorOf(answer).code).toBe('request-invalid');
  });
});

describe('the registry', () => {
  const send = (server: Server, url: string, body: unknown) =>
    server.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json' },
      payload: JSON.stringify(body),
    });

  it('tells what is different and what was live when', async () => {
    const { deps, told } = createDeps();
    const server = await start(deps);
    const diff = await server.inject('/api/v1/models/diff?to=3f2a');
    expect(contract.diffSchema.parse(diff.json())).toEqual(DIFF);
    const history = await server.inject('/api/v1/deployments?limit=1');
    expect(contract.deploymentsSchema.parse(history.json())).toEqual(DEPLOYMENTS);
    expect(told).toEqual([{ from: 'previous', to: '3f2a' }, { limit: 1 }]);
  });

  it('makes a model live and takes notes, each with what was said', async () => {
    const { deps, told } = createDeps();
    const server = await start(deps);
    const promoted = await send(server, '/api/v1/models/3f2a/promote', { reason: 'because' });
    expect(contract.promotionSchema.parse(promoted.json())).toEqual(PROMOTION);
    const back = await send(server, '/api/v1/models/rollback', { reason: 'too many' });
    expect(contract.promotionSchema.parse(back.json()).kind).toBe('rolled-back');
    const noted = await send(server, '/api/v1/models/champion/notes', { text: 'said', author: 'Kim' });
    expect(contract.noteSchema.parse(noted.json())).toEqual({ modelVersion: 'first', ...NOTE });
    expect(told).toEqual([
      ['3f2a', { reason: 'because' }],
      { reason: 'too many' },
      ['champion', { text: 'said', author: 'Kim' }],
    ]);
  });

  it.each<[string, unknown]>([
    ['/api/v1/models/3f2a/promote', {}],
    ['/api/v1/models/3f2a/promote', { reason: '' }],
    ['/api/v1/models/3f2a/promote', { reason: 'x', force: true }],
    ['/api/v1/models/rollback', undefined],
    ['/api/v1/models/rollback', { reason: 5 }],
    ['/api/v1/models/3f2a/notes', { text: '' }],
    ['/api/v1/models/3f2a/notes', { text: 'x', author: 'y'.repeat(201) }],
  ])('refuses at %s the body %j, and nothing changes', async (url, body) => {
    const { deps, told } = createDeps();
    const server = await start(deps);
    expect(errorOf(await send(server, url, body)).code).toBe('request-invalid');
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const foreign = await server.inject({ method: 'POST', url, headers: form, payload: 'reason=x&text=x' });
    expect(errorOf(foreign).code).toBe('content-type-unknown');
    expect(errorOf(await server.inject({ method: 'POST', url })).code).toBe('request-invalid');
    expect(told).toEqual([]);
  });

  it('says that a run holds the lock, with the status of a conflict', async () => {
    const locked = () => Promise.reject(new TidewatchError('run-locked', 'Another run holds the lock.'));
    const server = await start({ ...createDeps().deps, promoteModel: locked, rollback: locked });
    for (const path of ['3f2a/promote', 'rollback']) {
      const answer = await send(server, `/api/v1/models/${path}`, { reason: 'x' });
      expect(errorOf(answer).code).toBe('run-locked');
      expect(answer.statusCode).toBe(409);
    }
  });
});

describe('models', () => {
  it('come a page at a time, and one in full', async () => {
    const { deps, told } = createDeps();
    const server = await start(deps);
    const list = await server.inject('/api/v1/models?limit=1&before=2026-01-02T03:04:05.000Z~7');
    expect(contract.modelsSchema.parse(list.json())).toEqual({
      models: [MODEL_ENTRY],
      aliases: ALIASES,
      next: 'cursor',
    });
    const one = await server.inject('/api/v1/models/3f2a9c01b7de');
    expect(contract.modelSchema.parse(one.json())).toEqual(MODEL);
    expect(told).toEqual([{ limit: 1, before: '2026-01-02T03:04:05.000Z~7' }, '3f2a9c01b7de']);
    expect(errorOf(await server.inject('/api/v1/models?limit=201')).code).toBe('request-invalid');
  });
});

describe('drift', () => {
  it('is answered before the first look', async () => {
    const answer = await (await start()).inject('/api/v1/drift');
    expect(contract.driftSchema.parse(answer.json())).toEqual({ look: null, estimateRecords: RECORDS });
  });

  it('tells the checks page by page', async () => {
    const { deps, told } = createDeps();
    const server = await start(deps);
    const answer = await server.inject('/api/v1/checks?limit=7&before=x');
    expect(contract.checksSchema.parse(answer.json())).toEqual({ checks: [CHECK], next: null });
    expect(told).toEqual([{ limit: 7, before: 'x' }]);
    expect((await server.inject('/api/v1/checks?limit=0')).statusCode).toBe(400);
  });
});

describe('charts', () => {
  const roc = '/api/v1/charts/roc-curve.svg';

  it('come as SVG by name and theme, to be kept and asked for again before every use', async () => {
    const { deps, told } = createDeps();
    const server = await start(deps);
    const answer = await server.inject(roc);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'image/svg+xml; charset=utf-8',
      'cache-control': 'private, no-cache',
      etag: '"first-roc-curve-light"',
    });
    expect(answer.body).toMatch(/^<svg /);
    expect((await server.inject(`${roc}?theme=dark`)).headers['etag']).toBe('"first-roc-curve-dark"');
    expect(told).toEqual([
      { name: 'roc-curve', theme: 'light' },
      { name: 'roc-curve', theme: 'dark' },
    ]);
  });

  it('are not drawn for one who has them, until the model changes', async () => {
    const live = { modelVersion: 'first', threshold: 15 };
    const { deps, told } = createDeps(live);
    const server = await start(deps);
    for (const tags of [
      '"first-roc-curve-light"',
      'W/"first-roc-curve-light"',
      '"other", "first-roc-curve-light"',
    ]) {
      const answer = await server.inject({ url: roc, headers: { 'if-none-match': tags } });
      expect([answer.statusCode, answer.body]).toEqual([304, '']);
    }
    expect(told).toEqual([]);
    live.modelVersion = 'second';
    const headers = { 'if-none-match': '"first-roc-curve-light"' };
    expect((await server.inject({ url: roc, headers })).statusCode).toBe(200);
  });

  it('of another name or theme are refused, with what is near', async () => {
    const server = await start();
    const error = errorOf(await server.inject('/api/v1/charts/roc-curv.svg'));
    expect([error.code, error.message]).toEqual(['not-found', expect.stringContaining('Near it: roc-curve')]);
    expect(errorOf(await server.inject(`${roc}?theme=pink`)).code).toBe('request-invalid');
    expect(errorOf(await server.inject('/api/v1/charts/roc-curve.png')).code).toBe('not-found');
  });
});

describe('trends', () => {
  const defaults = { limit: 500, format: 'json' };

  it('are answered as the contract says, with what was asked read from the query', async () => {
    const { deps, told } = createDeps();
    const server = await start(deps);
    const plain = await server.inject('/api/v1/trends');
    expect(contract.trendsSchema.parse(plain.json())).toEqual(TRENDS);
    const asked =
      'name=psi:age&name=f1&since=2026-01-01&until=2026-02-01T00:00:00Z&by=month&model=a1&limit=7';
    expect((await server.inject(`/api/v1/trends?${asked}`)).statusCode).toBe(200);
    expect(told).toEqual([
      defaults,
      {
        ...defaults,
        name: ['psi:age', 'f1'],
        since: '2026-01-01',
        until: '2026-02-01T00:00:00Z',
        by: 'month',
        model: 'a1',
        limit: 7,
      },
    ]);
  });

  it('come as CSV where that is asked for', async () => {
    const answer = await (await start()).inject('/api/v1/trends?name=f1&format=csv');
    expect(answer.headers).toMatchObject({ 'content-type': 'text/csv; charset=utf-8' });
    expect(answer.body).toBe('name,value\nf1,0.5\n');
  });

  it.each(['limit=0', 'limit=5001', 'by=year', 'since=', 'name=', 'format=xml', 'labels=a'])(
    'are refused for %s',
    async (query) => {
      const error = errorOf(await (await start()).inject(`/api/v1/trends?${query}`));
      expect(error.code).toBe('request-invalid');
    },
  );
});

describe('errors', () => {
  it.each(Object.keys(CATALOGUE) as ErrorCode[])('answer %s with its status', async (code) => {
    const { deps } = createDeps();
    const failure = new TidewatchError(code, 'what happened', { details: { rows: 10n, nested: { at: 1 } } });
    const server = await start({ ...deps, scoring: () => Promise.reject(failure) });
    const error = errorOf(await server.inject('/scoring'));
    expect(error.code).toBe(code);
    if (code !== 'internal')
      expect(error).toMatchObject({ message: 'what happened', details: { rows: '10' } });
  });

  it('tell no stack, no path and no cause of what was not expected, but log them', async () => {
    const { deps } = createDeps();
    const { log, lines } = createMemoryLog();
    const failure = new Error(`EBOOM: ${root}/tidewatch.db`, { cause: new Error('deeper') });
    const server = await start({ ...deps, scoring: () => Promise.reject(failure) }, { log });
    const answer = await server.inject('/scoring');
    const error = errorOf(answer);
    expect(error.code).toBe('internal');
    expect(answer.body).not.toMatch(/EBOOM|deeper|tidewatch\.db|\.ts|\s+at /);
    const logged = lines.find(({ level }) => level === 'error');
    expect(logged?.details).toMatchObject({ requestId: error.details.requestId });
    expect(logged?.details.error).toMatch(/EBOOM(.|\n)*at (.|\n)*deeper/);
  });

  it('warn, without a stack, of what cannot be answered yet', async () => {
    const { deps } = createDeps();
    const { log, lines } = createMemoryLog();
    const server = await start(
      { ...deps, scoring: () => Promise.reject(new TidewatchError('nothing-deployed', 'No model yet.')) },
      { log },
    );
    expect(errorOf(await server.inject('/scoring')).code).toBe('nothing-deployed');
    expect(lines.map(({ level }) => level)).toEqual(['warn', 'info']);
    expect(JSON.stringify(lines)).not.toMatch(/\.ts|\s+at /);
  });

  it('tell an answer that does not fit the contract as an internal error', async () => {
    const { deps } = createDeps();
    const server = await start({ ...deps, scoring: async () => ({ dataset: 'test' }) as contract.Scoring });
    expect(errorOf(await server.inject('/scoring')).code).toBe('internal');
  });

  it('tell paths from the workspace on', async () => {
    const { deps } = createDeps();
    const details = { files: [`${root}/testdata/a.csv`], root };
    const failure = new TidewatchError('value-invalid', `${root}/testdata/a.csv, line 3: not a number`, {
      details,
    });
    const server = await start({ ...deps, scoring: () => Promise.reject(failure) });
    expect(errorOf(await server.inject('/scoring'))).toEqual({
      code: 'value-invalid',
      message: 'testdata/a.csv, line 3: not a number',
      details: { files: ['testdata/a.csv'], root: '.' },
    });
  });

  it('tell what is not there', async () => {
    const server = await start();
    expect(errorOf(await server.inject('/nothing?key=1'))).toMatchObject({
      code: 'not-found',
      details: { path: '/nothing', allowed: [] },
    });
    expect(errorOf(await server.inject({ method: 'OPTIONS', url: '/nothing' })).code).toBe('not-found');
    expect(errorOf(await server.inject('/%zz')).code).toBe('request-invalid');
  });

  it.each([
    ['GET', '/prediction', 'POST'],
    ['DELETE', '/scoring', 'GET, HEAD'],
    ['PUT', '/api/v1/clients/a%2Fb/notes', 'POST'],
    ['PATCH', '/api/v1/charts/roc.svg', 'GET, HEAD'],
    ['TRACE', '/api/v1/models/rollback', 'POST'],
    ['PUT', '/docs/static/index.css', 'GET, HEAD'],
    ['QUERY', '/healthz', 'GET, HEAD'],
  ] as const)('tell for %s %s that the methods are %s', async (method, url, allow) => {
    const server = await start();
    const answer = await server.inject({ method: method as 'GET', url });
    expect(errorOf(answer)).toMatchObject({
      code: 'method-not-allowed',
      details: { allowed: allow.split(', ') },
    });
    expect(answer.headers.allow).toBe(allow);
    const options = await server.inject({ method: 'OPTIONS', url });
    expect([options.statusCode, options.headers.allow, options.body]).toEqual([204, allow, '']);
  });
});

describe('the API key', () => {
  it('is asked for by every call but the health ones', async () => {
    const server = await start(undefined, { apiKey: KEY });
    const described = (await server.inject({ url: '/docs/json', headers: { 'x-api-key': KEY } })).json();
    const calls = Object.entries(described.paths as Record<string, object>).flatMap(([url, methods]) =>
      Object.keys(methods).map((method) => ({ url, method: method.toUpperCase() as 'GET' | 'POST' })),
    );
    expect(calls.length).toBeGreaterThan(6);
    for (const call of [
      ...calls,
      { url: '/docs/', method: 'GET' } as const,
      { url: '/nothing', method: 'GET' } as const,
    ]) {
      const answer = await server.inject(call);
      if (['/healthz', '/readyz'].includes(call.url)) expect(answer.statusCode, call.url).toBe(200);
      else {
        expect(errorOf(answer).code, call.url).toBe('unauthorized');
        expect(answer.headers['www-authenticate']).toContain('Bearer');
      }
    }
  });

  it('is taken as a bearer token or as X-API-Key, any one of several', async () => {
    const server = await start(undefined, { apiKey: `other, ${KEY}` });
    for (const headers of [
      { authorization: `Bearer ${KEY}` },
      { 'x-api-key': KEY },
      { 'x-api-key': 'other' },
    ]) {
      expect((await server.inject({ url: '/scoring', headers })).statusCode).toBe(200);
    }
    for (const headers of [{ authorization: `Bearer ${KEY}x` }, { 'x-api-key': `other, ${KEY}` }]) {
      expect((await server.inject({ url: '/scoring', headers })).statusCode).toBe(401);
    }
    expect((await server.inject(`/scoring?key=${KEY}`)).statusCode).toBe(401);
  });

  it('lets a call serve any host name, while without one only names of this machine are served', async () => {
    const foreign = { host: 'attacker.example:8000' };
    const open = await start();
    expect(errorOf(await open.inject({ url: '/scoring', headers: foreign })).code).toBe('unauthorized');
    expect((await open.inject({ url: '/scoring', headers: { host: '[::1]:8000' } })).statusCode).toBe(200);
    const keyed = await start(undefined, { apiKey: KEY });
    expect(
      (await keyed.inject({ url: '/scoring', headers: { ...foreign, 'x-api-key': KEY } })).statusCode,
    ).toBe(200);
  });

  it('reaches neither the log nor an answer', async () => {
    const { log, lines } = createMemoryLog();
    const server = await start(undefined, { apiKey: KEY, log });
    const answers = [
      await server.inject({ url: `/scoring?api_key=${KEY}`, headers: { 'x-api-key': KEY } }),
      await server.inject({ url: `/nothing?api_key=${KEY}`, headers: { 'x-api-key': KEY } }),
      await server.inject({ url: '/scoring', headers: { authorization: `Bearer ${KEY}x` } }),
    ];
    for (const { body, headers } of answers) expect(body + JSON.stringify(headers)).not.toContain(KEY);
    expect(JSON.stringify(lines)).not.toContain(KEY);
    expect(lines).toHaveLength(3);
  });
});

describe('the log', () => {
  it('has one line a call, with what happened and how long it took', async () => {
    const { log, lines } = createMemoryLog();
    const server = await start(undefined, { log });
    const answer = await server.inject('/scoring?secret=1');
    await server.inject('/nothing');
    await server.inject('/healthz');
    expect(lines.map(({ level, details }) => [level, details.method, details.path, details.status])).toEqual([
      ['info', 'GET', '/scoring', 200],
      ['info', 'GET', '/nothing', 404],
      ['debug', 'GET', '/healthz', 200],
    ]);
    expect(lines[0]?.details.requestId).toBe(answer.headers['x-request-id']);
    expect(lines[0]?.details.ms).toBeGreaterThan(0);
    expect(new Set(lines.map(({ details }) => details.requestId)).size).toBe(3);
  });
});

describe('protection', () => {
  it('sends strict headers with every answer', async () => {
    const server = await start();
    for (const url of ['/', '/scoring', '/nothing', '/%zz', '/docs/', '/docs/static/swagger-ui.css']) {
      const { headers } = await server.inject(url);
      expect(headers, url).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
      });
      expect(headers['content-security-policy'], url).toMatch(/default-src 'none'/);
      expect(headers['content-security-policy'], url).not.toMatch(/unsafe|https?:|\*/);
    }
    expect((await server.inject('/scoring')).headers['cache-control']).toBe('no-store');
  });

  it('shows a page of the API that works under that policy: no script or style but its own files', async () => {
    const server = await start();
    const page = (await server.inject('/docs/')).body;
    const sources = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(sources.length).toBeGreaterThan(3);
    for (const source of sources) {
      expect(source).toMatch(/^\.\/static\//);
      expect((await server.inject(`/docs/${source.slice(2)}`)).statusCode, source).toBe(200);
    }
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|style=/);
  });

  it('limits the calls of one address where that is asked for, health calls aside', async () => {
    const server = await start(undefined, { requestsPerMinute: 3 });
    for (let call = 0; call < 3; call++) expect((await server.inject('/scoring')).statusCode).toBe(200);
    expect(errorOf(await server.inject('/scoring')).code).toBe('too-many-requests');
    expect((await server.inject('/healthz')).statusCode).toBe(200);
  });

  it('answers what is not HTTP in the shape of every other error', async () => {
    const server = await start();
    const url = new URL((await server.listen()).url);
    const raw = (text: string): Promise<string> =>
      new Promise((resolve, reject) => {
        let received = '';
        const socket = connect(Number(url.port), url.hostname, () => socket.write(text));
        socket.on('data', (data) => (received += String(data)));
        socket.on('close', () => resolve(received));
        socket.on('error', reject);
      });
    for (const [text, code] of [
      ['nonsense\r\n\r\n', 'request-invalid'],
      [`GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`, 'headers-too-large'],
      [`GET /${'x'.repeat(260_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 'headers-too-large'],
      ['CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n', 'method-not-allowed'],
    ] as const) {
      const [head = '', body = ''] = (await raw(text)).split('\r\n\r\n');
      expect(head).toContain(` ${CATALOGUE[code].http} `);
      expect(contract.errorSchema.parse(JSON.parse(body)).error.code).toBe(code);
    }
  });
});

describe('listening', () => {
  it.each(['0.0.0.0', '::', '192.0.2.1', 'example.com'])('is refused on %s without a key', async (host) => {
    const server = await start(undefined, { host });
    await expect(server.listen()).rejects.toMatchObject({
      code: 'listen-refused',
      message: expect.stringContaining('TIDEWATCH_API_KEY'),
    });
  });

  it('is refused with an empty key', async () => {
    await expect(start(undefined, { apiKey: ' , ' })).rejects.toMatchObject({ code: 'listen-refused' });
  });

  it('is refused on a port that is taken, with advice', async () => {
    const { url } = await (await start()).listen();
    const second = await start(undefined, { port: Number(new URL(url).port) });
    await expect(second.listen()).rejects.toMatchObject({
      code: 'listen-refused',
      message: expect.stringContaining('another port'),
    });
  });

  it('is refused on an address this machine does not have', async () => {
    const server = await start(undefined, { host: '192.0.2.1', apiKey: KEY });
    await expect(server.listen()).rejects.toMatchObject({ code: 'listen-refused' });
  });

  it('works on every address with a key', async () => {
    const server = await start(undefined, { host: '0.0.0.0', apiKey: KEY });
    const port = new URL((await server.listen()).url).port;
    const answer = await fetch(`http://127.0.0.1:${port}/scoring`, { headers: { 'x-api-key': KEY } });
    expect(answer.status).toBe(200);
  });
});

/** Posts one client over a connection of the agent. */
function postOver(agent: Agent, url: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const call = httpRequest(`${url}/prediction`, { method: 'POST', agent, headers }, async (answer) => {
      let body = '';
      for await (const part of answer) body += String(part);
      resolve({ status: answer.statusCode ?? 0, body });
    });
    call.on('error', reject);
    call.end('[{"number_of_employees":10}]');
  });
}

describe('a redeploy', () => {
  it('shows in the next answers without a failed call or a mixture of two deployments', async () => {
    const live: Deployment = { modelVersion: 'v0', threshold: 0 };
    const server = await start(createDeps(live).deps);
    const { url } = await server.listen();
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    const seen = new Set<string>();
    for (let version = 1; version <= 20; version++) {
      const calls = Array.from({ length: 16 }, () => postOver(agent, url));
      Object.assign(live, { modelVersion: `v${version}`, threshold: version });
      for (const { status, body } of await Promise.all(calls)) {
        expect(status).toBe(200);
        const answer = contract.predictionSchema.parse(JSON.parse(body));
        expect(answer.modelVersion).toBe(`v${answer.threshold}`);
        seen.add(answer.modelVersion);
      }
      expect(JSON.parse((await postOver(agent, url)).body).modelVersion).toBe(`v${version}`);
    }
    expect(seen.size).toBeGreaterThan(1);
    agent.destroy();
  });
});

describe('the end', () => {
  it('lets the calls under way finish, and takes no new ones', async () => {
    let enter = (): void => {};
    const entered = new Promise<void>((resolve) => {
      enter = resolve;
    });
    let finish = (): void => {};
    const server = await start({
      ...createDeps().deps,
      predict: () => {
        enter();
        return new Promise((resolve) => {
          finish = () =>
            resolve({
              modelVersion: 'v',
              threshold: 0.5,
              rows: 1,
              predictions: [1],
              probabilities: [0.9],
              unseen: [],
              matched: [],
            });
        });
      },
    });
    const { url } = await server.listen();
    const call = postOver(new Agent(), url);
    await entered;
    const closed = server.close();
    await vi.waitFor(() => expect(fetch(`${url}/healthz`)).rejects.toThrow());
    finish();
    expect((await call).status).toBe(200);
    await closed;
  });

  it('comes, whatever a call does', async () => {
    const { deps } = createDeps();
    const server = await start({ ...deps, scoring: () => new Promise(() => {}) }, { shutdownTimeoutMs: 20 });
    const { url } = await server.listen();
    const cut = new Promise((resolve) => get(`${url}/scoring`).on('error', resolve));
    await fetch(`${url}/healthz`);
    await server.close();
    expect(await cut).toBeInstanceOf(Error);
  });

  it('does not wait for connections that are kept open idly', async () => {
    const server = await start();
    const { url } = await server.listen();
    const agent = new Agent({ keepAlive: true });
    await postOver(agent, url);
    await server.close();
    agent.destroy();
    await expect(fetch(url)).rejects.toThrow();
  });
});

describe('the description', () => {
  it('is valid OpenAPI 3.1 and names every call', async () => {
    const server = await start(undefined, { apiKey: KEY });
    const headers = { 'x-api-key': KEY };
    const description = (await server.inject({ url: '/docs/json', headers })).json();
    const validator = new Validator();
    expect(await validator.validate(structuredClone(description))).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
    const named = Object.entries(description.paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const home = contract.homeSchema.parse((await server.inject({ url: '/', headers })).json());
    expect(named.sort()).toEqual(home.routes.map(({ method, path }) => `${method} ${path}`).sort());
    expect(named).toEqual(
      expect.arrayContaining([
        'POST /prediction',
        ...VERBS.map((verb) => `GET /${verb}`),
        'GET /api/v1/risks',
        'POST /api/v1/risks/explain',
        'GET /api/v1/models',
        'GET /api/v1/models/{version}',
        'GET /api/v1/models/diff',
        'POST /api/v1/models/{version}/promote',
        'POST /api/v1/models/{version}/notes',
        'POST /api/v1/models/rollback',
        'GET /api/v1/deployments',
        'GET /api/v1/drift',
        'GET /api/v1/checks',
        'GET /api/v1/trends',
        'GET /api/v1/charts/{name}.svg',
        'GET /healthz',
        'GET /readyz',
      ]),
    );
  });

  it('has an example of each source that the server takes', async () => {
    const server = await start();
    const description = (await server.inject('/docs/json')).json();
    const { content } = description.paths['/prediction'].post.requestBody;
    const examples = Object.values(
      content['application/json'].examples as Record<string, { value: unknown }>,
    );
    expect(examples.length).toBeGreaterThan(1);
    for (const { value } of examples) expect((await post(server, value)).statusCode).toBe(200);
  });

  it('is of a contract that a web page can import', () => {
    const folder = new URL('../../src/server/', import.meta.url);
    const files = readdirSync(new URL('contract/', folder)).map((name) => `contract/${name}`);
    const imports = ['contract.ts', ...files].flatMap((name) =>
      [...readFileSync(new URL(name, folder), 'utf8').matchAll(/from '([^']+)'/g)].map((match) => match[1]),
    );
    const outside = imports.filter((name) => !/^\.\/(contract\/)?[a-z-]+\.ts$/.test(name ?? ''));
    const light = [
      '../../base/errors.ts',
      '../../config/drift-rules.ts',
      '../../core/monitor/inputs/input-alarm.ts',
      '../../core/monitor/inputs/methods.ts',
      '../../report/charts/chart-names.ts',
      '../../store/nouns/measures.ts',
    ];
    expect(new Set(outside)).toEqual(new Set(['zod', ...light]));
  });
});
