import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourceBatch } from '../columns/source-column.ts';
import { MODEL_FORMAT, type ModelDocument } from '../document/document.ts';
import { createScorer, type Scorer } from '../scoring/scorer.ts';
import { singleChanges } from './single-change.ts';
import { type ColumnSpread, createSpreads } from './spread.ts';

const INPUTS: ModelDocument['inputs'] = [
  { name: 'usage', kind: 'numeric' },
  { name: 'tickets', kind: 'numeric' },
  { name: 'plan', kind: 'categorical' },
];
/** Hinges make the risk rise and fall along usage. */
const FEATURES: ModelDocument['features'] = [
  { kind: 'number', source: 'usage', missing: 0 },
  { kind: 'hinge', source: 'usage', knot: -2, missing: 0 },
  { kind: 'hinge', source: 'usage', knot: 2, missing: 0 },
  { kind: 'missing', source: 'usage' },
  { kind: 'number', source: 'tickets', missing: 1 },
  { kind: 'level', source: 'plan', level: 'pro' },
];

function scorerOf(coefficients: readonly number[], intercept = 0): Scorer {
  return createScorer({
    format: MODEL_FORMAT,
    version: '000000000000',
    target: { column: 'exited', positive: '1' },
    id: null,
    inputs: INPUTS,
    features: FEATURES,
    learner: { kind: 'logistic-regression', coefficients, intercept, means: coefficients.map(() => 0) },
    calibration: { kind: 'none' },
    threshold: 0.5,
    certificate: {
      trainedAt: '2026-01-01T00:00:00.000Z',
      version: '0',
      seed: 0,
      snapshot: { id: '', rows: 0, positives: 0 },
      files: [],
      options: {},
      fit: {},
    },
  });
}

interface Client {
  readonly usage: number;
  readonly tickets: number;
  readonly plan: number;
}

function batchOf(clients: readonly Client[]): SourceBatch {
  return {
    rows: clients.length,
    columns: [
      { kind: 'numeric', values: Float64Array.from(clients, ({ usage }) => usage) },
      { kind: 'numeric', values: Float64Array.from(clients, ({ tickets }) => tickets) },
      {
        kind: 'categorical',
        codes: Int32Array.from(clients, ({ plan }) => plan),
        levels: ['basic', 'pro'],
      },
    ],
  };
}

function spreadsOf(clients: readonly Client[]): ColumnSpread[] {
  const spreads = createSpreads(INPUTS, clients.length, 0);
  spreads.add(batchOf(clients), new Uint8Array(clients.length).fill(1));
  return spreads.finish();
}

function probabilityOf(scorer: Scorer, client: Client): number {
  const out = new Float64Array(1);
  scorer.probabilityInto(batchOf([client]), out);
  return out[0] as number;
}

/** Every value that a client has, tried one by one; the least share that is passed, or null. */
function bruteForce(scorer: Scorer, client: Client, clients: readonly Client[], column: 'usage' | 'tickets') {
  const known = clients.map((each) => each[column]).filter((value) => !Number.isNaN(value));
  const sorted = known.toSorted((a, b) => a - b);
  const origin = Number.isNaN(client[column]) ? (sorted[sorted.length >> 1] ?? 0) : client[column];
  const passed = (to: number) =>
    known.filter((value) => Math.min(origin, to) < value && value < Math.max(origin, to)).length /
    known.length;
  const shares = known
    .filter((to) => scorer.classify(probabilityOf(scorer, { ...client, [column]: to })) === 0)
    .map(passed);
  return shares.length === 0 ? null : Math.min(...shares);
}

const number = fc.oneof({ weight: 8, arbitrary: fc.integer({ min: -5, max: 5 }) }, fc.constant(Number.NaN));
const client = fc.record({ usage: number, tickets: number, plan: fc.integer({ min: -1, max: 1 }) });
const coefficient = fc.integer({ min: -8, max: 8 }).map((eighths) => eighths / 8);

describe('singleChanges', () => {
  it('finds what trying every value of every client finds, on models that rise and fall', () => {
    let found = 0;
    fc.assert(
      fc.property(
        fc.array(coefficient, { minLength: FEATURES.length, maxLength: FEATURES.length }),
        fc.array(client, { minLength: 1, maxLength: 25 }),
        (coefficients, clients) => {
          const scorer = scorerOf(coefficients, 0.5);
          const [first] = clients;
          if (first === undefined || scorer.classify(probabilityOf(scorer, first)) === 0) return;
          const changes = singleChanges(scorer, batchOf([first]), spreadsOf(clients));
          for (const column of ['usage', 'tickets'] as const) {
            const change = changes.find((each) => each.column === column);
            expect(change?.passed ?? null).toBe(bruteForce(scorer, first, clients, column));
            if (change === undefined) continue;
            found++;
            expect(change.from).toBe(first[column]);
            expect(clients.map((each) => each[column])).toContain(change.to);
            expect(change.probability).toBe(probabilityOf(scorer, { ...first, [column]: change.to }));
            expect(scorer.classify(change.probability)).toBe(0);
          }
          expect(changes.map(({ passed }) => passed)).toEqual(
            changes.map(({ passed }) => passed).toSorted((a, b) => a - b),
          );
        },
      ),
      { numRuns: 300 },
    );
    expect(found).toBeGreaterThan(50);
  });

  it('finds the very nearest of thousands of values where the risk goes one way', () => {
    const clients = Array.from({ length: 5000 }, (_, k) => ({ usage: k, tickets: 0, plan: 0 }));
    for (const crossing of [17, 2500, 4998]) {
      const falling = scorerOf([-1, 0, 0, 0, 0, 0], crossing - 0.5);
      const [down] = singleChanges(falling, batchOf([{ usage: 3, tickets: 0, plan: 0 }]), spreadsOf(clients));
      expect(down).toMatchObject({ column: 'usage', from: 3, to: crossing, passed: (crossing - 4) / 5000 });
      const rising = scorerOf([1, 0, 0, 0, 0, 0], -crossing - 0.5);
      const [up] = singleChanges(rising, batchOf([{ usage: 4999, tickets: 0, plan: 0 }]), spreadsOf(clients));
      expect(up).toMatchObject({ to: crossing, passed: (4998 - crossing) / 5000 });
    }
  });

  it('leaves out columns of levels, and columns in which no value is enough or nobody has one', () => {
    const scorer = scorerOf([0, 0, 0, 0, 1, -9], 0.5);
    const clients = [
      { usage: Number.NaN, tickets: 5, plan: 0 },
      { usage: Number.NaN, tickets: 2, plan: 1 },
    ];
    expect(singleChanges(scorer, batchOf(clients.slice(0, 1)), spreadsOf(clients))).toEqual([]);
  });

  it('goes from the middle of all clients where the value is missing', () => {
    const clients = [-4, -1, 1, 2, 9].map((usage) => ({ usage, tickets: 0, plan: 0 }));
    const scorer = scorerOf([-1, 0, 0, 0, 0, 0], 1.5);
    const [change] = singleChanges(
      scorer,
      batchOf([{ usage: Number.NaN, tickets: 0, plan: 0 }]),
      spreadsOf(clients),
    );
    expect(change).toMatchObject({ column: 'usage', from: Number.NaN, to: 2, passed: 0 });
  });
});
