import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom, type Random } from '../../../base/random.ts';
import { evaluate } from '../../metrics/evaluate.ts';
import { expectedProfit } from '../../metrics/profit.ts';
import { baselineOf } from './baseline-bound.ts';
import { advanceMonitor, type MonitorState, startMonitor } from './monitor.ts';
import { readMonitor, readViews } from './reading.ts';
import { type MonitorRows, profitRange, type WatchedCampaign } from './row-losses.ts';

const CAMPAIGN: WatchedCampaign = {
  contactCost: 1,
  offerCost: 10,
  successRate: 0.3,
  clientValue: 200,
  contactShare: 0.1,
  mostValue: 200,
};
const { contactCost, offerCost, successRate } = CAMPAIGN;

/** Calibrated scores; a share `broken` of the labels is drawn anew without regard to the score. */
function rowsOf(count: number, random: Random, broken = 0): MonitorRows {
  const labels = new Float64Array(count);
  const probabilities = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const p = 1 / (1 + Math.exp(1.2 - 1.8 * random.normal()));
    probabilities[i] = p;
    labels[i] = random.uniform() < (random.uniform() < broken ? 0.3 : p) ? 1 : 0;
  }
  return { labels, probabilities, threshold: 0.5 };
}

function slice(rows: MonitorRows, from: number, to: number): MonitorRows {
  const { labels, probabilities } = rows;
  return { ...rows, labels: labels.slice(from, to), probabilities: probabilities.slice(from, to) };
}

function start(
  heldOut: MonitorRows,
  options: Partial<Parameters<typeof startMonitor>[0]> = {},
): MonitorState {
  const evaluation = evaluate(heldOut.labels, heldOut.probabilities, heldOut.threshold, {
    campaign: { value: 200, contactCost, offerCost, successRate },
  });
  const baseline = baselineOf(evaluation, profitRange(CAMPAIGN));
  return startMonitor({
    baseline,
    alpha: 0.05,
    tolerance: 0.02,
    rowsPerFalseAlarm: 100_000,
    campaign: CAMPAIGN,
    ...options,
  });
}

const HELD_OUT = rowsOf(2000, createRandom(1));
const STARTED = start(HELD_OUT);

describe('a watch', () => {
  it('starts from the deviation over rows, also that of a score of an older version, told by its interval', () => {
    const { labels, probabilities, threshold } = HELD_OUT;
    const { confusion, deviations, metrics } = evaluate(labels, probabilities, threshold);
    const { value = 0, rows = 0 } = metrics.brier ?? {};
    const known = baselineOf({ confusion, metrics, ...(deviations === undefined ? {} : { deviations }) });
    expect(known.brier).toEqual({ mean: value, deviation: deviations?.brier, rows });
    const half = (1.959963984540054 * (deviations?.brier ?? 0)) / Math.sqrt(rows);
    const older = { value, low: value - half, high: value + half, level: 0.95, rows };
    const back = baselineOf({ confusion, metrics: { brier: older, profit: null } });
    expect(back.brier?.deviation).toBeCloseTo(deviations?.brier ?? 0, 12);
  });

  it('is the same, bit for bit, however the rows are split and kept as JSON between', () => {
    const rows = rowsOf(5000, createRandom(2), 0.1);
    const whole = advanceMonitor(STARTED, rows);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 5 }), (cuts) => {
        const ends = [...cuts, 5000].sort((a, b) => a - b);
        let state = STARTED;
        let from = 0;
        for (const to of ends) {
          state = JSON.parse(JSON.stringify(advanceMonitor(state, slice(rows, from, to))));
          from = to;
        }
        expect(state).toEqual(whole);
      }),
      { numRuns: 30 },
    );
  });

  it('reckons the e-process and the detector of F1 as their definitions do', () => {
    const rows = rowsOf(300, createRandom(3), 0.3);
    const state = advanceMonitor(STARTED, rows);
    const f0 = state.f1.promise.line ?? Number.NaN;
    const m0 = f0 / (2 - f0);
    const bets = [0.02, 0.05, 0.1, 0.2, 0.4].map((stake) => stake / (1 - m0));
    const wealth = bets.map(() => 1);
    const detector = bets.map(() => 0);
    for (let i = 0; i < 300; i++) {
      const [y, d] = [rows.labels[i] === 1, (rows.probabilities[i] ?? 0) > 0.5];
      const z = 2 * Number(y && d) - f0 * (2 * Number(y && d) + Number(y !== d));
      const x = (z + f0) / (2 - f0);
      bets.forEach((bet, k) => {
        wealth[k] = (wealth[k] ?? 0) * (1 - bet * (x - m0));
        detector[k] = (1 - bet * (x - m0)) * ((detector[k] ?? 0) + 1);
      });
    }
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    const { f1 } = readMonitor(state);
    expect(f1.eLog10).toBeCloseTo(Math.log10(mean(wealth)), 9);
    expect(f1.detectorLog10).toBeCloseTo(Math.log10(mean(detector)), 9);
  });

  it('sees F1, Brier score and profit that the evaluation sees', () => {
    const rows = rowsOf(500, createRandom(4));
    const reading = readMonitor(advanceMonitor(STARTED, rows));
    const terms = { value: 200, contactCost, offerCost, successRate };
    const wanted = evaluate(rows.labels, rows.probabilities, 0.5).metrics;
    const profit = expectedProfit(rows.labels, rows.probabilities, 0.5, terms, 0.95);
    expect(reading.f1.observed).toBeCloseTo(wanted.f1?.value ?? 0, 12);
    expect(reading.brier.observed).toBeCloseTo(wanted.brier?.value ?? 0, 12);
    expect(reading.profit?.observed).toBeCloseTo(profit?.value ?? 0, 9);
    for (const { low, high, observed } of [reading.f1, reading.brier]) {
      expect(low).toBeLessThan(observed ?? 0);
      expect(high).toBeGreaterThan(observed ?? 1);
    }
  });

  it('raises every alarm when the labels break, and names the row once and for all', () => {
    const broken = rowsOf(4000, createRandom(5), 0.6);
    const first = readMonitor(advanceMonitor(STARTED, broken));
    const healed = advanceMonitor(advanceMonitor(STARTED, broken), rowsOf(20_000, createRandom(6)));
    for (const metric of ['f1', 'brier', 'profit'] as const) {
      expect(first[metric]).toMatchObject({ alarm: true, worseThanPromised: true });
      expect(readMonitor(healed)[metric]?.alarmAt).toBe(first[metric]?.alarmAt);
      expect(first[metric]?.alarmAt).toBeGreaterThan(1);
      expect(first[metric]?.sentence).toMatch(/Worse than the held-out rows allow .*: sure since row \d/);
    }
  });

  it('keeps its numbers finite over half a million rows, worse and better than promised', () => {
    const worse = advanceMonitor(STARTED, rowsOf(100_000, createRandom(7), 0.9));
    expect(readMonitor(worse).brier.eLog10).toBeGreaterThan(700);
    expect(readMonitor(worse).brier.detectorLog10).toBeGreaterThan(700);
    const better = advanceMonitor(worse, rowsOf(400_000, createRandom(8)));
    const { f1, brier } = readMonitor(better);
    for (const { eLog10, detectorLog10 } of [f1, brier]) {
      expect(Number.isFinite(eLog10)).toBe(true);
      expect(Number.isFinite(detectorLog10)).toBe(true);
    }
    expect(JSON.stringify(better)).not.toContain('null,null');
  });

  it('passes over rows without a label', () => {
    const rows = rowsOf(200, createRandom(9));
    const labels = Float64Array.from({ length: 400 }, (_, i) =>
      i % 2 === 0 ? (rows.labels[i / 2] ?? 0) : Number.NaN,
    );
    const probabilities = Float64Array.from({ length: 400 }, (_, i) =>
      i % 2 === 0 ? (rows.probabilities[i / 2] ?? 0) : Number.NaN,
    );
    expect(advanceMonitor(STARTED, { labels, probabilities, threshold: 0.5 })).toEqual(
      advanceMonitor(STARTED, rows),
    );
    expect(advanceMonitor(STARTED, slice(rows, 0, 0))).toEqual(STARTED);
  });

  it('refuses a probability that is none', () => {
    const rows = { labels: Float64Array.of(1), probabilities: Float64Array.of(Number.NaN), threshold: 0.5 };
    expect(() => advanceMonitor(STARTED, rows)).toThrow(/probability of row 1 is NaN/);
    expect(() => start(HELD_OUT, { alpha: 0 })).toThrow(/alpha 0/);
  });

  it('promises nothing from five held-out rows, and says how many would do', () => {
    const state = advanceMonitor(start(slice(HELD_OUT, 0, 5)), rowsOf(500, createRandom(10), 1));
    const { f1, brier } = readMonitor(state);
    expect(f1).toMatchObject({ alarm: false, worseThanPromised: false, eValue: null });
    expect(f1.sentence).toMatch(/5 held-out rows are too few to say what F1 to expect; about \d+/);
    expect(brier.sentence).toContain('about 100 would do');
    expect(f1.promise.rowsNeeded).toBeGreaterThan(50);
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });

  it('promises less from fewer held-out rows', () => {
    const lines = [200, 500, 2000].map((count) => {
      const { f1, brier, profit } = start(slice(HELD_OUT, 0, count));
      const gap = ({ value, bound }: typeof f1.promise) => Math.abs((value ?? 0) - (bound ?? 0));
      return [gap(f1.promise), gap(brier.promise), gap((profit ?? f1).promise)];
    });
    for (let k = 0; k < 3; k++) {
      expect(lines[0]?.[k]).toBeGreaterThan(lines[1]?.[k] ?? 1);
      expect(lines[1]?.[k]).toBeGreaterThan(lines[2]?.[k] ?? 1);
    }
  });

  it('asks for more as rows show more, and so notices a change that a small baseline would hide', () => {
    const random = createRandom(21);
    const state = start(slice(HELD_OUT, 0, 300));
    const healthy = advanceMonitor(state, rowsOf(20_000, random));
    const reading = readMonitor(healthy);
    const broken = rowsOf(6000, random, 0.25);
    for (const metric of ['f1', 'profit'] as const) {
      const { promise, shown, observed } = reading[metric] ?? expect.fail('No reading');
      expect(shown).toBeGreaterThan((promise.line ?? 1) + 0.02);
      expect(shown).toBeLessThan(observed ?? 0);
    }
    expect(reading.brier.shown).toBeLessThan(reading.brier.promise.line ?? 0);
    expect(reading.f1).toMatchObject({ alarm: false, promise: state.f1.promise });
    expect(reading.f1.sentence).toContain('Not shown to be worse than the held-out rows allow');
    expect(readMonitor(advanceMonitor(healthy, broken)).f1).toMatchObject({
      alarm: true,
      worseThanPromised: false,
    });
    expect(readMonitor(advanceMonitor(state, broken)).f1.alarm).toBe(false);
  });

  it('shows of each metric all but its detector', () => {
    const state = advanceMonitor(STARTED, rowsOf(50, createRandom(11)));
    const { shown, detectorLog10, detectorLevelLog10, alarm, alarmAt, ...f1 } = readMonitor(state).f1;
    expect(readViews(state).f1).toEqual(f1);
    expect([shown, detectorLog10, detectorLevelLog10]).not.toContain(null);
    expect([alarm, alarmAt]).toEqual([false, null]);
  });

  it('keeps its false alarms and its claims within what it promised, the baseline being estimated', () => {
    let [alarms, claims] = [0, 0];
    const runs = 200;
    for (let run = 0; run < runs; run++) {
      const random = createRandom(77, run);
      const state = start(rowsOf(400, random), { tolerance: 0, rowsPerFalseAlarm: 20_000 });
      const { f1, brier, profit } = readMonitor(advanceMonitor(state, rowsOf(4000, random)));
      alarms += Number(f1.alarm);
      claims += Number(f1.worseThanPromised || brier.worseThanPromised || profit?.worseThanPromised);
    }
    // 4,000 of 20,000 rows and 2.5 % of bad baselines: some 22 % at most; three claims at 5 % each.
    expect(alarms / runs).toBeLessThan(0.22);
    expect(claims / runs).toBeLessThan(0.15);
  });
});
