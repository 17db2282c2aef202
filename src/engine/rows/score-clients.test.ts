import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { columnsSchema } from '../../config/schema.ts';
import { clientKey } from '../../core/clients/client-key.ts';
import { MODEL_FORMAT, type ModelDocument } from '../../core/document/document.ts';
import { createScorer } from '../../core/scoring/scorer.ts';
import { contractOf } from '../../formats/contract/contract.ts';
import { explain } from '../../steps/explain.ts';
import { rank } from '../../steps/rank.ts';
import type { FoldModels } from '../kept/fold-models.ts';
import { createDuckdbEngine } from '../local/duckdb/engine.ts';
import type { Engine, Table } from '../port.ts';
import { readHistory } from './history.ts';
import { clientId, clientOf } from './read-clients.ts';
import {
  countAbove,
  countClients,
  rankedByRisk,
  type ScoredClients,
  scoreClients,
  withOutcomes,
} from './score-clients.ts';
import { scoredClient } from './scored-client.ts';

let home: string;
let engine: Engine;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'score-clients-'));
  engine = await createDuckdbEngine({ threads: 1, memoryLimit: '200MB', temporaryFolder: join(home, 't') });
});
afterAll(async () => {
  await engine.close();
  rmSync(home, { recursive: true });
});

const columns = columnsSchema.parse({
  id: 'who',
  target: 'left',
  numeric: ['x'],
  value: 'worth',
  owner: 'by',
  time: 'at',
});

function modelOf(slope: number): ModelDocument {
  return {
    format: MODEL_FORMAT,
    version: `00000000000${slope}`,
    target: { column: 'left', positive: '1' },
    id: 'who',
    inputs: [{ name: 'x', kind: 'numeric' }],
    features: [{ kind: 'number', source: 'x', missing: 0 }],
    learner: { kind: 'logistic-regression', coefficients: [slope / 10], intercept: -1, means: [5] },
    calibration: { kind: 'platt', slope: 0.9, intercept: 0.1 },
    threshold: 0.4,
    certificate: {
      trainedAt: '2024-01-01T00:00:00.000Z',
      version: '0',
      seed: 1,
      snapshot: { id: 's', rows: 2, positives: 1 },
      files: [],
      options: {},
      fit: {},
    },
  };
}
const scorer = createScorer(modelOf(3));

interface Row {
  readonly who: string;
  readonly at: string;
  readonly x: number;
  readonly left: 0 | 1 | null;
}

const WORTH = 100;
let files = 0;

/** Writes rows as one file a part and opens them as a table. */
async function withTable<T>(
  parts: readonly (readonly Row[])[],
  body: (table: Table) => Promise<T>,
): Promise<T> {
  const paths = parts.map((rows) => {
    const path = join(home, `${files++}.csv`);
    const lines = rows.map(({ who, at, x, left }) => `${who},${x},${WORTH},Ada,${at},${left ?? ''}\n`);
    writeFileSync(path, `who,x,worth,by,at,left\n${lines.join('')}`);
    return path;
  });
  const contract = contractOf(columns, [''], 'keep');
  const table = await engine.open({ kind: 'files', paths, contract, labels: 'optional' });
  return body(table).finally(() => table.close());
}

const scoredOf = (parts: readonly (readonly Row[])[], folds: FoldModels | null = null) =>
  withTable(parts, (table) => scoreClients(table, scorer, { folds }));

/** What is told of every client, by list, in order. */
function told(scored: ScoredClients): Record<string, unknown[]> {
  return Object.fromEntries(
    Object.entries(scored.lists).map(([name, { order }]) => [
      name,
      Array.from(order, (client) => {
        const { id, status, asOf, probability, value } = scoredClient(scored, client);
        return { id, status, asOf, probability, value };
      }),
    ]),
  );
}

const day = (offset: number) => new Date(Date.UTC(2024, 0, 1 + offset)).toISOString();
const row = (who: string, offset: number, x: number, left: Row['left']): Row => ({
  who,
  at: day(offset),
  x,
  left,
});

const observation = fc.record({
  who: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  at: fc.nat(20).map(day),
  x: fc.nat(9),
  left: fc.constantFrom(0 as const, 1 as const, null),
});
const history = fc.uniqueArray(observation, {
  selector: ({ who, at }) => `${who} ${at}`,
  minLength: 1,
  maxLength: 25,
});

describe('the clients of a table', () => {
  it('are one line each, on one of two lists, by their newest row, however the rows come', async () => {
    const shuffled = history.chain((rows) =>
      fc.tuple(
        fc.constant(rows),
        fc.shuffledSubarray([...rows, ...rows.slice(0, 5)], { minLength: rows.length }),
        fc.nat(rows.length),
      ),
    );
    await fc.assert(
      fc.asyncProperty(shuffled, async ([rows, again, cut]) => {
        const present = rows.filter((each) => again.includes(each));
        const parts = [again.slice(0, cut), again.slice(cut)].filter((part) => part.length > 0);
        const scored = await scoredOf(parts);
        const newest = new Map<string, Row>(
          present.toSorted((a, b) => a.at.localeCompare(b.at)).map((each) => [each.who, each]),
        );
        const { listed = [], left = [] } = told(scored) as Record<string, { id: string; status: string }[]>;
        const ids = [...listed, ...left].map(({ id }) => id);
        expect(ids.toSorted()).toEqual([...newest.keys()].toSorted());
        expect(left.every(({ status }) => status === 'left')).toBe(true);
        for (const client of [...listed, ...left]) {
          const { left: label, at, x } = newest.get(client.id) as Row;
          const status = label === null ? 'unknown' : label === 1 ? 'left' : 'current';
          const { probability } = scorer.scoreRow({ x });
          expect(client).toEqual({ id: client.id, status, asOf: at, probability, value: WORTH });
        }
        expect(countClients(scored)).toEqual({
          listed: listed.length,
          left: left.length,
          unknown: listed.filter(({ status }) => status === 'unknown').length,
        });
        expect(scored.rowCounts.reduce((sum, count) => sum + count, 0)).toBe(again.length);
        expect(told(await scoredOf([present]))).toEqual(told(scored));
      }),
      { numRuns: 25 },
    );
  });

  it('have the newest row that the history of their outcomes has, whatever the rule', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.constantFrom('outcome' as const, 'status' as const), (rows, meaning) =>
        withTable([rows], async (table) => {
          const { newest } = await scoreClients(table, scorer, { folds: null });
          const rule = { horizonDays: 30, meaning, now: new Date(day(50)) };
          expect(newest).toEqual((await readHistory(table, rule)).newest);
        }),
      ),
      { numRuns: 10 },
    );
  });

  it('are scored at their newest rows alone, which may lie in any batch', async () => {
    const months = Array.from({ length: 12 }, (_, month) =>
      Array.from({ length: 2500 }, (_, k) => row(`c${(k * 7) % 2500}`, 30 * month, (k + month) % 10, 0)),
    );
    const scored = await scoredOf(months);
    expect([scored.rows, scored.clients, scored.lists.listed.order.length]).toEqual([30_000, 2500, 2500]);
    const last = months[11] as Row[];
    for (const { who, x } of last) {
      expect(scored.probabilities[clientOf(scored, who)]).toBe(scorer.scoreRow({ x }).probability);
    }
    const [spread] = scored.spreads;
    expect(spread).toEqual({
      kind: 'numeric',
      clients: 2500,
      missing: 0,
      sorted: Float64Array.from(last, ({ x }) => x).sort(),
    });
  });

  it('are compared with those listed, or with all where nobody is', async () => {
    const rows = [row('a', 0, 1, 0), row('b', 0, 2, 1), row('c', 0, 3, null)];
    const sorted = async (some: readonly Row[]) => {
      const [spread] = (await scoredOf([some])).spreads;
      return spread?.kind === 'numeric' ? [...spread.sorted] : [];
    };
    expect(await sorted(rows)).toEqual([1, 3]);
    expect(await sorted(rows.slice(1, 2))).toEqual([2]);
    const scored = await scoredOf([rows]);
    expect(countAbove(scored, [0, 1])).toEqual([2, 0]);
    expect(rankedByRisk(scored).lists.left.totals).toMatchObject({ clients: 1 });
  });

  it('are named by their newest row where no column names them', async () => {
    const path = join(home, 'nameless.csv');
    writeFileSync(path, 'x,left\n1,\n2,1\n1,0\n3,\n');
    const contract = contractOf({ ...columns, id: null, value: null, owner: null, time: null }, [''], 'keep');
    const table = await engine.open({ kind: 'files', paths: [path], contract, labels: 'optional' });
    const scored = await scoreClients(table, scorer, { folds: null });
    await table.close();
    const names = (order: Uint32Array) => Array.from(order, (client) => clientId(scored, client));
    expect([names(scored.lists.listed.order), names(scored.lists.left.order)]).toEqual([['4', '3'], ['2']]);
    expect(['1', '2', '4', '5', 'x'].map((id) => clientOf(scored, id) >= 0)).toEqual([
      false,
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('outcomes that people entered', () => {
  const rows = [row('a', 10, 1, 0), row('b', 10, 2, 1), row('c', 10, 3, null)];
  const listed = async (...said: readonly (readonly [string, 'left' | 'stayed', number])[]) => {
    const outcomes = said.map(([clientId, outcome, offset]) => ({ clientId, outcome, at: day(offset) }));
    const scored = withOutcomes(await scoredOf([rows]), outcomes);
    return Array.from(scored.lists.listed.order, (client) => scoredClient(scored, client)).map(
      ({ id, status, asOf }) => [id, status, asOf],
    );
  };

  it('count at once: the last one of a client, unless its newest row is of a later time', async () => {
    const [a, c] = [
      ['a', 'current', day(10)],
      ['c', 'unknown', day(10)],
    ];
    expect(await listed()).toEqual([c, a]);
    expect(await listed(['c', 'left', 11], ['nobody', 'left', 11])).toEqual([a]);
    expect(await listed(['a', 'left', 11], ['a', 'stayed', 12])).toEqual([c, ['a', 'current', day(12)]]);
    expect(await listed(['b', 'stayed', 10])).toEqual([c, ['b', 'current', day(10)], a]);
    expect(await listed(['a', 'left', 9])).toEqual([c, a]);
    expect(await listed(['a', 'left', 11], ['a', 'stayed', 9])).toEqual([c, a]);
  });
});

describe('clients that the model has learned from', () => {
  const models = [modelOf(1), modelOf(6)];
  const folds: FoldModels = {
    models,
    foldOf: (key) => [clientKey('a'), clientKey('b')].indexOf(key),
  };
  const rows = ['a', 'b', 'c'].map((who, k) => row(who, 0, 4 + k, 0));
  const OPTIONS = {
    status: 'listed',
    offset: 0,
    limit: 9,
    owner: null,
    segment: null,
    minRisk: null,
    search: null,
    reasons: 3,
  } as const;

  it.each([0, 1e6])(
    'are scored and explained by a model that has not seen them (%d bytes held)',
    (heldBytes) =>
      withTable([rows], async (opened) => {
        const scored = await scoreClients(opened, scorer, { folds, heldBytes });
        const table = async () => opened;
        const { clients } = await rank({ table }, scored, OPTIONS);
        const byId = new Map(clients.map((client) => [client.id, client]));
        for (const [k, { who, x }] of rows.entries()) {
          const own = createScorer(models[k] ?? modelOf(3));
          const { probability, margin } = own.scoreRow({ x });
          const explanation = await explain({ table }, scored, { id: who }, { without: 1 });
          const scoredBy = k < 2 ? 'out-of-fold' : 'deployed';
          expect(byId.get(who)).toMatchObject({ probability, scoredBy });
          expect(explanation).toMatchObject({
            probability,
            margin,
            scoredBy,
            modelVersion: scorer.model.version,
          });
          const sum = explanation.contributions.reduce((total, each) => total + each.contribution, 0);
          expect(explanation.baseline + sum).toBeCloseTo(margin, 12);
          const raising = explanation.contributions.filter(({ contribution }) => contribution > 0);
          expect(byId.get(who)?.reasons.map(({ contribution }) => contribution)).toEqual(
            raising.map(({ contribution }) => contribution),
          );
        }
      }),
  );

  it('are known by all that their row says where no column names them', async () => {
    const path = join(home, 'nameless-folds.csv');
    writeFileSync(path, 'x,left\n4,0\n5,0\n');
    const contract = contractOf({ ...columns, id: null, value: null, owner: null, time: null }, ['']);
    const table = await engine.open({ kind: 'files', paths: [path], contract, labels: 'optional' });
    const keys = await table.keys(['x']);
    const own = { models, foldOf: (key: bigint) => (key === keys[1] ? 1 : -1) };
    const scored = await scoreClients(table, scorer, { folds: own });
    await table.close();
    expect([...scored.probabilities]).toEqual([
      scorer.scoreRow({ x: 4 }).probability,
      createScorer(modelOf(6)).scoreRow({ x: 5 }).probability,
    ]);
  });
});
