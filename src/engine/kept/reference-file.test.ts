import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type ReferenceSample, readReferenceSample, writeReferenceSample } from './reference-file.ts';
import { REFERENCE_FOLDER } from './references-folder.ts';

const home = mkdtempSync(join(tmpdir(), 'reference-'));
afterAll(() => rmSync(home, { recursive: true }));

const sample: ReferenceSample = {
  inputs: [
    { name: 'age', kind: 'numeric' },
    { name: 'naïve "plan"\n', kind: 'categorical' },
    { name: 'city', kind: 'categorical' },
  ],
  batch: {
    rows: 3,
    columns: [
      { kind: 'numeric', values: Float64Array.of(0.1 + 0.2, Number.NaN, -0) },
      { kind: 'categorical', codes: Int32Array.of(2, -1, 0), levels: ['a', 'never seen', 'ü'] },
      { kind: 'text', values: ['x', null, 'x'] },
    ],
  },
  labels: Float64Array.of(1, 0, 0),
  margins: Float64Array.of(800.5, -1e-300, 2),
  values: Float64Array.of(5, Number.NaN, 7),
  clients: BigUint64Array.of(2n ** 64n - 1n, 7n, 7n),
};
const pathOf = (output: string, model: string) => join(output, REFERENCE_FOLDER, `${model}.reference`);

describe('a reference sample', () => {
  it('comes back from its file bit by bit, with the levels that its rows have', () => {
    const output = join(home, 'whole');
    writeReferenceSample(output, 'abc', sample);
    const read = readReferenceSample(output, 'abc');
    if (read.kind === 'absent') throw new Error(read.reason);
    expect(read.sample).toEqual({
      ...sample,
      batch: {
        rows: 3,
        columns: [
          sample.batch.columns[0],
          { kind: 'categorical', codes: Int32Array.of(0, -1, 1), levels: ['ü', 'a'] },
          { kind: 'categorical', codes: Int32Array.of(0, -1, 0), levels: ['x'] },
        ],
      },
    });
    writeReferenceSample(output, 'abc', { ...sample, values: null, clients: null });
    expect(readReferenceSample(output, 'abc')).toMatchObject({ sample: { values: null, clients: null } });
  });

  it('of the format before this one is read, without clients', () => {
    const output = join(home, 'former');
    writeReferenceSample(output, 'abc', { ...sample, clients: null });
    const path = pathOf(output, 'abc');
    const [header, body] = readFileSync(path, 'latin1').split(/\n(.*)/s);
    const former = header
      ?.replace('tidewatch-reference/2', 'tidewatch-reference/1')
      .replace('"hasClients":false,', '');
    writeFileSync(path, `${former}\n${body}`, 'latin1');
    expect(readReferenceSample(output, 'abc')).toMatchObject({
      kind: 'found',
      sample: { labels: sample.labels, values: sample.values, clients: null },
    });
  });

  it('is the same bytes for the same rows', () => {
    const output = join(home, 'bytes');
    writeReferenceSample(output, 'abc', sample);
    const first = readFileSync(pathOf(output, 'abc'));
    writeReferenceSample(output, 'abc', sample);
    expect(readFileSync(pathOf(output, 'abc')).equals(first)).toBe(true);
    expect(readdirSync(join(output, REFERENCE_FOLDER))).toEqual(['abc.reference']);
  });

  it('that is missing, cut, changed, empty or of another model is told as absent with the reason', () => {
    const output = join(home, 'damaged');
    expect(readReferenceSample(output, 'abc')).toMatchObject({
      kind: 'absent',
      reason: expect.stringContaining('Model abc has no reference sample'),
    });
    writeReferenceSample(output, 'abc', sample);
    const path = pathOf(output, 'abc');
    const whole = readFileSync(path);
    writeFileSync(pathOf(output, 'def'), whole);
    expect(readReferenceSample(output, 'def')).toMatchObject({
      reason: expect.stringContaining('of model abc'),
    });
    const changed = Buffer.from(whole);
    changed.writeUInt8((changed.at(-3) ?? 0) ^ 1, changed.length - 3);
    const damaged = [
      whole.subarray(0, whole.length - 8),
      changed,
      Buffer.alloc(0),
      Buffer.from('{}\n'),
      whole.subarray(9),
    ];
    for (const content of damaged) {
      writeFileSync(path, content);
      expect(readReferenceSample(output, 'abc')).toMatchObject({
        kind: 'absent',
        reason: expect.stringContaining('damaged'),
      });
    }
  });
});
