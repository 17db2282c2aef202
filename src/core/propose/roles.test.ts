/** Which role each kind of column gets, and why: one table of names and values that files really have. */
import { describe, expect, it } from 'vitest';
import { createRandom, type Random } from '../../base/random.ts';
import { readNumberText } from '../values/plain-number.ts';
import type { ProposalWishes } from './column-verdict.ts';
import { type Proposal, propose } from './proposal.ts';
import { TableTally } from './table-tally.ts';

const ROWS = 300;
const RULES = {
  missing: new Set(['', 'NA', 'null']),
  parseNumber: readNumberText,
  isTime: (text: string) => /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?)?$/.test(text),
};
const NO_WISHES: ProposalWishes = {
  ...{ target: null, positive: null, id: null, time: null },
  ...{ use: [], leaveOut: [], numeric: [], categorical: [] },
};

type Value = (row: number, random: Random) => string | number;

/** The proposal for columns beside a fair feature and the target. */
function proposeFrom(columns: Readonly<Record<string, Value>>, rows = ROWS): Proposal {
  const random = createRandom(7);
  const all: Readonly<Record<string, Value>> = {
    usage: () => random.normal().toFixed(3),
    ...columns,
    churned: (row) => Number(row % 4 === 1),
  };
  const tally = new TableTally(Object.keys(all), { target: null, rules: RULES, seed: 1 });
  for (let row = 0; row < rows; row++) {
    tally.add(Object.values(all).map((value) => String(value(row, random))));
  }
  return propose(tally, NO_WISHES);
}

const oneOf =
  (...texts: readonly (string | number)[]): Value =>
  (_row, random) =>
    texts[random.below(texts.length)] ?? '';
const pad = (value: number, digits: number): string => String(value).padStart(digits, '0');
const spread = (row: number): number => (row * 7919) % 100_003;
const day = (row: number): string => `2017${pad(1 + (row % 12), 2)}${pad(1 + (row % 28), 2)}`;
const token = (row: number): string => Buffer.from(`${spread(row)}-${row}-key`).toString('base64');
const gaps =
  (text: string, share = 5): Value =>
  (row, random) =>
    row % share === 0 ? text : random.below(900) + 1;

/** Name, values, role (a suspect for what is left out as unfit), and the reason. */
const COLUMNS: readonly (readonly [string, Value, string, RegExp])[] = [
  // Periods and times of the row.
  ['month', (row) => `2024-${pad(1 + (row % 5), 2)}`, 'time', /time of the row, written as YYYY-MM$/],
  ['month', (row) => `2024${pad(1 + (row % 5), 2)}`, 'time', /written as YYYYMM$/],
  ['period', (row) => `2024/${pad(1 + (row % 12), 2)}`, 'time', /written as YYYY\/MM$/],
  ['month', (row) => `${['Jan', 'Feb', 'Mar'][row % 3]} 2024`, 'time', /written as MMM YYYY$/],
  ['Monat', (row) => `${['Januar', 'Februar', 'März'][row % 3]} 2024`, 'time', /written as MMM YYYY$/],
  ['billing_month', (row) => `${['Jan', 'Feb', 'Mar'][row % 3]}-24`, 'time', /written as MMM-YY$/],
  ['quarter', (row) => `2024Q${1 + (row % 4)}`, 'time', /written as YYYY\[Q\]Q$/],
  ['period', (row) => `2024-Q${1 + (row % 4)}`, 'time', /written as YYYY-\[Q\]Q$/],
  ['yyyymm', (row) => `2023${pad(1 + (row % 12), 2)}`, 'time', /written as YYYYMM$/],
  ['snapshot_date', (row) => day(row), 'time', /written as YYYYMMDD$/],
  ['snapshot_date', (row) => `2024-0${1 + (row % 9)}-01`, 'time', /by its name it is the time of the row$/],
  ['timestamp', (row) => 1_700_000_000 + row * 3600, 'time', /written as X$/],
  ['event_time', (row) => `${1_700_000_000 + row * 3600}123`, 'time', /written as x$/],
  // Dates that are not the row's.
  ['transaction_date', (row) => day(row), 'left-out', /^a date, written as YYYYMMDD: `columns.derived`/],
  ['membership_expire_date', (row) => day(row + 5), 'left-out', /^a date, written as YYYYMMDD/],
  [
    'last_login',
    (row) => `2024-0${1 + (row % 9)}-11`,
    'left-out',
    /^it is a date, and no column tells the time of the row/,
  ],
  [
    'created_at',
    (row) => `2024-01-${pad(1 + (row % 28), 2)} 09:30:00`,
    'left-out',
    /^it is a date, and no column tells the time of the row/,
  ],
  ['first_seen', (row) => 1_600_000_000 + row * 977, 'numeric', /whole numbers/],
  ['created', (row) => 1_600_000_000 + row * 977, 'left-out', /^a date, written as X/],
  ['signup month', (row) => `2023-${pad(1 + (row % 11), 2)}`, 'left-out', /^a date, written as YYYY-MM/],
  ['something', (row) => day(row), 'left-out', /^a date, written as YYYYMMDD/],
  // Numbers that only look like dates.
  ['amount', (_row, random) => 20_000_000 + random.below(1_000_000), 'numeric', /^whole numbers$/],
  ['amount', (_row, random) => 100_000 + random.below(300_000), 'numeric', /^whole numbers$/],
  ['salary', oneOf(201_101, 201_203, 199_912), 'numeric', /^whole numbers$/],
  ['balance_cents', (row) => 1_600_000_000 + row * 977_777, 'numeric', /^whole numbers$/],
  ['year', (row) => 2000 + (row % 20), 'numeric', /^whole numbers$/],
  // Codes and numbers.
  ['fee', (row) => `00775.${pad(row % 90, 2)}`, 'numeric', /^numbers$/],
  ['tariff', (row) => `0077${row % 5}`, 'categorical', /^5 codes: numbers that begin with zeros$/],
  ['tariff', (row) => pad(spread(row), 7), 'id', /^each row has its own value, without blanks inside$/],
  ['zip', oneOf('04103', '10115', '80331'), 'categorical', /^3 codes: numbers that begin with zeros$/],
  ['area_code', oneOf(408, 415, 510), 'categorical', /^3 codes: by its name its numbers are names$/],
  [
    'zipcode',
    (row) => 10_000 + (spread(row) % 900),
    'key',
    /^each row has its own: a key, of which nothing is learned$/,
  ],
  ['rate', oneOf('0.5', '0.25', '00'), 'numeric', /^numbers$/],
  ['flag', oneOf('0', '1'), 'numeric', /^numbers, two different ones$/],
  [
    'flag',
    (row) => ['0', '1', 'NA'][row % 3] ?? '',
    'numeric',
    /^numbers, two different ones; missing in 100 of 300 rows$/,
  ],
  // Ids under names of their own.
  ['msno', token, 'id', /^each row has its own value, without blanks inside$/],
  ['guest', (row) => `G${spread(row)}`, 'id', /^named like the client, and each row has its own$/],
  ['sapnr', (row) => 4_000_000 + spread(row), 'id', /^named like the client/],
  ['Kundennr', (row) => spread(row), 'id', /^named like the client/],
  ['Kundennummer', (row) => spread(row), 'id', /^named like the client/],
  ['id_cliente', (row) => spread(row), 'id', /^named like the client/],
  ['cif', (row) => `B${pad(spread(row), 8)}`, 'id', /^named like the client/],
  ['cid', (row) => `K${pad(row, 6)}`, 'id', /^named like the client/],
  ['msisdn', (row) => `4915${pad(spread(row), 8)}`, 'id', /^named like the client/],
  ['hash', (row) => token(row), 'id', /^each row has its own value/],
  ['numéro client', (row) => spread(row), 'id', /^named like the client/],
  // What is like an id and none.
  ['session_id', (row) => `s${spread(row)}`, 'key', /^by its name it is a key.*; each row has its own$/],
  ['email', (row) => `a${row}@example.org`, 'personal', /^by its name it is a person/],
  [
    'login',
    (row) => `a${row}@example.org`,
    'key',
    /^each row has its own: a key, of which nothing is learned$/,
  ],
  [
    'notes',
    (row) => `said ${row} things`,
    'free-text',
    /^each row has its own: free text, of which nothing is learned$/,
  ],
  [
    'agent_code',
    (_row, random) => `A-${random.below(250)}`,
    'no-signal',
    /^\d+ different texts, 1\.\d rows each \(\d+ % of the rows have one that comes once\); who left does not differ/,
  ],
  ['fee', (row) => `$${1 + (row % 97)},50`, 'left-out', /^its numbers have signs or separators/],
  ['customer', oneOf('new', 'old', 'vip'), 'categorical', /^3 different texts$/],
  ['score', (row) => (spread(row) / 7).toFixed(4), 'numeric', /^numbers$/],
  ['income', (row) => 10_000 + spread(row) * 3, 'numeric', /^whole numbers$/],
  ['no', (row) => row * 2 + (row % 2), 'id', /^each row has its own value/],
  ['index', (row) => row + 1, 'counter', /^it counts the rows$/],
  ['idx', (row) => spread(row), 'counter', /^by its name it numbers the rows; each row has its own$/],
  // Texts for missing.
  ...(
    [
      'not available',
      'Unknown',
      'n.a.',
      '-',
      '?',
      'k.A.',
      'k. A.',
      'keine Angabe',
      'no informado',
      'Non renseigné',
      '#N/A',
      'não informado',
    ] as const
  ).map((word) => ['calls', gaps(word), 'numeric', /^whole numbers; missing in 60 of 300 rows$/] as const),
  ['calls', gaps('many'), 'categorical', /different texts$/],
  // Constants.
  ['unit', () => 'EUR', 'constant', /^every row has "EUR"$/],
  ['unit', (row) => (row % 3 === 0 ? '' : 'NA'), 'constant', /^it is empty or "NA" in every row$/],
  ['unit', (row) => (row % 3 === 0 ? '?' : '7'), 'constant', /^every row that has a value has "7"$/],
];

describe('the role of a column', () => {
  it('is told for at least fifty kinds', () => expect(COLUMNS.length).toBeGreaterThanOrEqual(50));

  it.each(COLUMNS.map((column, k) => ({ k, name: column[0], role: column[2] })))(
    '$k: $name is $role',
    ({ k }) => {
      const [name, value, role, why] = COLUMNS[k] ?? raise();
      const rich: Value = (row, random) =>
        name === 'calls' && role === 'categorical' && row % 5 !== 0 ? row % 7 : value(row, random);
      const proposal = proposeFrom({ [name]: rich });
      const found = proposal.decisions.find(({ column }) => column === name) ?? raise();
      expect([found.suspect ?? found.role, found.why]).toEqual([role, expect.stringMatching(why)]);
    },
  );
});

describe('dates', () => {
  it('are given with the format that the configuration takes, and kept out of the features', () => {
    const proposal = proposeFrom({
      month: (row) => `${['Jan', 'Feb', 'Mar'][row % 3]} 2024`,
      transaction_date: day,
      signup_date: (row) => `2023-0${1 + (row % 9)}-01`,
    });
    expect(proposal.dates).toEqual({ month: 'MMM YYYY', transaction_date: 'YYYYMMDD' });
    expect(proposal.columns).toMatchObject({ time: 'month', numeric: ['usage'], categorical: [] });
  });

  it('are none where one value is no day of the calendar', () => {
    const proposal = proposeFrom({ paid_date: (row) => (row === 150 ? '20170231' : day(row)) });
    expect(proposal.dates).toEqual({});
    expect(proposal.columns.numeric).toContain('paid_date');
  });
});

describe('the client', () => {
  const clients = 60;
  const months = 5;
  const month: Value = (row) => `2024-${pad(1 + Math.floor(row / clients), 2)}`;

  it.each<[string, Value]>([
    ['ref', (row) => `R${pad((row % clients) * 37, 5)}`],
    ['zz', (row) => token(row % clients)],
    ['konto', (row) => 50_000 + (row % clients)],
  ])('is found in a panel by values that never come twice at one time: %s', (name, value) => {
    const proposal = proposeFrom({ [name]: value, month }, clients * months);
    expect(proposal.columns.id).toBe(name);
    expect(proposal.decisions.find(({ column }) => column === name)?.why).toMatch(/5\.0 rows on average$/);
  });

  it('is not taken from numbers alone, but asked about', () => {
    const proposal = proposeFrom(
      { acct: (row) => 5000 + (spread(row % clients) % 4000), month, foo: (row) => 5000 + (row % clients) },
      clients * months,
    );
    const named = proposal.columns.id;
    expect(named).toBe('acct');
    const unnamed = proposeFrom({ month, foo: (row) => 5000 + (row % clients) }, clients * months);
    expect(unnamed.columns.id).toBeNull();
    expect(unnamed.notes.join('\n')).toMatch(
      /If "foo" names the client \(no value of it comes twice at one "month".*\): --id "foo"\./,
    );
  });

  it('is asked about where several columns may name it', () => {
    const proposal = proposeFrom({ msno: token, hash: (row) => `h${spread(row)}` });
    expect(proposal.columns.id).toBeNull();
    const note = proposal.notes.join('\n');
    expect(note).toContain(
      'If "msno" names the client (each row has its own value, without blanks inside): --id "msno".',
    );
    expect(note).toContain('--id "hash".');
  });

  it('is not a feature whose values come twice at one time', () => {
    const proposal = proposeFrom(
      { plan: (row, random) => `P${random.below(40) + (row % 2)}`, month },
      clients * months,
    );
    expect(proposal.columns.id).toBeNull();
    expect(proposal.notes.join('\n')).toContain('Where one does name it, say --id COLUMN.');
  });
});

describe('numbers that may mean missing', () => {
  const note = (proposal: Proposal) =>
    proposal.notes.filter((text) => text.includes('missing_values')).join('\n');

  it.each(['-999', '9999', '-99', '-9999.0'])('%s is noted and not taken', (code) => {
    const proposal = proposeFrom({ age: gaps(code, 10), visits: (_row, random) => random.below(60) });
    const own = proposeFrom({ age: (row, random) => (row % 10 === 0 ? code : 18 + random.below(60)) });
    expect(note(own)).toBe(
      `"age" is ${code} in 30 rows, far from its other numbers. If that means missing, add "${code}" to \`missing_values\` in config.json.`,
    );
    expect([own.missingTexts, proposal.missingTexts]).toEqual([[], []]);
  });

  it.each<[string, Value]>([
    ['among near numbers', (_row, random) => 900 + random.below(100)],
    ['that is a price', oneOf(99, 149, 999)],
    ['in a few rows', (row, random) => (row < 4 ? -999 : random.below(60))],
  ])('a number %s is not noted', (_what, value) => {
    expect(note(proposeFrom({ amount: value }))).toBe('');
  });
});

function raise(): never {
  throw new Error('there is such a column');
}
