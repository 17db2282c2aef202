import { describe, expect, it } from 'vitest';
import { editDistance, nearestName, nearestNames } from './nearest.ts';

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

describe('nearestNames', () => {
  it('gives the nearest first, and no more than asked for', () => {
    const ids = ['7590-VHVEH', 'x', '7590-vhveg', '7590-VHVE', '0000-AAAAA', '7590-VHXXX'];
    expect(nearestNames('7590-VHVEG', ids, 3)).toEqual(['7590-vhveg', '7590-VHVEH', '7590-VHVE']);
    expect(nearestNames('7590-VHVEG', new Set(ids), 1)).toEqual(['7590-vhveg']);
    expect(nearestNames('something else', ids, 3)).toEqual([]);
    expect(nearestNames('x', [], 3)).toEqual([]);
  });
});
