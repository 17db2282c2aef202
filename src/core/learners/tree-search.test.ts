import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextShape, shapeName, type TreeShape, type TreeWalk, type TriedShape } from './tree-search.ts';

/** Walks to the end with this loss of every shape; names in the order tried. */
function walk(lossOf: (shape: TreeShape) => number, symmetric = false, trees: TreeWalk = 'any'): string[] {
  const tried: TriedShape[] = [];
  const options = { trees, symmetric };
  for (let shape = nextShape(tried, options); shape !== null; shape = nextShape(tried, options)) {
    tried.push({ shape, loss: lossOf(shape) });
    if (tried.length > 30) throw new Error('The walk does not end.');
  }
  return tried.map(({ shape }) => shapeName(shape));
}

describe('nextShape', () => {
  it('grows to the largest trees where each step pays', () => {
    const names = ['trees-8', 'trees-16', 'trees-31', 'trees-64', 'trees-128'];
    expect(walk(({ leaves }) => 1 / leaves)).toEqual(names);
    expect(walk(({ leaves }) => 1 / leaves, true)).toEqual([
      ...names,
      ...[16, 32, 64, 128].map((leaves) => `symmetric-trees-${leaves}`),
    ]);
  });

  it('tries small symmetric trees alone where rows are few, and none where they are fewer or may not be had', () => {
    expect(walk(({ leaves }) => leaves, true, 'small')).toEqual(['symmetric-trees-4', 'symmetric-trees-8']);
    expect(walk(({ leaves }) => leaves, false, 'small')).toEqual([]);
    expect(walk(({ leaves }) => leaves, true, 'none')).toEqual([]);
  });

  it('goes down to stumps where each step down pays', () => {
    expect(walk(({ leaves }) => leaves)).toEqual(['trees-8', 'trees-16', 'trees-4', 'trees-2']);
  });

  it('stops where neither side pays', () => {
    expect(walk(({ leaves }) => Math.abs(leaves - 31), true)).toEqual([
      'trees-8',
      'trees-16',
      'trees-31',
      'trees-64',
      'symmetric-trees-16',
      'symmetric-trees-32',
      'symmetric-trees-64',
    ]);
  });

  it('tries no shape twice and ends, whatever the losses', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 20, maxLength: 20 }),
        (losses) => {
          let k = 0;
          const names = walk(() => losses[k++ % losses.length] as number, true);
          expect(new Set(names).size).toBe(names.length);
        },
      ),
    );
  });
});
