/** The same client is one client and has the same score, bit for bit, whatever its values are written in. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { silentProgress } from '../../src/base/progress.ts';
import { normalizeId } from '../../src/core/clients/client-id.ts';
import { canonicalText } from '../../src/core/columns/canonical-text.ts';
import type { Feature, ModelDocument } from '../../src/core/document/document.ts';
import { createScorer, type SourceRow } from '../../src/core/scoring/scorer.ts';
import { createDuckdbEngine } from '../../src/engine/local/duckdb/engine.ts';
import type { CompileResult, Engine } from '../../src/engine/port.ts';
import { readClients } from '../../src/engine/rows/read-clients.ts';
import type { TableContract } from '../../src/formats/contract/table-contract.ts';
import { renderRecord } from '../../src/formats/csv/header.ts';
import { predictFile } from '../../src/steps/predict-file.ts';
import { modelOf } from './random-models.ts';

let engine: Engine;
let home: string;
let folders = 0;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'spelling-'));
  engine = await createDuckdbEngine({ threads: 1, memoryLimit: '500MB', temporaryFolder: join(home, 't') });
});
afterAll(async () => {
  await engine.close();
  rmSync(home, { recursive: true });
});

function newFolder(files: Readonly<Record<string, string>> = {}): string {
  const folder = join(home, `w${++folders}`);
  mkdirSync(join(folder, 'in'), { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, 'in', name), content);
  return folder;
}

async function writeParquet(path: string, select: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`copy (${select}) to '${path}' (format parquet)`);
  connection.closeSync();
  instance.closeSync();
}

async function compile(
  folder: string,
  contract: TableContract,
): Promise<{ result: CompileResult; lines: string[]; quarantine: string }> {
  const result = await engine.compile({
    folder: join(folder, 'in'),
    output: join(folder, 'out'),
    contract,
    maxRejectedShare: 1,
    progress: silentProgress,
  });
  const lines = readFileSync(result.snapshot.csvPath, 'utf8').trimEnd().split('\n').slice(1);
  const quarantine = result.quarantinePaths.map((path) => readFileSync(path, 'utf8')).join('');
  return { result, lines, quarantine };
}

const FLAGS: TableContract = {
  columns: [
    { name: 'id', role: 'id' },
    { name: 'vip', role: 'numeric' },
    { name: 'plan', role: 'categorical' },
    { name: 'at', role: 'time' },
    { name: 'left', role: 'target' },
  ],
  positive: '1',
  negative: '0',
  missingTexts: [],
};

describe('the row of a client', () => {
  const expected = ['12345,1,1,2024-01-31T09:30:00,1', 'Zoë,0,415,,0', 'c3,,Monthly,,1'];
  const WRITTEN: readonly (readonly [string, string])[] = [
    [
      'csv',
      'id,vip,plan,at,left\n 12345,True,TRUE,2024-01-31T09:30:00 ,true\nZoe\u0308\u00a0,false,415.00, ,False\nc3,,"Monthly ",,1.0\n',
    ],
    [
      'ndjson',
      [
        '{"id":12345.0,"vip":true,"plan":true,"at":"2024-01-31T09:30:00","left":true}',
        '{"id":"Zoe\\u0308\\t","vip":false,"plan":4.15e2,"left":false}',
        '{"id":"c3","plan":"Monthly\\u00a0","left":1}',
      ].join('\n'),
    ],
  ];

  it.each(WRITTEN)('is the same line from %s', async (ending, content) => {
    const { lines, result } = await compile(newFolder({ [`a.${ending}`]: content }), FLAGS);
    expect(lines).toEqual(expected);
    expect(result.rows.quarantined).toBe(0);
  });

  it('is the same line from Parquet, with BOOLEAN, DOUBLE, DECIMAL and TIMESTAMP', async () => {
    const folder = newFolder();
    await writeParquet(
      join(folder, 'in', 'a.parquet'),
      "select 12345::double as id, true as vip, true as plan, timestamp '2024-01-31 09:30:00' as at, true as left",
    );
    await writeParquet(
      join(folder, 'in', 'b.parquet'),
      `select 'Zoe${'\u0308'} ' as id, false as vip, 415::decimal(10, 2) as plan, null::timestamp as at, false as left ` +
        "union all select 'c3', null, null, null, true",
    );
    const { lines, result } = await compile(folder, FLAGS);
    expect(lines).toEqual([...expected.slice(0, 2), 'c3,,,,1']);
    expect(result.rows.quarantined).toBe(0);
  });

  it('has ids and texts of Parquet numbers in full, and times with a zone in UTC', async () => {
    const folder = newFolder();
    const select = (id: string, plan: string) =>
      `select ${id} as id, null::int as vip, ${plan} as plan, timestamptz '2024-01-31 09:30:00+02' as at, 0 as left`;
    await writeParquet(join(folder, 'in', 'a.parquet'), select('1e20::double', '4.5::float'));
    await writeParquet(join(folder, 'in', 'b.parquet'), select("'x'", "'nan'::double"));
    const { lines } = await compile(folder, FLAGS);
    expect(lines).toEqual([
      '100000000000000000000,,4.5,2024-01-31T07:30:00Z,0',
      'x,,,2024-01-31T07:30:00Z,0',
    ]);
  });

  it('is in the canonical form of each text, whatever the text', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 6 }),
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.constantFrom(
        ' true',
        'FALSE',
        '10.0',
        '100',
        '1.50',
        '\u00a0x',
        'à',
        'e\u0301',
        '𝅗𝅥',
        ' "q" ',
        'a,b\n',
      ),
    );
    const sound = text.filter((each) => !/[\0\r]/.test(each) && normalizeId(each) !== '');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(sound, text), { minLength: 1, maxLength: 10 }), async (rows) => {
        const data = rows.map(([id, plan]) => [id, plan.replaceAll(/[\0\r]/g, '')] as const);
        const quote = (each: string) => `"${each.replaceAll('"', '""')}"`;
        const csv = data.map(([id, plan], k) => `${quote(id)},${k},${quote(plan)},,0\n`).join('');
        const folder = newFolder({ 'a.csv': `id,vip,plan,at,left\n${csv}` });
        const { result } = await compile(folder, FLAGS);
        const wanted = data.map(([id, plan], k) =>
          renderRecord([normalizeId(id), String(k), canonicalText(plan), '', '0']),
        );
        expect(readFileSync(result.snapshot.csvPath, 'utf8')).toBe(
          `id,vip,plan,at,left\n${wanted.join('\n')}\n`,
        );
      }),
      { numRuns: 40 },
    );
  });
});

describe('an id', () => {
  it('with blanks around it makes no other client', async () => {
    const rows = Array.from({ length: 120 }, (_, k) => `C${String(k).padStart(5, '0')}`);
    const january = rows.map((id, k) => `${id},0,Monthly,2024-01-31,${k % 2}\n`).join('');
    const february = rows.map((id) => `${id}  ,1,Monthly ,2024-02-29,0\n`).join('');
    const head = 'id,vip,plan,at,left\n';
    const folder = newFolder({ 'a.csv': head + january, 'b.csv': head + february });
    const { result } = await compile(folder, FLAGS);
    expect(result.rows.kept).toBe(240);
    const table = await engine.open({ kind: 'snapshot', snapshot: result.snapshot, contract: FLAGS });
    expect((await readClients(table)).clients).toBe(120);
    await table.close();
  });

  it.each(['1.00006E+11', '"1,00006E+11"', ' 2E+12 '])(
    'that a spreadsheet shortened to %s is quarantined',
    async (id) => {
      const folder = newFolder({ 'a.csv': `id,vip,plan,at,left\n${id},1,a,,0\nc,1,a,,1\n` });
      const { lines, quarantine } = await compile(folder, FLAGS);
      expect(lines).toEqual(['c,1,a,,1']);
      expect(quarantine).toMatch(
        /id: got ""[12].*E\+1[12]"", a number that a spreadsheet has shortened, so different clients may share it; format the column as text and export again/,
      );
    },
  );

  it('of JSON with an exponent is its whole number, and no shortened one', async () => {
    const folder = newFolder({ 'a.ndjson': '{"id":1.5E+11,"vip":1,"plan":"a","at":null,"left":0}\n' });
    expect((await compile(folder, FLAGS)).lines).toEqual(['150000000000,1,a,,0']);
  });
});

describe('a label', () => {
  const labelled = (labels: readonly string[], positive: string, negative: string | null) =>
    compile(
      newFolder({
        'a.csv': `id,vip,plan,at,left\n${labels.map((label, k) => `c${k},1,a,,${label}\n`).join('')}`,
      }),
      { ...FLAGS, positive, negative },
    ).then(({ lines }) => lines.map((line) => line.split(',')[4]));

  it('is the same in any spelling of true and false', async () => {
    const labels = ['True', 'TRUE', '1', '1.0', 'false', '0', 'False '];
    expect(await labelled(labels, '1', '0')).toEqual(['1', '1', '1', '1', '0', '0', '0']);
    expect(await labelled(['1', '0', 'False'], '1.00', null)).toEqual(['1.00', '0', '0']);
    expect(await labelled(labels, 'True', null)).toEqual([
      ...Array(4).fill('True'),
      ...Array(3).fill('False'),
    ]);
    expect(await labelled(labels, 'FALSE', null)).toEqual([
      ...Array(4).fill('TRUE'),
      ...Array(3).fill('FALSE'),
    ]);
  });

  it('that is left open is one whatever stands around it', async () => {
    expect(await labelled(['gone', 'here', 'here ', '\u00a0here'], 'gone', null)).toEqual([
      'gone',
      'here',
      'here',
      'here',
    ]);
  });
});

describe('the score of a client', () => {
  const levels: readonly (readonly [string, string])[] = [
    ['active', '1'],
    ['active', '0'],
    ['code', '415'],
    ['code', '007'],
    ['plan', 'Monthly'],
    ['plan', 'Zoë'],
  ];
  const features: Feature[] = [
    { kind: 'number', source: 'vip', missing: 0.3 },
    { kind: 'number', source: 'usage', missing: 2 },
    ...levels.map(([source, level]): Feature => ({ kind: 'level', source, level })),
  ];
  const model: ModelDocument = modelOf(
    features,
    {
      kind: 'logistic-regression',
      coefficients: features.map((_, k) => 0.1 * (k + 1) * (k % 2 === 0 ? 1 : -1)),
      intercept: -0.1,
      means: features.map(() => 0),
    },
    { kind: 'platt', slope: 1.1, intercept: 0.05 },
    {
      id: 'id',
      inputs: [
        { name: 'vip', kind: 'numeric' },
        { name: 'usage', kind: 'numeric' },
        { name: 'active', kind: 'categorical' },
        { name: 'code', kind: 'categorical' },
        { name: 'plan', kind: 'categorical' },
      ],
    },
  );
  const rows: readonly (SourceRow & { readonly id: string })[] = [
    { id: 'c1', vip: true, usage: 1.25, active: true, code: 415, plan: 'Monthly ' },
    { id: 'c2', vip: false, usage: 3, active: false, code: '007', plan: ' Zoe\u0308' },
    { id: 'c3', vip: null, usage: null, active: null, code: 7, plan: 'Weekly' },
  ];
  const CSV = [
    'id,vip,usage,active,code,plan',
    'c1 ,True,1.250,True,415.0,Monthly   ',
    '\u00a0c2,FALSE,3.0,false,007,Zoe\u0308',
    'c3,,,,7, Weekly',
  ].join('\n');
  const SQL =
    "select 'c1  ' as id, true as vip, 1.25::double as usage, true as active, '415.00' as code, 'Monthly' as plan " +
    "union all select 'c2', false, 3, false, '007', 'Zoë ' union all select 'c3', null, null, null, '7', 'Weekly'";

  const predict = async (path: string): Promise<{ lines: string[]; unseen: unknown }> => {
    const out = join(home, 'predictions.csv');
    const { unseen } = await predictFile(
      { engine, clock: systemClock, progress: silentProgress },
      { model, path, out, contract: { columns: [], missingTexts: [] } },
    );
    return { lines: readFileSync(out, 'utf8').trimEnd().split('\n').slice(1), unseen };
  };

  it('is the same, bit for bit, from CSV, NDJSON, Parquet and the API', async () => {
    const scorer = createScorer(model);
    const wanted = rows.map((row) => {
      const { probability, label } = scorer.scoreRow(row);
      return `${row.id},${probability},${label}`;
    });
    expect(new Set(wanted.map((line) => line.split(',')[1])).size).toBe(3);
    const folder = newFolder({
      'a.csv': CSV,
      'a.ndjson': rows.map((row) => JSON.stringify(row)).join('\n'),
    });
    await writeParquet(join(folder, 'in', 'a.parquet'), SQL);
    const unseen = [
      { column: 'code', rows: 1, values: [{ value: '7', rows: 1 }] },
      { column: 'plan', rows: 1, values: [{ value: 'Weekly', rows: 1 }] },
    ];
    for (const name of ['a.csv', 'a.ndjson', 'a.parquet']) {
      expect(await predict(join(folder, 'in', name)), name).toEqual({ lines: wanted, unseen });
    }
  });

  it('of a row of the API is refused for a text in a column of numbers', () => {
    expect(() => createScorer(model).scoreRow({ ...rows[0], vip: 'true' })).toThrow(
      'expected a finite number',
    );
  });
});
