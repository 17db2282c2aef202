import { describe, expect, it } from 'vitest';
import { judgeChallenger } from './gate.ts';

describe('judgeChallenger', () => {
  it('accepts the first model whatever it scores', () => {
    expect(judgeChallenger('not-worse', null, 0).accepted).toBe(true);
  });
  it('accepts an equal or better model and refuses a worse one', () => {
    expect(judgeChallenger('not-worse', 0.5, 0.5).accepted).toBe(true);
    expect(judgeChallenger('not-worse', 0.5, 0.6).accepted).toBe(true);
    expect(judgeChallenger('not-worse', 0.5, 0.4999).accepted).toBe(false);
  });
  it('accepts a worse model where the rule is always, and refuses one without a score otherwise', () => {
    expect(judgeChallenger('always', 0.9, 0.1).accepted).toBe(true);
    expect(judgeChallenger('not-worse', 0.5, Number.NaN).accepted).toBe(false);
  });
});
