import { describe, expect, it } from 'vitest';
import type { ModelInput, SourceBatch, SourceColumn } from '../../columns/source-column.ts';
import { buildReference } from './build-reference.ts';
import { createSegmentTallies } from './segment-tallies.ts';

const INPUTS: readonly ModelInput[] = [{ name: 'x', kind: 'numeric' }];
const batch = (values: readonly number[]): SourceBatch => ({
  rows: values.length,
  columns: [{ kind: 'numeric', values: Float64Array.from(values) }],
});
const reference = buildReference(INPUTS, [batch([1, 2, 3])]);
const texts = (values: readonly (string | null)[]): SourceColumn => ({ kind: 'text', values });

describe('createSegmentTallies', () => {
  it('keeps a tally for each segment, and one for rows without', () => {
    const tallies = createSegmentTallies(reference);
    tallies.add(batch([1, 2, 3, 9]), texts(['north', 'south', null, 'north']));
    tallies.add(batch([2]), { kind: 'categorical', codes: Int32Array.of(0), levels: ['south'] });
    const states = tallies.states();
    expect([...states].map(([name, { rows }]) => [name, rows])).toEqual([
      ['north', 2],
      ['south', 2],
      [null, 1],
    ]);
    expect(states.get('north')?.columns[0]).toMatchObject({ counts: [0, 1, 0, 0, 1], highest: 9 });
  });

  it('puts segments past the limit with the rows that have none', () => {
    const tallies = createSegmentTallies(reference, 2);
    tallies.add(batch([1, 2, 3, 1]), texts(['a', 'b', 'c', 'a']));
    expect([...tallies.states()].map(([name, { rows }]) => [name, rows])).toEqual([
      ['a', 2],
      ['b', 1],
      [null, 1],
    ]);
  });
});
