import { describe, expect, it } from 'vitest';
import { hashText } from '../values/hash-text.ts';
import { DistinctSketch } from './distinct-sketch.ts';

describe('DistinctSketch', () => {
  it.each([10, 3_000, 20_000, 300_000])('counts %i distinct texts within six standard errors', (count) => {
    const sketch = new DistinctSketch();
    for (let i = 0; i < count; i++) {
      sketch.add(hashText(`client ${i}`));
      if (i % 3 === 0) sketch.add(hashText(`client ${i}`));
    }
    expect(Math.abs(sketch.estimate() / count - 1)).toBeLessThan(0.1);
  });
});
