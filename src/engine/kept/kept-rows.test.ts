import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { KeptColumns } from '../port.ts';
import { createKeptRows, KEPT_FOLDER, keptReferences } from './kept-rows.ts';

const home = mkdtempSync(join(tmpdir(), 'kept-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const output = join(home, 'out');
const kept = createKeptRows(output);
const folder = join(output, KEPT_FOLDER);
const pathOf = (reference: string) => join(folder, `${reference}.rows`);

/** More than two blocks. */
const MANY = 10_001;
const MAX = 2n ** 64n - 1n;
const ascending = BigUint64Array.from(
  { length: MANY },
  (_, row) => BigInt(row) * 1_000_000_007n * 1000n + 5n,
);
const scored: KeptColumns = {
  keys: ascending,
  probabilities: Float64Array.from(ascending, (_, row) => row / MANY),
};

describe('kept rows', () => {
  it('come back as they were written, in their order and bit for bit', async () => {
    const key = fc.bigInt({ min: 0n, max: MAX });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(key, fc.double()), { maxLength: 50 }),
        fc.boolean(),
        async (rows, own) => {
          const columns = {
            keys: BigUint64Array.from(rows, ([each]) => each),
            probabilities: own ? Float64Array.from(rows, ([, probability]) => probability) : null,
          };
          expect(await kept.read(await kept.write(columns))).toEqual({ kind: 'found', value: columns });
        },
      ),
      { numRuns: 30 },
    );
    const shuffled = { keys: ascending.slice().reverse(), probabilities: scored.probabilities };
    expect(await kept.read(await kept.write(shuffled))).toEqual({ kind: 'found', value: shuffled });
  });

  it('have one reference where they are equal, and others where anything differs', async () => {
    const keys = BigUint64Array.of(1n, 2n);
    const all = [
      { keys, probabilities: null },
      { keys: BigUint64Array.of(2n, 1n), probabilities: null },
      { keys, probabilities: Float64Array.of(0.1, 0.2) },
      { keys, probabilities: Float64Array.of(0.2, 0.1) },
      { keys: new BigUint64Array(0), probabilities: null },
    ];
    const references = await Promise.all(all.map((columns) => kept.write(columns)));
    expect(new Set(references).size).toBe(all.length);
    const again = await Promise.all(all.map((columns) => createKeptRows(join(home, 'other')).write(columns)));
    expect(again).toEqual(references);
  });

  it('are looked up by their keys, whichever block they are in, and NaN where there is none', async () => {
    const reference = await kept.write(scored);
    const places = [MANY - 1, 0, 4095, 4096, 4097, 5000];
    const asked = BigUint64Array.from([...places.map((place) => ascending[place] ?? 0n), 0n, 6n, MAX]);
    expect(await kept.lookup(reference, asked)).toEqual({
      kind: 'found',
      value: Float64Array.from([...places.map((place) => place / MANY), Number.NaN, Number.NaN, Number.NaN]),
    });
    expect(await kept.lookup(reference, ascending)).toEqual({ kind: 'found', value: scored.probabilities });
  });

  it('are not looked up where they are in no order', async () => {
    const reference = await kept.write({
      keys: BigUint64Array.of(2n, 1n),
      probabilities: Float64Array.of(0, 1),
    });
    await expect(kept.lookup(reference, BigUint64Array.of(1n))).rejects.toThrow(RangeError);
  });

  it('are absent, with the path, where the file is gone or is no name of ours', async () => {
    const gone = await kept.write({ keys: BigUint64Array.of(77n), probabilities: Float64Array.of(1) });
    await kept.remove([gone, gone]);
    const absent = { kind: 'absent', reason: `${pathOf(gone)} is not there` };
    expect(await kept.read(gone)).toEqual(absent);
    expect(await kept.lookup(gone, BigUint64Array.of(77n))).toEqual(absent);
    writeFileSync(join(output, 'secret.rows'), 'x');
    expect(await kept.read('../secret')).toMatchObject({ kind: 'absent' });
  });

  it('are absent, and never other rows, wherever a byte is wrong or the file ends early', async () => {
    const columns = { keys: ascending.slice(0, 5000), probabilities: null };
    const reference = await kept.write(columns);
    const path = pathOf(reference);
    const whole = readFileSync(path);
    const absent = { kind: 'absent', reason: `${path} is damaged` };
    for (let at = 0; at < whole.length; at += at < 700 ? 1 : 997) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      writeFileSync(path, damaged);
      expect(await kept.read(reference), `byte ${at}`).toEqual(absent);
    }
    for (const length of [0, 3, 4, 100, whole.length - 1]) {
      writeFileSync(path, whole);
      truncateSync(path, length);
      expect(await kept.read(reference), `${length} bytes`).toEqual(absent);
    }
    await kept.write(columns);
    expect(await kept.read(reference)).toEqual({ kind: 'found', value: columns });
  });

  it('are found by a lookup where the damage is in another block, and absent where it is in theirs', async () => {
    const reference = await kept.write(scored);
    const bytes = readFileSync(pathOf(reference));
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(pathOf(reference), bytes);
    const [first = 0n, last = 0n] = [ascending[0], ascending.at(-1)];
    expect(await kept.lookup(reference, BigUint64Array.of(first))).toMatchObject({ kind: 'found' });
    expect(await kept.lookup(reference, BigUint64Array.of(first, last))).toMatchObject({ kind: 'absent' });
  });

  it('are listed with the time of their writing, and nothing else that lies there', async () => {
    const place = join(home, 'listed');
    const rows = createKeptRows(place);
    expect(await rows.list()).toEqual([]);
    mkdirSync(join(place, KEPT_FOLDER), { recursive: true });
    for (const name of ['notes.txt', 'a.rows', '.b.rows.part'])
      writeFileSync(join(place, KEPT_FOLDER, name), '');
    const before = Date.now() - 1000;
    const reference = await rows.write({ keys: BigUint64Array.of(1n), probabilities: null });
    const listed = await rows.list();
    expect(listed.map((each) => each.reference)).toEqual([reference]);
    expect(listed[0]?.writtenAt.getTime()).toBeGreaterThan(before);
    expect(keptReferences(place)).toEqual([reference]);
    await rows.remove([reference]);
    expect(readdirSync(join(place, KEPT_FOLDER))).toHaveLength(3);
  });
});
