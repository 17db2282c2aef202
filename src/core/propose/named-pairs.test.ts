import { describe, expect, it } from 'vitest';
import { namedPairs } from './named-pairs.ts';

describe('namedPairs', () => {
  it('finds columns whose names differ by words that belong together, whatever their separators', () => {
    expect(namedPairs(['lastmonth_activity', 'lastyear_activity', 'number_of_employees'])).toEqual([
      ['lastmonth_activity', 'lastyear_activity'],
    ]);
    expect(namedPairs(['MonthlyCharges', 'TotalCharges', 'tenure'])).toEqual([
      ['TotalCharges', 'MonthlyCharges'],
    ]);
    expect(namedPairs(['logins_last_month', 'logins_previous_month'])).toEqual([
      ['logins_last_month', 'logins_previous_month'],
    ]);
    expect(namedPairs(['data used', 'data_quota', 'calls_used'])).toEqual([['data used', 'data_quota']]);
  });

  it('pairs nothing that only sounds alike', () => {
    expect(namedPairs(['month', 'total', 'used', 'age', 'balance'])).toEqual([]);
    expect(namedPairs([])).toEqual([]);
  });
});
