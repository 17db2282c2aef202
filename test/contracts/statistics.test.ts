/** Promises that every statistic keeps: its two makers agree, also with its definition, and its parts add up. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SourceColumn } from '../../src/core/columns/source-column.ts';
import { sigmoid } from '../../src/core/math/sigmoid.ts';
import { duckdb } from '../../src/engine/dialects/duckdb.ts';
import { Database } from '../../src/engine/local/duckdb/database.ts';
import { openRelation } from '../../src/engine/local/duckdb/table.ts';
import type { Table } from '../../src/engine/port.ts';
import type { ColumnBatch } from '../../src/engine/row-stream.ts';
import { aggregateBySql, aggregateRows } from '../../src/engine/statistics/aggregate.ts';
import type { SqlTable, Statistic } from '../../src/engine/statistics/statistic.ts';
import { CASES, type Case, type Expected, NAMES, type Row } from './statistics.ts';

let folder: string;
let database: Database;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tidewatch-statistics-'));
  database = await Database.open({ threads: 2, memoryLimit: '400MB', temporaryFolder: folder });
});
afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

const NONE: Row = { amount: null, whole: null, level: null, left: null, risk: null, weight: null };
const KEYS = Object.keys(NAMES) as (keyof Row)[];
const TYPES: Record<keyof Row, string> = {
  amount: 'double',
  whole: 'bigint',
  level: 'varchar',
  left: 'varchar',
  risk: 'double',
  weight: 'double',
};
const ROLES = {
  amount: 'numeric',
  whole: 'numeric',
  level: 'categorical',
  left: 'target',
  risk: 'numeric',
  weight: 'numeric',
} as const;

const { identifier, text } = duckdb;

/** The rows as a table of the engine, read by streaming and by SQL, for as long as `use` runs. */
async function withTable<T>(
  rows: readonly Row[],
  use: (table: Table, sqlTable: SqlTable) => Promise<T>,
): Promise<T> {
  const name = database.nextTable();
  const columns = KEYS.map((key) => `${identifier(NAMES[key])} ${TYPES[key]}`);
  await database.run(`create table ${name} (${columns.join(', ')})`);
  if (rows.length > 0) await database.run(`insert into ${name} values ${rows.map(literalRow).join(', ')}`);
  const table = await openRelation(database, {
    relation: name,
    columns: KEYS.map((key) => ({ name: NAMES[key], role: ROLES[key], type: typeOf(key) })),
    contract: { positive: 'yes' } as Table['contract'],
    release: () => database.run(`drop table ${name}`),
  });
  const left = identifier(NAMES.left);
  const target = `case when ${left} = 'yes' then 1 when ${left} is not null then 0 end`;
  const from = `(select * replace (${target} as ${left}) from ${name}) labelled`;
  try {
    return await use(table, { from, column: identifier });
  } finally {
    await table.close();
  }
}

function typeOf(key: keyof Row): 'double' | 'integer' | 'text' {
  return key === 'whole' ? 'integer' : key === 'level' || key === 'left' ? 'text' : 'double';
}

function literalRow(row: Row): string {
  const values = KEYS.map((key) => {
    const value = row[key];
    if (value === null) return 'null';
    if (key === 'left') return value === 1 ? "'yes'" : "'no'";
    if (key === 'whole') return String(BigInt(value));
    return typeof value === 'string' ? text(value) : doubleLiteral(value);
  });
  return `(${values.join(', ')})`;
}

function doubleLiteral(value: number): string {
  if (!Number.isFinite(value)) return `'${value}'::double`;
  return Object.is(value, -0) ? "'-0'::double" : duckdb.number(value);
}

/** Numbers so small have fewer digits than others. */
const SUBNORMAL = 1e-300;

/** Both are NaN, or as near as a sum in another order is. */
function expectNear(found: readonly number[], expected: Expected): void {
  expect(found).toHaveLength(expected.length);
  for (const [k, [value, size]] of expected.entries()) {
    const own = found[k] ?? Number.NaN;
    if (Object.is(own + 0, value + 0)) continue;
    expect(Math.abs(own - value), `number ${k}: ${own}, expected ${value}`).toBeLessThanOrEqual(
      size === 0 ? 0 : Math.max(1e-12 * size, SUBNORMAL),
    );
  }
}

/** Both makers give what the definition says. */
async function expectAgreement(
  rows: readonly Row[],
  { statistic, numbersOf, expected }: Pick<Case, 'statistic' | 'numbersOf' | 'expected'>,
): Promise<void> {
  await withTable(rows, async (table, sqlTable) => {
    const [streamed] = await aggregateRows(table, [statistic]);
    const [queried] = await aggregateBySql((sql) => database.rows(sql), sqlTable, duckdb, [statistic]);
    expectNear(numbersOf(streamed), expected(rows));
    expectNear(numbersOf(queried), expected(rows));
  });
}

const double = (bound: number) => fc.double({ min: -bound, max: bound, noNaN: true });
const optional = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 7, arbitrary }, { weight: 1, arbitrary: fc.constant(null) });
const LEVELS = [
  'basic',
  'Basic',
  "it's",
  'a"b',
  'größe',
  '日本',
  '👍',
  '\uff61',
  ' ',
  'null',
  'NaN',
  'other',
  'missing',
  'true',
  'True',
  'Größe ',
  '\\',
  '%',
];

const anyRow: fc.Arbitrary<Row> = fc.record({
  amount: optional(
    fc.oneof(fc.integer({ min: -4, max: 12 }), double(20), fc.constantFrom(-0, 0, Number.NaN, 0.1, 1.5)),
  ),
  whole: optional(fc.oneof(fc.integer({ min: -9, max: 9 }), fc.maxSafeInteger())),
  level: optional(fc.constantFrom(...LEVELS)),
  left: optional(fc.constantFrom(0 as const, 1 as const)),
  risk: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, -0, 0.5, 1, 5e-324)),
  weight: optional(fc.oneof(fc.constantFrom(0, 1, 2), fc.double({ min: 0, max: 4, noNaN: true }))),
});

const filled = (rows: readonly Partial<Row>[]): Row[] => rows.map((row) => ({ ...NONE, risk: 0.25, ...row }));
const TABLES: readonly (readonly [string, readonly Row[]])[] = [
  ['no rows', []],
  ['one row', filled([{ amount: 3, whole: 7, level: 'basic', left: 1, risk: 0.75, weight: 2 }])],
  ['nothing but missing values', filled([{}, {}, { left: 0 }, { amount: Number.NaN }])],
  ['0 and -0', filled([{ amount: 0 }, { amount: -0 }, { amount: -0, left: 1 }, { amount: 0, left: 0 }])],
  [
    'huge values',
    filled(
      [1e100, -1e100, 1e100, 1e99].map((amount, k) => ({
        amount,
        whole: (k % 2 === 0 ? 1 : -1) * 2 ** 53,
        left: 1,
        risk: 0.75,
        weight: 1,
      })),
    ),
  ],
  [
    'whole numbers past those of a double',
    filled([{ whole: 2 ** 53 + 2 }, { whole: 1 }, { whole: -(2 ** 63) }]),
  ],
  ['equal values', filled(new Array(7).fill({ amount: 0.1, whole: 3, level: '👍', left: 0, weight: 0.1 }))],
  [
    'levels that only bytes tell apart',
    filled(
      ['\uff61', '👍', '日本', 'é', 'e\u0301', 'E', 'e', 'ß', 'ss'].map((level) => ({ level, left: 1 })),
    ),
  ],
];

describe.each(CASES)('$name', ({ statistic, numbersOf, expected }) => {
  const check = (rows: readonly Row[]) => expectAgreement(rows, { statistic, numbersOf, expected });

  it.each(TABLES)('is the same by both makers and by definition: %s', (_, rows) => check(rows));

  it('is the same by both makers and by definition for any rows', async () => {
    await fc.assert(fc.asyncProperty(fc.array(anyRow, { maxLength: 40 }), check), { numRuns: 25 });
  });

  it('is the same for any parts of the rows, added or merged in any order, and changes no part', async () => {
    const parts = fc.array(fc.array(anyRow, { maxLength: 12 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(parts, async (some) => {
        const states = await Promise.all(some.map((rows) => stateOf(statistic, rows)));
        const before = structuredClone(states);
        const merged = [states, states.toReversed()].map((ordered) =>
          ordered.reduce((a, b) => statistic.merge(a, b), statistic.init()),
        );
        expect(states).toEqual(before);
        for (const state of merged) expectNear(numbersOf(statistic.answer(state)), expected(some.flat()));
      }),
      { numRuns: 25 },
    );
  });
});

describe.each(CASES.filter(({ merges }) => merges))('$name by SQL', ({ statistic, numbersOf, expected }) => {
  it('merges with what was streamed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyRow, { maxLength: 12 }),
        fc.array(anyRow, { maxLength: 12 }),
        async (a, b) => {
          const queried = await withTable(a, async (_, { from, column }) =>
            statistic.read(await database.rows(statistic.sql({ from, column }, duckdb))),
          );
          const merged = statistic.merge(queried, await stateOf(statistic, b));
          expectNear(numbersOf(statistic.answer(merged)), expected([...a, ...b]));
        },
      ),
      { numRuns: 10 },
    );
  });
});

describe.each(CASES.filter(({ merges }) => !merges))('$name by SQL', ({ statistic }) => {
  it('refuses to be merged', async () => {
    const rows = filled([{ amount: 1, level: 'a' }, { amount: 2 }]);
    const queried = await withTable(rows, async (_, { from, column }) =>
      statistic.read(await database.rows(statistic.sql({ from, column }, duckdb))),
    );
    expect(() => statistic.merge(queried, statistic.init())).toThrow(/were to be merged/);
    expect(() => statistic.merge(statistic.init(), queried)).toThrow(/were to be merged/);
  });
});

describe('numbers that are rare', () => {
  const check = async (of: string, rows: readonly Row[]) => {
    const found = CASES.filter(({ name }) => name.startsWith(of));
    expect(found).not.toHaveLength(0);
    for (const one of found) await expectAgreement(rows, one);
  };

  it.each(['counts', 'quantiles', 'tally'])('infinite ones: %s', (of) => {
    const amounts = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -4, 20, 1e308, -1e308];
    return check(of, filled(amounts.map((amount) => ({ amount }))));
  });

  it('risks beside the borders of cells', () => {
    // The border of cell k is where 32 times the log-odds is k - 1/2.
    const borders = [-255, -64, -1, 0, 1, 33, 256].map((cell) => sigmoid((cell - 0.5) / 32));
    const risks = borders.flatMap((border) =>
      [-3, -2, -1, 0, 1, 2, 3].map((k) => border * (1 + k * 2 ** -53)),
    );
    return check('risk counts', filled(risks.map((risk, k) => ({ risk, left: k % 2 === 0 ? 0 : 1 }))));
  });

  it('a risk that is none is refused by both makers', async () => {
    const { statistic } = CASES.find(({ name }) => name.startsWith('risk counts')) ?? {};
    if (statistic === undefined) throw new Error('No statistic counts risks.');
    for (const risk of [-0.1, 1.0000000000000002, Number.NaN]) {
      await withTable(filled([{ left: 1 }, { left: 0, risk }]), async (table, sqlTable) => {
        const refused = { code: 'value-invalid' };
        await expect(aggregateRows(table, [statistic])).rejects.toMatchObject(refused);
        const run = (sql: string) => database.rows(sql);
        await expect(aggregateBySql(run, sqlTable, duckdb, [statistic])).rejects.toMatchObject(refused);
      });
      await check('risk counts', filled([{ left: 1 }, { risk }]));
    }
  });
});

describe('a pass over a table', () => {
  it('reads each column once and answers all statistics in order', async () => {
    const rows = filled([
      { amount: 2, left: 1 },
      { amount: 5, left: 0, risk: 0.9 },
    ]);
    await withTable(rows, async (table) => {
      const asked: (readonly (string | null)[])[] = [];
      const watched: Pick<Table, 'stream'> = {
        stream(columns) {
          asked.push(columns);
          return table.stream(columns) as AsyncIterable<ColumnBatch>;
        },
      };
      const statistics = CASES.map(({ statistic }) => statistic);
      const answers = await aggregateRows(watched, statistics);
      expect(asked).toHaveLength(1);
      expect(asked[0]?.toSorted()).toEqual(Object.values(NAMES).toSorted());
      for (const [k, { numbersOf, expected }] of CASES.entries()) {
        expectNear(numbersOf(answers[k]), expected(rows));
      }
    });
  });

  it('names a column that is not there', async () => {
    await withTable([], async (table) => {
      const [{ statistic }] = CASES as [(typeof CASES)[number]];
      const other = { ...statistic, columns: ['nowhere'] };
      await expect(aggregateRows(table, [other])).rejects.toMatchObject({ code: 'column-missing' });
    });
  });
});

/** The state of rows that are added as one batch of vectors. */
async function stateOf<State>(statistic: Statistic<State, unknown>, rows: readonly Row[]): Promise<State> {
  return withTable(rows, async (table) => {
    let state = statistic.init();
    for await (const batch of table.stream(statistic.columns)) {
      const columns: readonly SourceColumn[] = batch.columns;
      state = statistic.add(state, columns, batch.rows);
    }
    return state;
  });
}
