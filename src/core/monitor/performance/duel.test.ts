import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import { advanceDuel, type DuelLoss, type DuelRows, readDuel, startDuel } from './duel.ts';

/** Two models of the same rows: `noise` hides the truth from each. */
function rowsOf(count: number, seed: number, noise: { champion: number; challenger: number }): DuelRows {
  const random = createRandom(seed);
  const labels = new Float64Array(count);
  const champion = new Float64Array(count);
  const challenger = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const margin = 1.8 * random.normal() - 1;
    labels[i] = Number(random.uniform() < 1 / (1 + Math.exp(-margin)));
    champion[i] = 1 / (1 + Math.exp(-margin - noise.champion * random.normal()));
    challenger[i] = 1 / (1 + Math.exp(-margin - noise.challenger * random.normal()));
  }
  return { labels, champion, challenger, championThreshold: 0.4, challengerThreshold: 0.4 };
}

function slice(rows: DuelRows, from: number, to: number): DuelRows {
  const { labels, champion, challenger } = rows;
  return {
    ...rows,
    labels: labels.slice(from, to),
    champion: champion.slice(from, to),
    challenger: challenger.slice(from, to),
  };
}

const OPTIONS = { alpha: 0.05, f1: 0.6 };

describe('a duel', () => {
  it('is the same, bit for bit, however the rows are split and kept as JSON between', () => {
    const rows = rowsOf(700, 1, { champion: 1, challenger: 0.5 });
    const whole = advanceDuel(startDuel(OPTIONS), rows);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 700 }), fc.integer({ min: 0, max: 700 }), (a, b) => {
        const [first, second] = [Math.min(a, b), Math.max(a, b)];
        let state = startDuel(OPTIONS);
        for (const [from, to] of [[0, first] as const, [first, second] as const, [second, 700] as const])
          state = JSON.parse(JSON.stringify(advanceDuel(state, slice(rows, from, to))));
        expect(state).toEqual(whole);
      }),
      { numRuns: 20 },
    );
  });

  it('gathers the evidence of its definition', () => {
    const rows = rowsOf(400, 2, { champion: 1.5, challenger: 0.5 });
    const reading = readDuel(advanceDuel(startDuel(OPTIONS), rows));
    const bets = [0.04, 0.1, 0.2, 0.4, 0.8];
    const evidence = { f1: [1, 1, 1, 1, 1], brier: [1, 1, 1, 1, 1] };
    for (let i = 0; i < 400; i++) {
      const [y, old, young] = [rows.labels[i] ?? 0, rows.champion[i] ?? 0, rows.challenger[i] ?? 0];
      const utility = (p: number) => Number(p > 0.4) * (2 * y - 0.6);
      const advantage = {
        f1: (utility(young) - utility(old)) / 1.4,
        brier: (old - y) ** 2 - (young - y) ** 2,
      };
      for (const loss of ['f1', 'brier'] as const)
        evidence[loss] = evidence[loss].map((wealth, k) => wealth * (1 + (bets[k] ?? 0) * advantage[loss]));
    }
    for (const loss of ['f1', 'brier'] as const) {
      const mean = evidence[loss].reduce((a, b) => a + b, 0) / 5;
      expect(reading[loss].betterLog10).toBeCloseTo(Math.log10(mean), 10);
    }
  });

  it.each(['f1', 'brier'] as const)(
    'promotes the better challenger and retires the worse, by %s',
    (decides: DuelLoss) => {
      const better = rowsOf(6000, 3, { champion: 2, challenger: 0.2 });
      const won = readDuel(advanceDuel(startDuel({ ...OPTIONS, decides }), better));
      expect(won).toMatchObject({ outcome: 'promote', decides, rows: 6000 });
      expect(won.decidedAt).toBeLessThan(6000);
      expect(won[decides].low).toBeGreaterThan(0);
      const swapped = { ...better, champion: better.challenger, challenger: better.champion };
      const lost = readDuel(advanceDuel(startDuel({ ...OPTIONS, decides }), swapped));
      expect(lost).toMatchObject({ outcome: 'retire', decidedAt: won.decidedAt });
      expect(lost.reason).toContain('the challenger is worse');
    },
  );

  it('keeps its first decision whatever comes after', () => {
    const won = advanceDuel(startDuel(OPTIONS), rowsOf(6000, 4, { champion: 2, challenger: 0.2 }));
    const later = advanceDuel(won, rowsOf(20_000, 5, { champion: 0.2, challenger: 3 }));
    expect(readDuel(later)).toMatchObject({ outcome: 'promote', decidedAt: readDuel(won).decidedAt });
    expect(readDuel(later).f1.worseAt).not.toBeNull();
  });

  it('stays undecided between a model and itself, and without rows', () => {
    expect(readDuel(startDuel(OPTIONS))).toMatchObject({ outcome: 'undecided', decidedAt: null, rows: 0 });
    const rows = rowsOf(2000, 6, { champion: 1, challenger: 1 });
    const reading = readDuel(advanceDuel(startDuel(OPTIONS), { ...rows, challenger: rows.champion }));
    expect(reading).toMatchObject({ outcome: 'undecided' });
    expect(reading.f1).toMatchObject({ advantage: 0, betterLog10: 0, worseLog10: 0 });
    expect(reading.reason).toContain('evidence 1 for better and 1 for worse, 20 is needed');
  });

  it('decides falsely in fewer runs than it says, looked at after every row', () => {
    const runs = 300;
    let [promoted, retired] = [0, 0];
    for (let run = 0; run < runs; run++) {
      const rows = rowsOf(1000, 500 + run, { champion: 1, challenger: 1 });
      const { f1 } = readDuel(advanceDuel(startDuel({ alpha: 0.1, f1: 0.6 }), rows));
      promoted += Number(f1.betterAt !== null);
      retired += Number(f1.worseAt !== null);
    }
    expect(promoted / runs).toBeLessThan(0.1);
    expect(retired / runs).toBeLessThan(0.1);
    expect(promoted + retired).toBeGreaterThan(0);
  });

  it('refuses an alpha or F1 out of range', () => {
    expect(() => startDuel({ alpha: 1, f1: 0.5 })).toThrow(/alpha 1/);
    expect(() => startDuel({ alpha: 0.1, f1: Number.NaN })).toThrow(/F1 of NaN/);
  });
});
