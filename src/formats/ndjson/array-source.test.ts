import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { FileRefused } from '../csv/file-refused.ts';
import { fieldText } from '../csv/header.ts';
import { readTable } from '../read-table.ts';
import { openObjects } from './array-source.ts';

const root = mkdtempSync(join(tmpdir(), 'array-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (name: string, content: string | Buffer): string => {
  const path = join(root, name);
  writeFileSync(path, content);
  return path;
};

/** The lines of a file, read `size` bytes at a time. */
async function linesOf(content: string | Buffer, size = 1 << 16, name = 'a.json'): Promise<string[]> {
  const source = await openObjects(at(name, content));
  const chunk = new Uint8Array(size);
  const parts: Buffer[] = [];
  try {
    for (let read = -1; read !== 0; ) {
      read = await source.read(chunk, 0, size);
      parts.push(Buffer.from(chunk.subarray(0, read)));
    }
  } finally {
    await source.close();
  }
  return Buffer.concat(parts).toString('utf8').split('\n').slice(0, -1);
}

async function rowsOf(content: string | Buffer): Promise<[number, string][]> {
  const rows: [number, string][] = [];
  await readTable(at('rows.json', content), {
    contract: { columns: [{ name: 'id', role: 'id' }], positive: '1', negative: '0', missingTexts: [] },
    targetOptional: true,
    onHeader: () => undefined,
    onRow: (bytes, record, line) =>
      rows.push([line, record.damage === null ? fieldText(bytes, record, 0) : record.refusal().reason]),
  });
  return rows;
}

describe('an array of JSON objects', () => {
  it('is one object a line, however it is written and wherever it is cut into pieces', async () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(
        fc.array(object, { maxLength: 20 }),
        fc.constantFrom(undefined, 1, 2, '\t', '\r'),
        fc.integer({ min: 1, max: 50 }),
        async (objects, indent, size) => {
          const text =
            indent === '\r'
              ? JSON.stringify(objects, null, 2).replaceAll('\n', '\r\n')
              : JSON.stringify(objects, null, indent);
          const lines = await linesOf(text, size);
          expect(lines.map((line) => JSON.parse(line))).toEqual(JSON.parse(text));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('may be longer than what is held of it, have a byte order mark, and be packed', async () => {
    const objects = Array.from({ length: 30_000 }, (_, k) => ({ id: `client ${k}`, note: '[{"' }));
    const text = `\uFEFF\n ${JSON.stringify(objects)}\n\n`;
    for (const [content, name] of [
      [text, 'b.json'],
      [gzipSync(text), 'b.json.gz'],
    ] as const) {
      expect((await linesOf(content, 1 << 16, name)).map((line) => JSON.parse(line))).toEqual(objects);
    }
  });

  it('has the numbers of its elements for lines, and refuses those that are no objects', async () => {
    expect(
      await rowsOf(
        '[\n  {"id": "a",\n   "x": 1},\n  5,\n  [{"id": "b"}],\n  {"id": "a\nb"},\n  {"id": "c"}\n]',
      ),
    ).toEqual([
      [1, 'a'],
      [2, expect.stringContaining('not an object of JSON')],
      [3, expect.stringContaining('not an object of JSON')],
      [4, expect.stringContaining('control characters as escapes')],
      [5, 'c'],
    ]);
  });

  it.each<[string, string | Buffer, RegExp]>([
    ['has no end', '[{"id": 1}, {"id": 2}', /its array has no end after 1 elements/],
    ['has no end behind a comma', '[{"id": 1},', /its array has no end after 1 elements/],
    [
      'lacks a comma',
      '[{"id": 1} {"id": 2}]',
      /behind element 1 of its array expected a comma or the end, got "\{"/,
    ],
    ['has a comma too many', '[{"id": 1},]', /before element 2 of its array expected an object, got "\]"/],
    ['has something behind', '[{"id": 1}] x', /something behind the end of its array/],
    ['is an object with an array', '{"data": [{"id": 1}]}', /it is one object; expected an array of objects/],
    [
      'is an object on many lines',
      '{\n "a": {"0": 1},\n "b": {"0": 2}\n}',
      /it is one object; .*orient="records"/,
    ],
    ['is empty', '', /the file is empty/],
    ['has no elements', '[ ]\n', /no object in it; expected one JSON object a line/],
    ['is a text', '"a"', /no line of it is an object/],
    ['has other things alone', '[1, 2]', /no line of it is an object/],
    ['is UTF-16', Buffer.from('\uFEFF[{"id": 1}]', 'utf16le'), /UTF-16/],
  ])('is refused where it %s', async (_, content, reason) => {
    const error = await rowsOf(content).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(FileRefused);
    expect((error as FileRefused).message).toMatch(reason);
  });

  it.each(['.json', '.ndjson'])(
    'is not read through a link that leads out of the workspace: %s',
    async (ending) => {
      const workspace = mkdtempSync(join(root, 'workspace-'));
      const link = join(workspace, `link${ending}`);
      symlinkSync(at(`outside${ending}`, '{"id": "a"}\n'), link);
      const reading = readTable(link, {
        contract: { columns: [{ name: 'id', role: 'id' }], positive: '1', negative: '0', missingTexts: [] },
        targetOptional: true,
        onHeader: () => undefined,
        onRow: () => undefined,
        within: workspace,
      });
      await expect(reading).rejects.toThrow('a link that leads out of the workspace');
    },
  );

  it('may as well be one object a line', async () => {
    expect(await rowsOf('{"id": "a", "x": {"y": 1}}\n{"id": "b"}\n')).toEqual([
      [1, 'a'],
      [2, 'b'],
    ]);
    expect(await rowsOf('{"id": "a"}')).toEqual([[1, 'a']]);
  });
});
