import { describe, expect, it } from 'vitest';
import { levelCounts } from './level-counts.ts';

describe('level counts', () => {
  const { init, add, read, answer } = levelCounts('x', 2);

  it('tell the most frequent levels apart and count the others together, whatever the codes of a batch', () => {
    const first = {
      kind: 'categorical',
      codes: Int32Array.of(0, 1, 1, -1, 2),
      levels: ['a', 'b', 'c'],
    } as const;
    const second = { kind: 'text', values: ['d', 'c', null, 'c'] } as const;
    const state = add(add(init(), [first], 5), [second], 4);
    expect(answer(state)).toEqual({
      missing: 2,
      levels: [
        { level: 'c', rows: 3 },
        { level: 'b', rows: 2 },
      ],
      other: { levels: 2, rows: 2 },
    });
  });

  it('order equal levels by their bytes, as databases do', () => {
    const values = ['👍', '\uff61', 'a'];
    const { levels } = answer(add(init(), [{ kind: 'text', values }], 3));
    expect(levels.map(({ level }) => level)).toEqual(['a', '\uff61']);
  });

  it('tell a level named as the others are from them', () => {
    const state = read([
      ['level', 'other', 1n, 4],
      ['missing', null, 1n, 2],
      ['other', null, 3n, 5],
    ]);
    expect(answer(state)).toEqual({
      missing: 2,
      levels: [{ level: 'other', rows: 4 }],
      other: { levels: 3, rows: 5 },
    });
  });
});
