import { expect, it } from 'vitest';
import { hashText } from '../values/hash-text.ts';
import { LevelSample } from './level-sample.ts';

it('holds a fair part of the levels, each with all of its rows', () => {
  const sample = new LevelSample<{ readonly text: string; rows: number }>(500);
  for (let row = 0; row < 60_000; row++) {
    const text = `level ${(row * 7919) % 20_000}`;
    sample.add(
      text,
      hashText(text),
      () => ({ text, rows: 0 }),
      (level) => level.rows++,
    );
  }
  const levels = sample.values();
  expect(levels.length).toBeGreaterThan(200);
  expect(levels.length).toBeLessThanOrEqual(500);
  expect(new Set(levels.map(({ rows }) => rows))).toEqual(new Set([3]));
});
