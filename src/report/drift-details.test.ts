import { describe, expect, it } from 'vitest';
import { DRIFT_METHOD_NAMES } from '../core/monitor/inputs/methods.ts';
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
    const nothing = Object.fromEntries(DRIFT_METHOD_NAMES.map((name) => [name, null]));
    expect(details).toEqual({
      alarms: [{ column: 'age', severity: 'broken', rows: 40, sentence: 'age is missing.' }],
      estimate: F1,
      columns: [
        {
          name: 'age',
          readings: {
            ...nothing,
            psi: { value: 0.2, pValue: 0.001 },
            missing: { value: 0.1, pValue: 1, before: 0 },
            unseen: { value: 0.05, pValue: null },
          },
          pValue: 0.01,
          band: 'moderate',
          alarm: true,
        },
        {
          name: 'size',
          readings: { ...nothing, psi: { value: 0.1, pValue: null } },
          pValue: null,
          band: null,
          alarm: null,
        },
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

  it('keeps an estimate of too few rows for an interval, with the reason', () => {
    const tooFew = { of: 'left', rows: 12, needed: 20 };
    const few = { ...F1, low: null, high: null, tooFew };
    expect(readDriftDetails({ estimate: few }).estimate).toEqual(few);
    expect(readDriftDetails({ estimate: { ...few, tooFew: 'few' } }).estimate).toBeNull();
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
    expect(columns).toMatchObject([{ name: 'a', readings: { psi: null }, alarm: null }]);
  });
});
