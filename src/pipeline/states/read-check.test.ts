import { describe, expect, it } from 'vitest';
import { readCheckFacts } from './read-check.ts';

const recordOf = (details: unknown): Parameters<typeof readCheckFacts>[0] => ({
  runId: 'r',
  modelVersion: 'm1',
  createdAt: '2026-03-01T08:00:30.000Z',
  kind: 'drift',
  rule: 'sequential',
  outcome: false,
  rows: 150,
  observed: 0.6,
  expected: 0.6,
  reason: 'No alarm.',
  details,
});
const reading = (alarm: boolean, rowsNeeded: number | null) => ({
  alarm,
  sentence: alarm ? 'The Brier score has risen.' : 'No alarm.',
  promise: { rows: 40, rowsNeeded },
});

describe('readCheckFacts', () => {
  it('reads the detector of the risk and the alarms of the inputs', () => {
    const facts = readCheckFacts(
      recordOf({
        unlabelled: 7,
        risk: {
          alarm: true,
          change: 'base-rate',
          sentence: 'More clients leave.',
          heldOut: { rows: 400, left: 20 },
          tooFew: { rowsNeeded: 800 },
        },
        inputs: {
          verdict: 'too-few-rows',
          rows: { current: 157, reference: 400 },
          reason: 'Too few rows.',
          alarms: [
            { severity: 'broken', column: 'a', file: 'n.csv', sentence: 'a is missing.', p: 1e-9 },
            { severity: 'moved', column: 'b', file: null, window: 'all', sentence: 'b has shifted.' },
            { severity: 'moved' },
          ],
          columns: [{ name: 'c', verdict: 'drift', reason: 'c has shifted.' }],
        },
      }),
    );
    expect(facts).toMatchObject({
      rows: 150,
      unlabelled: 7,
      risk: {
        alarm: true,
        change: 'base-rate',
        sentence: 'More clients leave.',
        heldOut: { rows: 400, left: 20 },
        tooFew: { rowsNeeded: 800 },
      },
      inputs: { judged: false, rows: 157, reason: 'Too few rows.' },
    });
    expect(facts.alarms).toEqual([
      { severity: 'broken', column: 'a', file: 'n.csv', isOld: false, sentence: 'a is missing.' },
      { severity: 'moved', column: 'b', file: null, isOld: true, sentence: 'b has shifted.' },
    ]);
  });

  it('takes the columns that drifted and the alarms of the metrics of versions that knew no others', () => {
    const facts = readCheckFacts(
      recordOf({
        monitor: { f1: reading(false, null), brier: reading(true, null), profit: null },
        inputs: { columns: [{ name: 'c', verdict: 'drift', reason: 'c has shifted.' }, { name: 'd' }] },
      }),
    );
    expect(facts.alarms).toEqual([
      { severity: 'moved', column: 'c', file: null, isOld: false, sentence: 'c has shifted.' },
    ]);
    expect(facts.risk).toMatchObject({ alarm: true, change: null, sentence: 'The Brier score has risen.' });
  });

  it('takes a metric without a promise for too few held-out rows', () => {
    const { risk } = readCheckFacts(recordOf({ monitor: { f1: reading(false, 87) } }));
    expect(risk).toMatchObject({ alarm: false, heldOut: { rows: 40 }, tooFew: { rowsNeeded: 87 } });
  });

  it('knows a check without any held-out rows', () => {
    const { risk } = readCheckFacts(recordOf({ risk: null }));
    expect(risk).toMatchObject({ alarm: false, heldOut: { rows: 0 }, tooFew: { rowsNeeded: null } });
  });

  it.each([null, 'text', [], { inputs: 3, risk: { alarm: 'yes' } }])('reads nothing from %j', (details) => {
    expect(readCheckFacts(recordOf(details))).toMatchObject({ risk: null, alarms: [], inputs: null });
  });
});
