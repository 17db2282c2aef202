import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../base/hash.ts';
import { silentProgress } from '../../base/progress.ts';
import type { TableContract } from '../port.ts';
import { type SplitOptions, type SplitSummary, splitFiles } from './split-files.ts';

const CONTRACT: TableContract = {
  columns: [
    { name: 'client', role: 'id' },
    { name: 'usage', role: 'numeric' },
    { name: 'left', role: 'target' },
  ],
  positive: 'yes',
  negative: 'no',
  missingTexts: ['', 'NA'],
};
const HEADER = 'left,note,client,usage';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'split-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes the files and splits them; `parts` are the texts of all files of a side without their headers. */
async function split(
  files: Readonly<Record<string, string | Buffer>>,
  options: Partial<SplitOptions> = {},
): Promise<SplitSummary & { parts: { input: string[]; test: string[] } }> {
  const work = mkdtempSync(join(folder, 'case-'));
  const given = Object.entries(files).map(([name, content]) => {
    const path = join(work, name);
    writeFileSync(path, content);
    return { path, sha256: sha256(readFileSync(path)) };
  });
  const summary = await splitFiles({
    files: given,
    contract: CONTRACT,
    share: 0.2,
    seed: 0,
    wholeClients: false,
    inputFolder: join(work, 'in'),
    testFolder: join(work, 'test'),
    progress: silentProgress,
    ...options,
  });
  const texts = (paths: readonly string[]) => paths.map((path) => readFileSync(path, 'utf8'));
  return { ...summary, parts: { input: texts(summary.inputPaths), test: texts(summary.testPaths) } };
}

function linesOf(texts: readonly string[]): string[] {
  return texts.flatMap((text) => {
    expect(text.startsWith(`${HEADER}\n`)).toBe(true);
    expect(text.endsWith('\n')).toBe(true);
    return text.slice(HEADER.length + 1, -1).split('\n');
  });
}

function rowsOf(count: number, leaves: (row: number) => boolean): string[] {
  return Array.from(
    { length: count },
    (_, row) => `${leaves(row) ? 'yes' : 'no'},"a, b ${row}",c${row},${row}.50`,
  );
}

const csv = (lines: readonly string[]): string => `${HEADER}\n${lines.map((line) => `${line}\n`).join('')}`;

describe('splitFiles', () => {
  it('keeps a client on one side, whatever stands around its id', async () => {
    const spellings = (id: number) => [`c${id}`, `c${id}  `, `" c${id}"`, `"c${id}"`];
    const rows = Array.from({ length: 100 }, (_, id) =>
      spellings(id).map((text, k) => `${id % 2 === 0 ? 'yes' : 'no'},n,${text},${k}`),
    );
    const { parts } = await split({ 'a.csv': csv(rows.flat()) }, { wholeClients: true });
    const clientsOf = (texts: readonly string[]) =>
      linesOf(texts).map((line) => line.split(',')[2]?.replaceAll(/[" ]/g, ''));
    const test = clientsOf(parts.test);
    expect(test.length).toBe(4 * new Set(test).size);
    expect(clientsOf(parts.input).filter((client) => test.includes(client))).toEqual([]);
  });

  it('splits NDJSON as the same rows in CSV, lines as they were', async () => {
    const rows = rowsOf(200, (row) => row % 3 === 0);
    const objects = rows.map((row, i) => {
      const [left] = row.split(',');
      return `{"usage": ${i}.50, "note":"a\\u002c b ${i}", "client":"c${i}", "left":"${left}"}\r`;
    });
    const csvParts = await split({ 'a.csv': csv(rows) });
    const { parts, inputPaths, testPaths, input } = await split({ 'a.jsonl': objects.join('\n') });
    expect([...inputPaths, ...testPaths].map((path) => basename(path))).toEqual([
      'a.ndjson',
      'a-test.ndjson',
    ]);
    expect(input).toEqual(csvParts.input);
    const numbersIn = (texts: readonly string[], pattern: RegExp) =>
      texts.flatMap((text) => [...text.matchAll(pattern)].map(([, number]) => number));
    const places = numbersIn(parts.test, /"client":"c(\d+)"/g);
    expect(places).toEqual(numbersIn(csvParts.parts.test, /,c(\d+),/g));
    const expected = places.map((place) => `${objects[Number(place)]}\n`).join('');
    expect(parts.test.join('')).toBe(expected);
  });

  it('puts every row on exactly one side, byte for byte, in order, and keeps the share of each class', async () => {
    const property = fc.asyncProperty(
      fc.integer({ min: 10, max: 200 }),
      fc.integer({ min: 2, max: 5 }),
      fc.double({ min: 0.1, max: 0.6, noNaN: true }),
      fc.integer({ min: 0, max: 99 }),
      async (count, every, share, seed) => {
        const rows = rowsOf(count, (row) => row % every === 0);
        const { parts, input, test, unfit } = await split({ 'a.csv': csv(rows) }, { share, seed });
        const [kept, held] = [linesOf(parts.input), linesOf(parts.test)];
        expect([...kept, ...held].sort()).toEqual([...rows].sort());
        expect(kept).toEqual(rows.filter((row) => kept.includes(row)));
        expect(held).toEqual(rows.filter((row) => held.includes(row)));
        const left = (lines: readonly string[]): number =>
          lines.filter((line) => line.startsWith('yes')).length;
        expect([left(kept), kept.length - left(kept)]).toEqual([input.left, input.stayed]);
        expect([left(held), held.length - left(held)]).toEqual([test.left, test.stayed]);
        expect(unfit).toBe(0);
        // Two rows in one bin of a million go together, so a class may be off by a row or two.
        for (const [part, all] of [
          [test.left, left(rows)],
          [test.stayed, count - left(rows)],
        ] as const) {
          expect(
            Math.abs(part - Math.min(Math.max(Math.round(share * all), 1), all - 1)),
          ).toBeLessThanOrEqual(1);
        }
      },
    );
    await fc.assert(property, { numRuns: 25 });
  });

  it('splits alike with the same seed, in any order and over any files, and otherwise with another', async () => {
    const rows = rowsOf(300, (row) => row % 3 === 0);
    const one = await split({ 'a.csv': csv(rows) });
    const again = await split({ 'a.csv': csv(rows) });
    const apart = await split({ 'b.csv': csv(rows.slice(100).reverse()), 'a.csv': csv(rows.slice(0, 100)) });
    const other = await split({ 'a.csv': csv(rows) }, { seed: 1 });
    expect(again.parts).toEqual(one.parts);
    expect(linesOf(apart.parts.test).sort()).toEqual(linesOf(one.parts.test).sort());
    expect(linesOf(other.parts.test)).not.toEqual(linesOf(one.parts.test));
  });

  it('keeps rows that ingest will refuse out of the test part', async () => {
    const bad = ['maybe,x,c1,3', 'yes,x,c2,many', ',x,c3,3', 'no,x', 'no,"open,c4,5'];
    const rows = rowsOf(60, (row) => row % 2 === 0);
    const { parts, unfit } = await split({ 'a.csv': csv([...bad, ...rows]) });
    expect(unfit).toBe(bad.length);
    expect(linesOf(parts.input).slice(0, bad.length)).toEqual(bad);
  });

  it('leaves rows without a label to the input part where the contract takes them, and counts them', async () => {
    const rows = rowsOf(200, (row) => row % 3 === 0);
    const open = [',n,x,1', 'NA,n,y,2', ' ,n,z,3'];
    const files = { 'a.csv': csv([...open, ...rows]) };
    const kept = await split(files, { contract: { ...CONTRACT, labels: 'optional' } });
    const refused = await split(files);
    expect([kept.unlabelled, kept.unfit]).toEqual([3, 0]);
    expect([refused.unlabelled, refused.unfit]).toEqual([0, 3]);
    expect(linesOf(kept.parts.input).slice(0, 3)).toEqual(open);
    expect(kept.parts).toEqual(refused.parts);
  });

  it('keeps equal rows, and with one cut all rows of a client, on one side', async () => {
    const rows = rowsOf(80, (row) => row % 2 === 0);
    const flipped = rows.map((row) =>
      row.startsWith('yes') ? row.replace('yes', 'no') : row.replace('no', 'yes'),
    );
    const { parts } = await split({ 'a.csv': csv([...rows, ...rows, ...flipped]) }, { wholeClients: true });
    const clientsOf = (texts: readonly string[]) =>
      new Set(linesOf(texts).map((line) => /,(c\d+),/.exec(line)?.[1]));
    const kept = clientsOf(parts.input);
    expect([...clientsOf(parts.test)].filter((client) => kept.has(client))).toEqual([]);
  });

  it('takes gzip, a byte order mark, CRLF, quoted line breaks and a last line without its ending', async () => {
    const rows = rowsOf(40, (row) => row % 2 === 0);
    const text = `\uFEFF${HEADER}\r\n${rows.join('\r\n')}\r\nyes,"two\nlines",c99,7`;
    const { parts, inputPaths, testPaths } = await split({ 'a.csv.gz': gzipSync(text) });
    expect(inputPaths.map((path) => path.slice(-8))).toEqual(['in/a.csv']);
    expect(testPaths.map((path) => path.slice(-15))).toEqual(['test/a-test.csv']);
    const all = [...parts.input, ...parts.test].map((part) => part.slice(HEADER.length + 1)).join('');
    expect(all).toHaveLength(text.length - HEADER.length - 3 + 1);
    expect(all).toContain('yes,"two\nlines",c99,7\n');
  });

  it('refuses data with too few rows of a class, and leaves nothing behind', async () => {
    const work = join(folder, 'out');
    const rows = rowsOf(30, (row) => row === 4);
    await expect(
      split({ 'a.csv': csv(rows) }, { inputFolder: work, testFolder: work }),
    ).rejects.toMatchObject({
      code: 'too-few-rows',
    });
    expect(existsSync(work)).toBe(false);
  });

  it('notices a file that changed since it was looked at, and takes back what it wrote', async () => {
    const path = join(folder, 'a.csv');
    writeFileSync(path, csv(rowsOf(30, (row) => row % 2 === 0)));
    const work = join(folder, 'out');
    const files = [{ path, sha256: 'another' }];
    await expect(split({}, { files, inputFolder: work, testFolder: work })).rejects.toMatchObject({
      code: 'input-changed',
    });
    expect(existsSync(work) ? readdirSync(work) : []).toEqual([]);
  });
});
