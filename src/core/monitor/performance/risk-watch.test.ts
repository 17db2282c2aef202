import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import { countRisks, type RiskHistogram } from '../calibration/risk-histogram.ts';
import type { AlarmBudget } from './risk-sentence.ts';
import { advanceRiskWatch, type RiskWatch, readRiskWatch, startRiskWatch } from './risk-watch.ts';

/** Calibrated risks; labels of odds `times` as high, or with `blind` of the risks of others. */
function risksOf(count: number, seed: number, { times = 1, blind = false } = {}): RiskHistogram {
  const random = createRandom(seed);
  const draw = () => random.normal() - 1.2;
  const odds = Float64Array.from({ length: count }, draw);
  const labels = odds.map((l) => {
    const own = blind ? draw() : l;
    return Number(random.uniform() < 1 / (1 + Math.exp(-own - Math.log(times))));
  });
  return countRisks(
    odds.map((l) => 1 / (1 + Math.exp(-l))),
    labels,
  );
}

const YEARS: AlarmBudget = { unit: 'years', years: 5 };
const ROWS: AlarmBudget = { unit: 'rows', rows: 20_000 };
const SINCE = '2026-01-01T00:00:00.000Z';
const HELD_OUT = risksOf(1000, 1);
const day = (days: number) => new Date(Date.parse(SINCE) + days * 86_400_000).toISOString();
const start = (budget: AlarmBudget = YEARS): RiskWatch =>
  startRiskWatch({ deployment: 'd', since: SINCE, heldOut: HELD_OUT, budget });
const kept = (watch: RiskWatch): RiskWatch => JSON.parse(JSON.stringify(watch));

describe('a watch of risks', () => {
  it('weighs all days once, however they are split into looks, and is kept as JSON between', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 12 }), (found) => {
        const days = [...found].sort((a, b) => a - b);
        let watch = start();
        for (const [at, now] of days.entries()) {
          watch = kept(advanceRiskWatch(watch, risksOf(20, 50 + at), { now: day(now), budget: YEARS }));
        }
        const least = days.filter((each, at) => each === (days[at - 1] ?? 0)).length * (10 / 1440);
        expect(watch.detector.weight).toBeCloseTo((days.at(-1) ?? 0) + least, 9);
        expect(watch.detector.looks).toBe(days.length);
        expect(new Set(watch.days.map((each) => each.day)).size).toBe(watch.days.length);
      }),
      { numRuns: 25 },
    );
  });

  it('gives the time of a look without outcomes to the next one, and none where the clock is set back', () => {
    const none = risksOf(0, 0);
    const idle = advanceRiskWatch(start(), none, { now: day(6), budget: YEARS });
    expect(idle).toEqual(start());
    const looked = advanceRiskWatch(idle, risksOf(50, 2), { now: day(7), budget: YEARS });
    expect(looked.detector.weight).toBe(7);
    const back = advanceRiskWatch(looked, risksOf(50, 3), { now: day(2), budget: YEARS });
    expect(back.detector.weight).toBeCloseTo(7 + 10 / 1440, 12);
    expect(back.lookedAt).toBe(day(7));
    const on = advanceRiskWatch(back, risksOf(50, 4), { now: day(9), budget: YEARS });
    expect(on.detector.weight).toBeCloseTo(9 + 10 / 1440, 12);
  });

  it('weighs rows where the budget is in rows', () => {
    const watch = advanceRiskWatch(start(ROWS), risksOf(120, 2), { now: day(30), budget: ROWS });
    expect(watch.detector).toMatchObject({ weight: 120, perFalseAlarm: 20_000 });
    expect(readRiskWatch(watch, ROWS).budget).toBe(
      'On average at most one false alarm in 20,000 new outcomes, however often it is checked; 1 check in 120 outcomes so far.',
    );
  });

  it('says in words what it sees, what is expected, and how rare false alarms are', () => {
    expect(readRiskWatch(start(), YEARS)).toMatchObject({
      sentence: 'No new outcome has come since the model went live.',
      budget: 'On average at most one false alarm in 5 years, however often it is checked; not checked yet.',
      changedOn: null,
      alarmOn: null,
    });
    const watch = advanceRiskWatch(start(), risksOf(400, 7), { now: day(14), budget: YEARS });
    const { left, expected, sentence, budget } = readRiskWatch(watch, YEARS);
    expect(sentence).toBe(
      `No alarm: ${left} of 400 clients left, ${Math.round(expected)} expected by the risks that the model gives.`,
    );
    expect(budget).toContain('in 5 years, however often it is checked; 1 check in 14 days so far.');
  });

  it.each([
    ['base-rate', { times: 3 }, 'the overall rate of leaving; the order of the clients still holds.'],
    ['discrimination', { blind: true }, 'the model tells worse than before who leaves.'],
  ] as const)('names a change of %s, with its numbers and its days', (change, how, words) => {
    let watch = start();
    for (let week = 1; week <= 4; week++) {
      watch = advanceRiskWatch(watch, risksOf(200, 10 + week), { now: day(7 * week), budget: YEARS });
    }
    expect(readRiskWatch(watch, YEARS).alarm).toBe(false);
    for (let week = 5; week <= 12; week++) {
      watch = kept(
        advanceRiskWatch(watch, risksOf(200, 10 + week, how), { now: day(7 * week), budget: YEARS }),
      );
    }
    const risk = readRiskWatch(watch, YEARS);
    expect(risk).toMatchObject({ alarm: true, change, looks: 12, rows: 2400 });
    expect(risk.changedAt).toBeGreaterThanOrEqual(4);
    expect(risk.changedAt).toBeLessThanOrEqual(6);
    expect(risk.changedOn).toBe(day(7 * (risk.changedAt ?? 0)).slice(0, 10));
    expect(risk.alarmOn).toBe(day(7 * (risk.alarmAt ?? 0)).slice(0, 10));
    const { rows, left, expected } = risk.since ?? expect.fail('No rows since the change');
    expect(risk.sentence).toMatch(
      new RegExp(
        `^Outcomes no longer follow the risks that the model gives: ${left} of ${rows.toLocaleString('en')} clients left, ` +
          `${Math.round(expected)} expected \\(check ${risk.alarmAt} on \\d+ \\w+ 2026(, since about \\d+ \\w+ 2026)?\\)\\. ` +
          `What changed: ${words}$`,
      ),
    );
  });

  it('tells days from each other for years, and the oldest by halves', () => {
    let watch = start();
    for (let at = 1; at <= 900; at++) {
      watch = advanceRiskWatch(watch, risksOf(2, at), { now: day(at), budget: YEARS });
    }
    expect(watch.days.length).toBeLessThanOrEqual(400);
    expect(watch.days.at(-1)).toEqual({ day: day(900).slice(0, 10), look: 900 });
    expect(watch.days.every(({ look }, at) => look > (watch.days[at - 1]?.look ?? 0))).toBe(true);
    expect(JSON.stringify(watch).length).toBeLessThan(60_000);
  });

  it('takes a stricter or a laxer budget from the next look on', () => {
    const looked = advanceRiskWatch(start(), risksOf(100, 5, { times: 2 }), { now: day(7), budget: YEARS });
    expect(readRiskWatch(looked, YEARS).alarm).toBe(false);
    const laxer: AlarmBudget = { unit: 'years', years: 1e-4 };
    const watch = advanceRiskWatch(looked, risksOf(1, 6), { now: day(8), budget: laxer });
    expect(readRiskWatch(watch, laxer)).toMatchObject({ alarm: true, alarmAt: 2 });
  });
});
