import { describe, expect, it } from 'vitest';
import type { ModelInput, SourceBatch } from '../columns/source-column.ts';
import type { Feature } from '../document/document.ts';
import { createTransform } from './transform.ts';
import { createUnseenCounter } from './unseen-values.ts';

const INPUTS: readonly ModelInput[] = [
  { name: 'usage', kind: 'numeric' },
  { name: 'plan', kind: 'categorical' },
  { name: 'vip', kind: 'categorical' },
  { name: 'unread', kind: 'categorical' },
];
/** As a model of an earlier version has them. */
const FEATURES: readonly Feature[] = [
  { kind: 'number', source: 'usage', missing: 0 },
  { kind: 'level', source: 'plan', level: 'Monthly ' },
  { kind: 'level', source: 'plan', level: 'Yearly' },
  { kind: 'level', source: 'plan', level: 'Yearly ' },
  { kind: 'category', source: 'vip', levels: ['False', 'TRUE', 'True'] },
];

function batchOf(plan: readonly (string | null)[], vip: readonly (string | null)[]): SourceBatch {
  const levels = ['Daily', 'Monthly', 'Weekly'];
  return {
    rows: plan.length,
    columns: [
      { kind: 'numeric', values: new Float64Array(plan.length) },
      { kind: 'categorical', levels, codes: Int32Array.from(plan, (text) => levels.indexOf(text ?? '')) },
      { kind: 'text', values: vip },
      { kind: 'text', values: plan },
    ],
  };
}

describe('levels of a model of an earlier version', () => {
  const featuresOf = (plan: string | null, vip: string | null): number[] =>
    createTransform(
      FEATURES,
      INPUTS,
    )({
      rows: 1,
      columns: [
        { kind: 'numeric', values: Float64Array.of(0) },
        { kind: 'text', values: [plan] },
        { kind: 'text', values: [vip] },
        { kind: 'text', values: [null] },
      ],
    }).map((values) => values[0] as number);

  it('are met as they are, and by their canonical form where that is no other level', () => {
    expect(featuresOf('Monthly ', 'True')).toEqual([0, 1, 0, 0, 2]);
    expect(featuresOf('Monthly', 'False')).toEqual([0, 1, 0, 0, 0]);
    expect(featuresOf('Yearly', '0')).toEqual([0, 0, 1, 0, 0]);
    expect(featuresOf('Yearly ', '1')).toEqual([0, 0, 0, 1, 1]);
    expect(featuresOf('monthly', 'true')).toEqual([0, 0, 0, 0, Number.NaN]);
  });
});

describe('values that a model does not know', () => {
  it('are counted by column, the most frequent ones named', () => {
    const counter = createUnseenCounter({ inputs: INPUTS, features: FEATURES });
    counter.add(batchOf(['Daily', 'Monthly', 'Weekly', null], ['1', '0', null, 'True']));
    counter.add(batchOf(['Weekly', 'Weekly'], ['1', '1']));
    expect(counter.columns()).toEqual([
      {
        column: 'plan',
        rows: 4,
        values: [
          { value: 'Weekly', rows: 3 },
          { value: 'Daily', rows: 1 },
        ],
      },
    ]);
  });

  it('are five at most by name, all by number', () => {
    const counter = createUnseenCounter({ inputs: INPUTS, features: FEATURES });
    const values = ['g', 'f', 'e', 'd', 'c', 'b', 'a'];
    counter.add(
      batchOf(
        values.map(() => null),
        values,
      ),
    );
    const [column] = counter.columns();
    expect(column?.rows).toBe(7);
    expect(column?.values.map(({ value }) => value)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });
});
