import { describe, expect, it } from 'vitest';
import { isMeasureName, MEASURE_NAMES, MEASURES } from './measures.ts';

describe('the list of measures', () => {
  it('names each in lower case words, and says in a sentence what it is', () => {
    for (const name of MEASURE_NAMES) {
      expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(name.length).toBeLessThanOrEqual(64);
      expect(MEASURES[name].description).toMatch(/^[A-Z0-9].*\.$/);
    }
    const titles = MEASURE_NAMES.map((name) => MEASURES[name].title);
    expect(new Set(titles).size).toBe(titles.length);
  });

  it('knows its names, and none that every object has', () => {
    expect(isMeasureName('f1')).toBe(true);
    for (const name of ['', 'F1', 'toString', '__proto__', 'f2']) expect(isMeasureName(name)).toBe(false);
  });

  it('cannot be changed', () => {
    expect(Object.isFrozen(MEASURES)).toBe(true);
    expect(MEASURE_NAMES.every((name) => Object.isFrozen(MEASURES[name]))).toBe(true);
  });
});
