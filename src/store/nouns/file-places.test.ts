import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countPlaces, parsePlaces, renderPlaces, slicePlaces } from './file-places.ts';

const numbersOf = (ranges: ReturnType<typeof parsePlaces>) =>
  ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, k) => first + k));

describe('a list of places', () => {
  it('is short where the numbers follow each other', () => {
    expect(renderPlaces([1, 2, 3, 7, 5, 6])).toBe('1-3,7,5-6');
    expect(renderPlaces([])).toBe('');
    expect(renderPlaces(Array.from({ length: 100_000 }, (_, k) => k + 1))).toBe('1-100000');
  });

  it('is read as it was written, whole and by pages', () => {
    const places = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 40 });
    fc.assert(
      fc.property(places, fc.nat(45), fc.nat(45), (numbers, offset, limit) => {
        const ranges = parsePlaces(renderPlaces(numbers));
        expect(numbersOf(ranges)).toEqual(numbers);
        expect(countPlaces(ranges)).toBe(numbers.length);
        expect(numbersOf(slicePlaces(ranges, { offset, limit }))).toEqual(
          numbers.slice(offset, offset + limit),
        );
      }),
    );
  });
});
