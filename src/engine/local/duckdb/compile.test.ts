import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentProgress } from '../../../base/progress.ts';
import type { TableContract } from '../../../formats/contract/table-contract.ts';
import type { CompileResult, Engine } from '../../port.ts';
import { createDuckdbEngine } from './engine.ts';

const CONTRACT: TableContract = {
  columns: [
    { name: 'id', role: 'id' },
    { name: 'n', role: 'numeric' },
    { name: 'c', role: 'categorical' },
    { name: 'left', role: 'target' },
  ],
  positive: 'yes',
  negative: 'no',
  missingTexts: ['NA'],
};

/** A row as it should come out, and a way to write it. */
interface Row {
  readonly values: readonly [string, string, string, string];
  readonly line: string;
}

const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const bare = /^[^",\r\n]*$/;

/** A field in quotes where it must be, and sometimes where it need not. */
function field(text: string, quoted: boolean): string {
  return quoted || !bare.test(text) ? quote(text) : text;
}

const name = fc.constantFrom(
  'a',
  'b',
  'null',
  'Ünïcode',
  '😀',
  'x,y',
  'say "hi"',
  'two\nlines',
  'two\r\nlines',
  ' pad ',
  "o'neil",
);
const number = fc.oneof(fc.integer({ min: -99, max: 99 }), fc.constantFrom(0.5, 1e21, 2 ** 53)).map(String);
const goodRow = fc
  .record({
    id: name,
    n: fc.option(number, { nil: '' }),
    c: fc.option(name, { nil: '' }),
    left: fc.constantFrom('yes', 'no'),
    q: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
    spaced: fc.boolean(),
    na: fc.boolean(),
  })
  .map(({ id, n, c, left, q, spaced, na }): Row => {
    const written = n === '' && na ? 'NA' : spaced && n !== '' ? ` ${n} ` : n;
    const fields = [id, written, c, left].map((text, k) => field(text, q[k] === true));
    return { values: [id.trim(), n, c.trim(), left], line: fields.join(',') };
  });
const badLine = fc.constantFrom(
  'a,1,b',
  'a,1,b,yes,',
  'a,x,b,no',
  ',1,b,yes',
  'a,1,b,maybe',
  'a,1,b,',
  'a"b,1,c,no',
  '"a"b,1,c,no',
  'a,1e999,c,no',
  'a,inf,c,yes',
  'nothing',
  'a\0,1,b,no',
  'a\rb,1,b,no',
);
type Item = { readonly row: Row } | { readonly bad: string } | { readonly blank: true };
const item: fc.Arbitrary<Item> = fc.oneof(
  { weight: 6, arbitrary: goodRow.map((row) => ({ row })) },
  { weight: 1, arbitrary: badLine.map((bad) => ({ bad })) },
  { weight: 1, arbitrary: fc.constant({ blank: true } as const) },
);
const file = fc.record({
  items: fc.array(item, { maxLength: 12 }),
  bom: fc.boolean(),
  crlf: fc.boolean(),
  mixed: fc.boolean(),
  ended: fc.boolean(),
});
type File = typeof file extends fc.Arbitrary<infer T> ? T : never;

function textOf({ items, bom, crlf, mixed, ended }: File): string {
  const lines = [
    'id,n,c,left',
    ...items.map((entry) => ('row' in entry ? entry.row.line : 'bad' in entry ? entry.bad : '')),
  ];
  const text = lines.map((line, k) => `${line}${crlf !== (mixed && k % 2 === 1) ? '\r\n' : '\n'}`).join('');
  return (bom ? '\uFEFF' : '') + (ended ? text : text.replace(/\r?\n$/, ''));
}

describe('compiling random files with random damage', () => {
  let engine: Engine;
  let home: string;
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'compile-'));
    engine = await createDuckdbEngine({ threads: 2, memoryLimit: '500MB', temporaryFolder: join(home, 't') });
  });
  afterAll(async () => {
    await engine.close();
    rmSync(home, { recursive: true });
  });

  let runs = 0;
  async function compile(texts: readonly string[]): Promise<CompileResult> {
    const folder = join(home, `w${++runs}`);
    mkdirSync(join(folder, 'in'), { recursive: true });
    for (const [k, text] of texts.entries()) writeFileSync(join(folder, 'in', `f${k}.csv`), text);
    return engine.compile({
      folder: join(folder, 'in'),
      output: join(folder, 'out'),
      contract: CONTRACT,
      maxRejectedShare: 1,
      progress: silentProgress,
    });
  }

  it('keeps every good row once, quarantines every bad one, and counts them all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 3 }), async (files) => {
        const items = files.flatMap((entry) => entry.items);
        const rows = items.flatMap((entry) => ('row' in entry ? [entry.row.values] : []));
        const bad = items.flatMap((entry) => ('bad' in entry ? [entry.bad] : []));
        fc.pre(rows.length > 0);
        const result = await compile(files.map(textOf));

        const distinct = [...new Map(rows.map((values) => [JSON.stringify(values), values])).values()];
        expect(result.rows).toEqual({
          read: rows.length + bad.length,
          kept: distinct.length,
          duplicates: rows.length - distinct.length,
          quarantined: bad.length,
        });
        const lines = distinct.map((values) => `${values.map((text) => field(text, false)).join(',')}\n`);
        expect(readFileSync(result.snapshot.csvPath, 'utf8')).toBe(`id,n,c,left\n${lines.join('')}`);

        const quarantined = result.quarantinePaths.map((path) => readFileSync(path, 'utf8')).join('');
        for (const line of bad) expect(quarantined).toContain(quote(line));

        const again = await compile([readFileSync(result.snapshot.csvPath, 'utf8')]);
        expect(again.rows).toEqual({
          read: distinct.length,
          kept: distinct.length,
          duplicates: 0,
          quarantined: 0,
        });
        expect(again.snapshot.id).toBe(result.snapshot.id);

        const table = await engine.open({ kind: 'snapshot', snapshot: result.snapshot, contract: CONTRACT });
        const seen: unknown[][] = [];
        for await (const { rows: count, columns } of table.stream(['id', 'n', 'c', 'left'])) {
          for (let i = 0; i < count; i++) {
            seen.push(
              columns.map((column) =>
                column.kind === 'categorical'
                  ? (column.levels[column.codes[i] as number] ?? null)
                  : column.values[i],
              ),
            );
          }
        }
        await table.close();
        expect(seen).toEqual(
          distinct.map(([id, n, c, left]) => [
            id,
            n === '' ? Number.NaN : Number(n),
            c === '' ? null : c,
            left === 'yes' ? 1 : 0,
          ]),
        );
      }),
      { numRuns: 40 },
    );
  });
});
