import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { arrayOf, createCodec, shapeOf } from './codec.ts';

interface Weight {
  readonly grams: number;
  readonly places: readonly number[];
}

const schema = shapeOf<Weight>({ grams: z.number(), places: arrayOf(z.number()) });
const upgrades = [
  (ounces: unknown) => ({ grams: Number(ounces) * 28 }),
  (first: unknown) => Object.assign({ places: [] }, first),
] as const;
const codec = createCodec<Weight>({ name: 'weight', schema, upgrades, remedy: 'Weigh it again.' });
const value: Weight = { grams: 5, places: [1, 2] };

describe('a codec', () => {
  it('names the format, which does not come back', () => {
    expect(codec.encode(value)).toEqual({ format: 'tidewatch-weight/2', ...value });
    expect(codec.decode(codec.encode(value), 'It')).toEqual(value);
  });

  it('brings older versions up to date, also what names no format', () => {
    expect(codec.decode({ format: 'tidewatch-weight/1', grams: 7 }, 'It')).toEqual({ grams: 7, places: [] });
    expect(codec.decode(2, 'It')).toEqual({ grams: 56, places: [] });
  });

  it('leaves what it does not know where it is, a format of another kind too', () => {
    const plain = createCodec<Weight>({ name: 'plain', schema, upgrades: [(older) => older] });
    const strange = { format: 'onnx', more: [null], ...value };
    expect(JSON.stringify(plain.decode(strange, 'It'))).toBe(JSON.stringify(strange));
  });

  it.each([
    [
      { format: 'tidewatch-weight/3', ...value },
      /^The apple cannot .*weight\/3".*newer.*weight\/2".*Upgrade/,
    ],
    [
      { format: 'tidewatch-height/1', ...value },
      /^The apple cannot .*tidewatch-height\/1".*Weigh it again\.$/,
    ],
    [
      { format: 'tidewatch-weight/2', grams: 'x', places: [] },
      /^The apple cannot .*grams.*Weigh it again\.$/,
    ],
    [{ format: 'tidewatch-weight/2', grams: 1, places: ['x'] }, /^The apple cannot .*places/],
    [{ format: 'tidewatch-weight/2', places: [] }, /^The apple cannot .*grams/],
  ])('refuses %j and says why', (json, message) => {
    expect(() => codec.decode(json, 'The apple')).toThrowError(
      expect.objectContaining({ code: 'record-invalid', message: expect.stringMatching(message) }),
    );
  });
});
