import { describe, expect, it } from 'vitest';
import { readDriftDetails } from './drift-details.ts';

describe('readDriftDetails', () => {
  it('reads inputs, verdicts and estimates, whether they come as lists or by name', () => {
    const lists = readDriftDetails({
      inputs: {
        columns: [
          { name: 'age', psi: 0.2, pValue: 0.01, band: 'moderate', alarm: true, missing: 0.1, unseen: 0 },
        ],
      },
      verdicts: [{ rule: 'raw', drift: true, reason: 'lower' }],
    });
    const named = readDriftDetails({
      inputs: [
        {
          column: 'age',
          psi: { value: 0.2 },
          p: 0.01,
          band: 'moderate',
          alarm: true,
          missingShare: 0.1,
          unseenShare: 0,
        },
      ],
      verdicts: { raw: { drift: true, reason: 'lower' } },
    });
    expect(named).toEqual(lists);
    expect(lists.columns).toEqual([
      { name: 'age', psi: 0.2, pValue: 0.01, band: 'moderate', alarm: true, missing: 0.1, unseen: 0 },
    ]);
    expect(lists.verdicts).toEqual([{ rule: 'raw', drift: true, reason: 'lower' }]);
  });

  it('leaves out what is not there or is not what it should be', () => {
    const nothing = { estimate: null, columns: [], verdicts: [], estimates: [] };
    for (const details of [null, undefined, 7, 'x', [], {}, { inputs: 3, verdicts: 'x', estimates: null }]) {
      expect(readDriftDetails(details)).toEqual(nothing);
    }
    expect(readDriftDetails({ inputs: [{ psi: 1 }, { name: 'a', psi: Number.NaN }] }).columns).toEqual([
      { name: 'a', psi: null, pValue: null, band: null, alarm: null, missing: null, unseen: null },
    ]);
  });
});
