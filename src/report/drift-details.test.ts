import { describe, expect, it } from 'vitest';
import { readDriftDetails } from './drift-details.ts';

const F1 = { value: 0.5, low: 0.4, high: 0.6, level: 0.95, rows: 90 };

describe('readDriftDetails', () => {
  it('reads inputs, verdicts, estimates beside what was observed, and segments', () => {
    const details = readDriftDetails({
      estimate: F1,
      metrics: { f1: F1, recall: null },
      inputs: {
        columns: [
          {
            name: 'age',
            psi: { value: 0.25, corrected: 0.2, p: 0.001 },
            adjustedP: 0.01,
            band: 'moderate',
            verdict: 'drift',
            missing: { reference: 0, current: 0.1, p: 1 },
            unseen: { share: 0.05 },
          },
          { name: 'size', psi: { value: 0.1 }, verdict: 'too-few-rows', missing: {}, unseen: null },
        ],
        alarms: [
          { column: 'age', severity: 'broken', kind: 'missing', rows: 40, sentence: 'age is missing.' },
          { column: 'size', severity: 'moved' },
        ],
      },
      verdicts: { raw: { rule: 'raw', drift: true, reason: 'lower' } },
      estimated: { reason: 'how', estimate: { metrics: { f1: F1, recall: F1, profit: null } } },
      segments: [{ segment: 'retail', rows: 7, f1: null, reason: 'too few' }],
    });
    const size = { band: null, alarm: null, missing: null, missingBefore: null, unseen: null };
    expect(details).toEqual({
      alarms: [{ column: 'age', severity: 'broken', rows: 40, sentence: 'age is missing.' }],
      estimate: F1,
      columns: [
        {
          name: 'age',
          psi: 0.2,
          pValue: 0.01,
          band: 'moderate',
          alarm: true,
          missing: 0.1,
          missingBefore: 0,
          unseen: 0.05,
        },
        { name: 'size', psi: 0.1, pValue: null, ...size },
      ],
      verdicts: [{ rule: 'raw', drift: true, reason: 'lower' }],
      estimates: [
        { metric: 'f1', estimate: F1, observed: F1 },
        { metric: 'recall', estimate: F1, observed: null },
      ],
      estimatedHow: 'how',
      segments: [{ segment: 'retail', rows: 7, f1: null, reason: 'too few' }],
    });
  });

  it('leaves out what is not there or is not what it should be', () => {
    const nothing = {
      estimate: null,
      columns: [],
      alarms: [],
      verdicts: [],
      estimates: [],
      estimatedHow: null,
      segments: [],
    };
    for (const details of [null, undefined, 7, 'x', [], {}, { inputs: 3, verdicts: 'x', estimated: [] }]) {
      expect(readDriftDetails(details)).toEqual(nothing);
    }
    const { columns } = readDriftDetails({
      inputs: { columns: [{ psi: 1 }, { name: 'a', psi: { value: Number.NaN } }] },
    });
    expect(columns).toMatchObject([{ name: 'a', psi: null, alarm: null }]);
  });
});
