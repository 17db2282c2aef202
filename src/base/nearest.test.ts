import { describe, expect, it } from 'vitest';
import { editDistance, nearestName } from './nearest.ts';

describe('editDistance', () => {
  it('counts insertions, deletions and substitutions', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('same', 'same')).toBe(0);
  });
});

describe('nearestName', () => {
  it('finds a misspelt key whatever its case', () => {
    expect(nearestName('input_folder', ['input_folder_path', 'output_folder_path'])).toBe(
      'input_folder_path',
    );
    expect(nearestName('THRESHHOLD', ['threshold', 'seed'])).toBe('threshold');
  });
  it('says nothing where nothing is near', () => {
    expect(nearestName('zebra', ['threshold', 'seed'])).toBeNull();
    expect(nearestName('x', [])).toBeNull();
  });
});
