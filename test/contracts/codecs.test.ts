/** Promises of every codec of the state: what is kept comes back, old records too; what cannot be read is refused by name. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Codec } from '../../src/base/codec.ts';
import { checkCodecs } from '../../src/store/codecs/check-codecs.ts';
import { diagnosticsCodec } from '../../src/store/codecs/diagnostics-codec.ts';
import { duelCodec } from '../../src/store/codecs/duel-codec.ts';
import { estimateCodec, truthCodec } from '../../src/store/codecs/estimate-codecs.ts';
import { evaluationCodec, evaluationOutlineCodec } from '../../src/store/codecs/evaluation-codec.ts';
import { columnsCodec } from '../../src/store/codecs/snapshot-codec.ts';
import { watchCodecs } from '../../src/store/codecs/watch-codecs.ts';
import {
  diagnosticsOf,
  driftDetailsOf,
  duelOf,
  estimateOf,
  evaluationOf,
  foundTruth,
  GATE_DETAILS,
  watchStatesOf,
} from '../stored-values.ts';

interface Case {
  readonly name: string;
  readonly format: string;
  /** As the store would keep it and read it back. */
  readonly kept: (seed: number) => { readonly value: object; readonly json: object };
  readonly read: (json: unknown) => unknown;
}

function caseOf<T extends object>(name: string, codec: Codec<T>, make: (seed: number) => T): Case {
  return {
    name,
    format: codec.format,
    kept: (seed) => {
      const value = make(seed);
      return { value, json: JSON.parse(JSON.stringify(codec.encode(value))) as object };
    },
    read: (json) => codec.decode(json, `The ${name}`),
  };
}

const CASES: readonly Case[] = [
  caseOf('duel', duelCodec, duelOf),
  caseOf('evaluation', evaluationCodec, evaluationOf),
  caseOf('outline of an evaluation', evaluationOutlineCodec, (seed) => {
    const { curves: _, ...outline } = evaluationOf(seed);
    return outline;
  }),
  caseOf('watch of performance', watchCodecs.performance, (seed) => watchStatesOf(seed).performance),
  caseOf('watch of risks', watchCodecs.risks, (seed) => watchStatesOf(seed).risks),
  caseOf('deliveries', watchCodecs.inputs, (seed) => watchStatesOf(seed).inputs),
  caseOf('wait for outcomes', watchCodecs.waiting, (seed) => watchStatesOf(seed).waiting),
  caseOf('estimate', estimateCodec, estimateOf),
  caseOf('truth', truthCodec, foundTruth),
  caseOf('diagnostics', diagnosticsCodec, diagnosticsOf),
  caseOf('check of drift', checkCodecs.drift, driftDetailsOf),
  caseOf('check of the gate', checkCodecs.gate, () => GATE_DETAILS),
];

describe.each(CASES)('the codec of the $name', ({ name, format, kept, read }) => {
  it('gives back what was kept, with or without a format, in the same order', () => {
    fc.assert(
      fc.property(fc.nat(1000), (seed) => {
        const { value, json } = kept(seed);
        expect(json).toHaveProperty('format', format);
        expect(JSON.stringify(read(json))).toBe(JSON.stringify(value));
        // Version 0 is what was kept before records named their format.
        expect(read(value)).toEqual(value);
      }),
      { numRuns: 20 },
    );
  });

  it('refuses a newer format, and a damaged record, by name', () => {
    const { json } = kept(1);
    const refused = (what: RegExp) =>
      expect.objectContaining({ code: 'record-invalid', message: expect.stringMatching(what) });
    const newer = { ...json, format: format.replace(/\d+$/, '99') };
    expect(() => read(newer)).toThrowError(refused(new RegExp(`^The ${name} cannot be read.*Upgrade`)));
    for (const damaged of [
      { format },
      { format, ...Object.fromEntries(Object.keys(json).map((key) => [key, true])) },
    ]) {
      expect(() => read({ ...damaged, format })).toThrowError(
        refused(new RegExp(`^The ${name} cannot be read`)),
      );
    }
  });
});

describe('the codec of the columns of a snapshot', () => {
  const columns = [{ name: 'age', role: 'numeric', type: 'integer' }] as const;

  it('reads the list that older versions kept', () => {
    expect(columnsCodec.decode(columns, 'It')).toEqual({ columns });
    expect(columnsCodec.decode(columnsCodec.encode({ columns }), 'It')).toEqual({ columns });
    expect(() => columnsCodec.decode([{ name: 'age' }], 'The columns')).toThrowError(
      /^The columns cannot be read/,
    );
  });
});
