import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { logit, sigmoid } from '../../core/math/sigmoid.ts';
import { comparePaired } from '../../core/monitor/performance/compare-paired.ts';
import { type GateCase, judgeChallenger, judgeRecalibrated } from './gate.ts';

/** Champion and challenger by F1 alone. */
function scored(champion: number | null, challenger: number): GateCase {
  return {
    champion: champion === null ? null : { version: 'old', f1: champion },
    challenger: { version: 'new', f1: challenger },
    comparison: null,
  };
}

/** Both on `rows` rows: the champion is wrong on each row of a cycle of ten below `old`, the challenger below `young`. */
function compared(rows: number, old: number, young: number): GateCase {
  const labels = Float64Array.from({ length: rows }, (_, row) => row % 2);
  const wrongBelow = (most: number) =>
    labels.map((label, row) => (Math.floor(row / 2) % 10 < most ? 1 - label : label) * 0.8 + 0.1);
  const options = { seed: 0, alpha: 0.05 };
  const comparison = comparePaired(labels, wrongBelow(old), 0.5, wrongBelow(young), 0.5, options);
  return {
    champion: { version: 'old', f1: comparison.f1?.champion ?? 0 },
    challenger: { version: 'new', f1: comparison.f1?.challenger ?? 0 },
    comparison,
  };
}

describe('judgeChallenger', () => {
  it('accepts the first model whatever it scores and whatever the rule', () => {
    for (const rule of ['not-worse', 'better', 'always', 'sequential'] as const)
      expect(judgeChallenger(rule, scored(null, 0))).toMatchObject({ accepted: true, shadow: false });
  });

  it('accepts by not-worse an equal or better model and refuses a worse one', () => {
    expect(judgeChallenger('not-worse', scored(0.5, 0.5)).accepted).toBe(true);
    expect(judgeChallenger('not-worse', scored(0.5, 0.6)).accepted).toBe(true);
    expect(judgeChallenger('not-worse', scored(0.5, 0.4999)).accepted).toBe(false);
    expect(judgeChallenger('not-worse', scored(0.5, Number.NaN)).accepted).toBe(false);
  });

  it('accepts by always a worse model', () => {
    expect(judgeChallenger('always', scored(0.9, 0.1)).accepted).toBe(true);
  });

  it('accepts by better only what the rows show to be better', () => {
    expect(judgeChallenger('better', compared(2000, 4, 1)).accepted).toBe(true);
    expect(judgeChallenger('better', compared(2000, 1, 4)).accepted).toBe(false);
    const few = compared(20, 4, 3);
    expect(few.challenger.f1).toBeGreaterThan(few.champion?.f1 ?? 1);
    expect(judgeChallenger('better', few).accepted).toBe(false);
    expect(judgeChallenger('not-worse', few).accepted).toBe(true);
  });

  it('refuses a model that gives every client the same risk, however high its F1, and one that ranks them backwards', () => {
    const labels = Float64Array.from({ length: 200 }, (_, row) => Number(row % 2 === 0));
    const flat = labels.map(() => 0.5);
    const backwards = labels.map((label) => 0.9 - 0.8 * label);
    const of = (champion: Float64Array, challenger: Float64Array): GateCase => {
      const comparison = comparePaired(labels, champion, 0.6, challenger, 0.4, { seed: 0, alpha: 0.05 });
      return { ...scored(comparison.f1?.champion ?? 0, comparison.f1?.challenger ?? 0), comparison };
    };
    const weak = labels.map((label, row) => (row % 5 === 0 ? 0.7 - 0.4 * label : 0.3 + 0.4 * label));
    for (const rule of ['not-worse', 'better', 'sequential'] as const) {
      for (const given of [of(backwards, flat), of(weak, flat)]) {
        expect(judgeChallenger(rule, given)).toMatchObject({ accepted: false, shadow: false });
      }
      const shadow = rule === 'sequential';
      expect(judgeChallenger(rule, of(weak, backwards))).toMatchObject({ accepted: false, shadow });
    }
    expect(of(backwards, flat).challenger.f1).toBeGreaterThan(0.6);
    expect(judgeChallenger('not-worse', of(backwards, weak)).accepted).toBe(true);
    expect(judgeChallenger('always', of(weak, flat)).accepted).toBe(true);
  });

  it('lets by sequential a model score beside the live one, but not the live one beside itself', () => {
    const given = compared(200, 4, 1);
    expect(judgeChallenger('sequential', given)).toMatchObject({ accepted: false, shadow: true });
    const same = { ...given, challenger: { version: 'old', f1: given.champion?.f1 ?? 0 } };
    expect(judgeChallenger('sequential', same)).toMatchObject({ accepted: false, shadow: false });
    expect(judgeChallenger('better', same).reason).toContain('the deployed one again');
  });

  it('takes the challenger where the champion has learned from those who are held out now', () => {
    const given = compared(200, 1, 4);
    const window = { kind: 'all', clients: 50, since: null, trained: 40 } as const;
    const worse: GateCase = { ...given, comparison: given.comparison && { ...given.comparison, window } };
    for (const rule of ['not-worse', 'better'] as const) {
      expect(judgeChallenger(rule, worse)).toMatchObject({
        accepted: true,
        reason: expect.stringContaining('has learned from 40 of the 50 clients that are held out now'),
      });
    }
    expect(judgeChallenger('sequential', worse)).toMatchObject({ accepted: false, shadow: true });
  });

  it('tells the rows, both scores, and the difference with its interval', () => {
    const { reason } = judgeChallenger('not-worse', compared(2000, 4, 1));
    expect(reason).toMatch(
      /^The retrained model is not worse\. F1 0\.9 against 0\.6, 0\.3 higher \(95 % interval of the difference 0\.\d+ to 0\.\d+, p = \S+\); ROC AUC .* \(on the same 2,000 test rows; 1,000 left\)\.$/,
    );
    const few = judgeChallenger('not-worse', compared(30, 4, 1)).reason;
    expect(few).toContain('(too few leavers for an interval: 15 of the 20 needed, p = ');
    const none = comparePaired(new Float64Array(4), new Float64Array(4), 0.5, new Float64Array(4), 0.5, {
      seed: 0,
      alpha: 0.05,
    });
    const undefinedF1 = { ...scored(0, 0), comparison: none };
    expect(judgeChallenger('not-worse', undefinedF1)).toMatchObject({
      accepted: true,
      reason: expect.stringContaining('do not define F1'),
    });
    expect(judgeChallenger('better', undefinedF1).accepted).toBe(false);
  });
});

describe('after a dated change', () => {
  const all = { kind: 'all', clients: 200, since: null, trained: null } as const;
  const changed = { ...all, kind: 'changed', at: '2026-05-12T00:00:00.000Z' } as const;
  const of = (window: typeof all | typeof changed, isDated = true): GateCase => {
    const given = compared(2000, 4, 1);
    const { comparison } = given;
    if (comparison === null) throw new Error('They were compared.');
    return { ...given, comparison: { ...comparison, window }, isDated };
  };

  it('refuses a better model while the rows since then are too few to judge by, and says so', () => {
    for (const rule of ['not-worse', 'better'] as const) {
      const verdict = judgeChallenger(rule, of(all));
      expect(verdict).toMatchObject({ accepted: false, shadow: false });
      expect(verdict.reason).toMatch(/^Too few rows have come since the change .* F1 /);
      expect(judgeChallenger(rule, of(changed)).accepted).toBe(true);
      expect(judgeChallenger(rule, of(all, false)).accepted).toBe(true);
    }
    expect(judgeChallenger('always', of(all)).accepted).toBe(true);
    expect(judgeChallenger('sequential', of(all)).shadow).toBe(true);
  });
});

describe('judgeRecalibrated', () => {
  const random = createRandom(3);
  const risks = Float64Array.from({ length: 600 }, () => sigmoid(-2.5 + random.normal()));
  const labels = risks.map((p) => Number(random.uniform() < sigmoid(logit(p) + 1.5)));
  const moved = (by: number) => risks.map((p) => sigmoid(logit(p) + by));
  const of = (by: number, threshold = sigmoid(logit(0.15) + by)) =>
    comparePaired(labels, risks, 0.15, moved(by), threshold, { seed: 0, alpha: 0.05 });

  it('lets moved risks that are nearer the truth take the place of the live ones, by every rule', () => {
    for (const rule of ['not-worse', 'better', 'sequential', 'always'] as const)
      expect(judgeRecalibrated(rule, of(1.5))).toMatchObject({ rule, accepted: true, shadow: false });
    expect(judgeRecalibrated('sequential', of(1.5)).reason).toMatch(/takes its place\. F1 .* Brier score /);
  });

  it('waits while the rows since then are too few, and says so', () => {
    const window = { kind: 'recent', clients: 90, since: 'old', trained: null } as const;
    const early = { ...of(1.5), window };
    for (const rule of ['not-worse', 'better', 'sequential'] as const) {
      const verdict = judgeRecalibrated(rule, early);
      expect(verdict.accepted).toBe(false);
      expect(verdict.reason).toMatch(/^The live model .* place\. Too few rows have come since .* then\. F1 /);
    }
    expect(judgeRecalibrated('always', early).accepted).toBe(true);
  });

  it('refuses risks that are moved the wrong way, and a threshold at which F1 falls by more than chance', () => {
    for (const rule of ['not-worse', 'better', 'sequential'] as const) {
      expect(judgeRecalibrated(rule, of(-1)).accepted).toBe(false);
      expect(judgeRecalibrated(rule, of(1.5, 0.95)).accepted).toBe(false);
    }
    expect(judgeRecalibrated('always', of(-1)).accepted).toBe(true);
  });
});
