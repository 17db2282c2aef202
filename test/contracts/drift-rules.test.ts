/** Promises that every rule of drift keeps. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DRIFT_RULE_NAMES } from '../../src/config/drift-rules.ts';
import { judgeByRules } from '../../src/core/monitor/performance/rule-verdicts.ts';
import { EVIDENCE, readingOfRows, scoredRows } from './drift-rules.ts';

const HELD_OUT = scoredRows(2_000, 1);
const verdictsOn = (fresh: ReturnType<typeof scoredRows>) => judgeByRules(readingOfRows(HELD_OUT, fresh));

describe('the list of rules', () => {
  it('has a verdict of each, by its name', () => {
    const verdicts = verdictsOn(scoredRows(300, 2));
    expect(Object.keys(verdicts)).toEqual(DRIFT_RULE_NAMES);
    for (const name of DRIFT_RULE_NAMES) expect(verdicts[name].rule).toBe(name);
  });
});

describe.each(DRIFT_RULE_NAMES)('the rule %s', (name) => {
  it('gives no alarm without a new row, and says that there is none or that they are too few', () => {
    const verdict = verdictsOn(scoredRows(0, 3))[name];
    expect(verdict).toMatchObject({ drift: false, observed: null, rows: 0 });
    expect(verdict.reason).toMatch(/^No new |^0 new labelled rows are too few/);
  });

  it('gives no alarm where the new rows are those held out', () => {
    expect(verdictsOn(HELD_OUT)[name]).toMatchObject({ drift: false, rows: 2_000, rowsNeeded: null });
  });

  it('alarms where the outcomes have nothing to do with the risks any more', () => {
    const verdict = verdictsOn(scoredRows(2_000, 4, { blind: true }))[name];
    expect(verdict).toMatchObject({ drift: true, rows: 2_000, rowsNeeded: null });
  });

  it('says what it found in a sentence with numbers, those of the rows among them', () => {
    for (const fresh of [scoredRows(1_500, 5), scoredRows(1_500, 6, { blind: true })]) {
      const { reason } = verdictsOn(fresh)[name];
      expect(reason).toMatch(/^[A-Z].*\.$/);
      expect(reason.replaceAll(',', '')).toContain('1500');
      expect(reason.match(/\d+(\.\d+)?/g)?.length).toBeGreaterThan(1);
    }
  });

  it('alarms exactly where its statistic is past its threshold, whatever the rows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 }), fc.integer(), fc.boolean(), (rows, seed, blind) => {
        const { drift, statistic, threshold } = verdictsOn(scoredRows(rows, Math.abs(seed), { blind }))[name];
        if (statistic === null || threshold === null) expect(drift).toBe(false);
        else
          expect(drift).toBe(EVIDENCE[name] === 'reached' ? statistic >= threshold : statistic < threshold);
      }),
      { numRuns: 30 },
    );
  });
});
