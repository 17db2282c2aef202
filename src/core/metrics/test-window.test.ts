import { describe, expect, it } from 'vitest';
import { describeOverlap, describeTestRows } from './test-window.ts';

const window = { clients: 49, since: null, trained: null } as const;

describe('the test rows of a score', () => {
  it('are said with the clients that they are of', () => {
    expect(describeTestRows(1234, undefined)).toBe('1,234 test rows');
    expect(describeTestRows(1, { ...window, kind: 'files' })).toBe('1 test row');
    expect(describeTestRows(147, { ...window, kind: 'all' })).toBe('147 rows of 49 held-out clients');
    expect(describeTestRows(147, { ...window, kind: 'all', clients: null })).toBe('147 held-out rows');
    expect(describeTestRows(120, { ...window, kind: 'recent', since: 'abc' })).toBe(
      '120 rows of 49 held-out clients, new since model abc was trained',
    );
  });

  it('are said to flatter the model where their clients are trained on', () => {
    expect(describeOverlap(undefined)).toBeNull();
    expect(describeOverlap({ ...window, kind: 'files', trained: 0 })).toBeNull();
    expect(describeOverlap({ ...window, kind: 'files', trained: 49 })).toMatch(/^All 49 test clients also /);
    expect(describeOverlap({ ...window, kind: 'files', trained: 3 })).toMatch(
      /^3 of the 49 test clients also /,
    );
    expect(describeOverlap({ ...window, kind: 'all', trained: 3 })).toMatch(
      /^3 of the 49 test clients were trained on before they were held out/,
    );
  });
});
