import { describe, expect, it } from 'vitest';
import { storedSummary } from './stored-summary.ts';

const file = (k: number, changes: object = {}) => ({
  name: `${k}.csv`,
  status: 'accepted',
  quarantined: 0,
  ...changes,
});

describe('the kept summary of a run', () => {
  it('is the summary where it is short, and whatever is none', () => {
    const short = { result: 'no-drift', files: [file(1), file(2)], quarantinePaths: [] };
    expect(storedSummary(short)).toEqual(short);
    expect(storedSummary(null)).toBeNull();
    expect(storedSummary('x')).toBe('x');
  });

  it('keeps of many files those that were not taken whole, and how many there were', () => {
    const files = Array.from({ length: 1500 }, (_, k) => file(k));
    files[3] = file(3, { status: 'rejected' });
    files[700] = file(700, { quarantined: 2 });
    const snapshot = { id: 's', files: files.map(({ name }) => ({ name })) };
    expect(storedSummary({ result: 'no-drift', files, snapshot })).toEqual({
      ...{ result: 'no-drift', files: [files[3], files[700]], filesRead: 1500 },
      snapshot: { id: 's', files: [], filesRead: 1500 },
    });
    const all = files.map((each) => ({ ...each, status: 'waiting' }));
    expect(JSON.stringify(storedSummary({ files: all })).length).toBeLessThan(3000);
  });
});
