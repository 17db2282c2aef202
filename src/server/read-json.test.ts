import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonScan, MAX_DEPTH, MAX_KEYS } from './json-scan.ts';
import { readJson } from './read-json.ts';

/** Reads a text that arrives in parts of so many bytes. */
async function read(text: string, partBytes = 1000, mostValues = 1_000_000): Promise<unknown> {
  const bytes = Buffer.from(text);
  const scan = new JsonScan(mostValues);
  for (let from = 0; from < bytes.length; from += partBytes) scan.add(bytes.subarray(from, from + partBytes));
  return readJson(bytes, scan.list);
}

const rows = (count: number) =>
  Array.from({ length: count }, (_, id) => ({ id, text: '"],[{\\\u00fc', n: [id] }));

describe('a body of JSON', () => {
  it('is what JSON.parse makes of it, whatever it is and in whatever parts it comes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 6 }), fc.integer({ min: 1, max: 20 }), async (text, partBytes) => {
        expect(await read(text, partBytes)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each<[string, unknown]>([
    ['a list', rows(5000)],
    ['a list under a name', { a: 1, rows: rows(5000), z: { b: [] } }],
    ['a list after a short one', { short: [1], rows: rows(5000) }],
    ['two long lists', { rows: rows(5000), more: rows(5000) }],
    ['a list in a list', [rows(5000)]],
  ])('is the same where it is long: %s', async (_title, value) => {
    expect(await read(JSON.stringify(value))).toEqual(value);
  });

  it('is the last where a key comes twice', async () => {
    expect(await read(`{"rows":${JSON.stringify(rows(5000))},"rows":[1]}`)).toEqual({ rows: [1] });
  });

  it('may have a key of any name', async () => {
    const text = `{"__proto__":${JSON.stringify(rows(5000))},"constructor":1}`;
    const read_ = (await read(text)) as object;
    expect(Object.keys(read_)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(read_)).toBe(Object.prototype);
  });

  const long = JSON.stringify(rows(5000)).slice(1, -1);
  it.each([
    `[${long}`,
    `[${long},]`,
    `[,${long}]`,
    `[${long},,1]`,
    `[${long}]]`,
    `[${long}}`,
    `{"a":[${long}]`,
    '[1',
    '',
  ])('is refused where it is none (%#)', async (text) => {
    await expect(read(text)).rejects.toMatchObject({ code: 'request-invalid' });
  });

  it.each<[string, string]>([
    ['nested too deep', '['.repeat(MAX_DEPTH + 1)],
    ['of too many values', `[${'{},'.repeat(2000)}{}]`],
    ['of too many keys', `{${Array.from({ length: MAX_KEYS + 1 }, (_, key) => `"${key}":1`).join()}}`],
    ['with one item that is large', `[${'[1],'.repeat(20_000)}"${'x'.repeat(1 << 21)}"]`],
    ['that is one large text', `"${'x'.repeat(1 << 21)}"`],
  ])('is refused where it is %s', async (_title, text) => {
    const mostValues = text.length < 10_000 ? 1000 : 1_000_000;
    await expect(read(text, 1000, mostValues)).rejects.toMatchObject({ code: 'request-too-large' });
  });
});

it('is refused before it has arrived whole', () => {
  const scan = new JsonScan(1000);
  const part = Buffer.from('{},'.repeat(100));
  scan.add(Buffer.from('['));
  const parts = (): void => {
    for (let k = 0; k < 1_000_000; k++) scan.add(part);
  };
  expect(parts).toThrow(expect.objectContaining({ code: 'request-too-large' }));
});
