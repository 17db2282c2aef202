import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import type { ProposalWishes } from './column-verdict.ts';
import { type Proposal, propose } from './proposal.ts';
import { TableTally } from './table-tally.ts';

const NO_WISHES: ProposalWishes = {
  target: null,
  positive: null,
  id: null,
  use: [],
  time: null,
  leaveOut: [],
  numeric: [],
  categorical: [],
};
const RULES = {
  missing: new Set(['', 'NA', 'null']),
  parseNumber: (text: string) => (/^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN),
  isTime: (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text),
};

type Columns = Readonly<Record<string, readonly (string | number)[]>>;

function proposeFrom(columns: Columns, asked: Partial<ProposalWishes> = {}): Proposal {
  const names = Object.keys(columns);
  const wishes = { ...NO_WISHES, ...asked };
  const tally = new TableTally(names, { target: wishes.target, labels: wishes, rules: RULES, seed: 1 });
  const rows = Object.values(columns)[0]?.length ?? 0;
  for (let row = 0; row < rows; row++) tally.add(names.map((name) => String(columns[name]?.[row] ?? '')));
  return propose(tally, wishes);
}

function series(rows: number, value: (row: number) => string | number): (string | number)[] {
  return Array.from({ length: rows }, (_, row) => value(row));
}

/** 200 clients, a quarter of whom left; usage is a fair feature. */
function clients(seed = 3, rows = 200) {
  const random = createRandom(seed);
  const churn = series(rows, (row) => (row % 4 === 0 ? 1 : 0));
  const usage = series(rows, (row) => (random.normal() - Number(churn[row])).toFixed(3));
  return { random, rows, churn, usage };
}

function decisionOn(proposal: Proposal, column: string) {
  const found = proposal.decisions.find((decision) => decision.column === column);
  if (found === undefined) throw new Error(`no decision on ${column}`);
  return found;
}

/** Columns that must never become features, for `clients()`. */
const SUSPECTS: Readonly<Record<string, (base: ReturnType<typeof clients>) => (string | number)[]>> = {
  customer_id: ({ rows }) => series(rows, (row) => `c${(row * 7919) % 100003}`),
  account_key: ({ rows, random }) => series(rows, () => random.uint32()),
  row_counter: ({ rows }) => series(rows, (row) => row + 17),
  company_size_unit: ({ rows }) => series(rows, () => 'people'),
  nothing: ({ rows }) => series(rows, () => ''),
  surname: ({ rows, random }) => series(rows, () => `s${random.below(40)}`),
  comment: ({ rows }) => series(rows, (row) => `said ${row * 31} things`),
  churn_reason: ({ churn, random }) => churn.map((left) => (left === 1 ? `r${random.below(4)}` : '')),
  last_contact: ({ churn, random }) => churn.map((left) => (left === 1 ? '' : random.below(30))),
  final_bill: ({ churn, random }) => churn.map((left) => (left === 1 ? 50 + random.below(9) : '')),
  risk: ({ churn, random }) => churn.map((left) => (Number(left) * 5 + random.normal() * 0.5).toFixed(3)),
  flagged: ({ churn }) => churn.map((left) => (left === 1 ? 'Y' : 'N')),
  charge: ({ usage }) => usage.map((minutes) => (Number(minutes) * 0.17 + 4).toFixed(4)),
};

describe('propose', () => {
  it('never makes a feature of a suspect, whichever stand beside each other and in whatever order', () => {
    const names = fc.shuffledSubarray(Object.keys(SUSPECTS), { minLength: 1 });
    fc.assert(
      fc.property(names, fc.integer({ min: 0, max: 1000 }), (chosen, seed) => {
        const base = clients(seed);
        const extra = Object.fromEntries(chosen.map((name) => [name, SUSPECTS[name]?.(base) ?? []]));
        const proposal = proposeFrom({ usage: base.usage, ...extra, churn: base.churn });
        expect(proposal.columns.numeric).toEqual(['usage']);
        expect(proposal.columns.categorical).toEqual([]);
        for (const name of chosen) expect(['left-out', 'id']).toContain(decisionOn(proposal, name).role);
        const used = proposal.decisions.filter(({ suspect }) => suspect !== null);
        expect(used.every(({ role }) => role === 'left-out')).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('says of each suspect which kind it is', () => {
    const base = clients();
    const extra = Object.fromEntries(Object.entries(SUSPECTS).map(([name, make]) => [name, make(base)]));
    const proposal = proposeFrom({ usage: base.usage, ...extra, churn: base.churn });
    const kinds = Object.fromEntries(
      proposal.decisions.map(({ column, role, suspect }) => [column, suspect ?? role]),
    );
    expect(kinds).toEqual({
      usage: 'numeric',
      customer_id: 'id',
      account_key: 'key',
      row_counter: 'counter',
      company_size_unit: 'constant',
      nothing: 'constant',
      surname: 'personal',
      comment: 'free-text',
      churn_reason: 'filled-after-leaving',
      last_contact: 'empty-for-leavers',
      final_bill: 'filled-after-leaving',
      risk: 'ranks-too-well',
      flagged: 'copy-of-target',
      charge: 'copy',
      churn: 'target',
    });
  });

  it('gives the same proposal for the same table', () => {
    const { usage, churn } = clients();
    expect(proposeFrom({ usage, churn })).toEqual(proposeFrom({ usage, churn }));
  });

  it('uses a suspect that was asked for, and leaves out what was', () => {
    const base = clients();
    const columns = { usage: base.usage, risk: SUSPECTS['risk']?.(base) ?? [], churn: base.churn };
    const proposal = proposeFrom(columns, { use: ['risk'], leaveOut: ['usage'] });
    expect(proposal.columns.numeric).toEqual(['risk']);
    expect(decisionOn(proposal, 'usage').why).toBe('as asked');
  });

  it('does not cry leak over a strong feature, a rare pure level, or thousands of different numbers', () => {
    const { random, rows, churn, usage } = clients(5, 30_000);
    const strong = churn.map((left) => (Number(left) * 1.5 + random.normal()).toFixed(4));
    const rare = churn.map((left, row) => (left === 1 && row < 40 ? 'gold' : `plan ${row % 3}`));
    const many = series(rows, () => Math.floor(random.uniform() * 1e6));
    const proposal = proposeFrom({ usage, strong, rare, many, churn });
    expect(proposal.columns.numeric).toEqual(['usage', 'strong', 'many']);
    expect(proposal.columns.categorical).toEqual(['rare']);
  });

  it('reads codes as categories, blanks as missing, and yes or no as categories', () => {
    const { random, rows, churn, usage } = clients();
    const proposal = proposeFrom({
      usage,
      'Area code': series(rows, () => [408, 415, 510][random.below(3)] as number),
      zip: series(rows, () => `0${1000 + random.below(9)}`),
      products: series(rows, () => random.below(4)),
      partner: series(rows, () => (random.below(2) === 0 ? 'Yes' : 'No')),
      total: series(rows, (row) => (row < 5 ? ' ' : row < 8 ? '?' : random.below(1000))),
      churn,
    });
    expect(proposal.columns.categorical).toEqual(['Area code', 'zip', 'partner']);
    expect(proposal.columns.numeric).toEqual(['usage', 'products', 'total']);
    expect(proposal.missingTexts).toEqual(['?']);
    expect(decisionOn(proposal, 'total')).toMatchObject({ missing: 8 });
  });

  it('reads one text or nothing as a category, and one number or nothing as nothing', () => {
    const { random, rows, churn, usage } = clients();
    const some = (value: string) => series(rows, () => (random.below(3) === 0 ? value : ''));
    const proposal = proposeFrom({ usage, complaint: some('yes'), rate: some('7'), churn });
    expect(proposal.columns.categorical).toEqual(['complaint']);
    expect(decisionOn(proposal, 'rate').suspect).toBe('constant');
  });

  it('does not take a client called null for missing', () => {
    const { rows, churn, usage } = clients();
    const proposal = proposeFrom({
      client: series(rows, (row) => (row === 9 ? 'null' : `c${row}`)),
      usage,
      churn,
    });
    expect(proposal.columns.id).toBe('client');
    expect(decisionOn(proposal, 'client')).toMatchObject({ missing: 0, distinct: rows });
  });

  it('finds value, segment, owner and time by their names', () => {
    const { random, rows, churn, usage } = clients();
    const proposal = proposeFrom({
      snapshot_date: series(rows, (row) => `2024-0${1 + (row % 9)}-01`),
      signup_date: series(rows, (row) => `2023-0${1 + (row % 7)}-11`),
      usage,
      mrr: series(rows, () => 100 + random.below(900)),
      region: series(rows, () => ['north', 'south', 'west'][random.below(3)] as string),
      'Voice mail plan': series(rows, () => (random.below(2) === 0 ? 'Yes' : 'No')),
      account_manager: series(rows, () => `Manager ${random.below(9)}`),
      churn,
    });
    expect(proposal.columns).toMatchObject({
      id: null,
      value: 'mrr',
      segment: 'region',
      owner: 'account_manager',
      time: 'snapshot_date',
      numeric: ['usage', 'mrr'],
      categorical: ['region', 'Voice mail plan'],
    });
    expect(decisionOn(proposal, 'signup_date')).toMatchObject({ role: 'left-out', suspect: null });
  });

  it('takes a column with ids that a spreadsheet has shortened for no id, and says so', () => {
    const { rows, churn, usage } = clients();
    const account_id = series(rows, (row) => (row % 3 === 0 ? '1.00006E+11' : `10000${row}`));
    const customer_id = series(rows, (row) => (row === 5 ? ' 1,00006E+11' : `c${row}`));
    const proposal = proposeFrom({ account_id, customer_id, usage, churn });
    expect(proposal.columns).toMatchObject({ id: null, numeric: ['usage'], categorical: [] });
    expect(proposal.notes).toContainEqual(
      '"account_id" is not taken for the id: 67 rows have numbers that a spreadsheet has shortened, such as ' +
        '"1.00006E+11", so different clients may share one. Format the column as text and export the data again.',
    );
    expect(proposal.notes).toContainEqual(
      expect.stringMatching(/^"customer_id" .*: 1 row has .*"1,00006E\+11"/),
    );
    const good = series(rows, (row) => `k${row}`);
    expect(proposeFrom({ account_id, id: good, usage, churn }).columns.id).toBe('id');
    expect(() => proposeFrom({ account_id, usage, churn }, { id: 'account_id' })).toThrow(
      expect.objectContaining({
        code: 'value-invalid',
        message: expect.stringMatching(
          /^"account_id" cannot be the id: .*Format the column as text and export/,
        ),
      }),
    );
  });

  it('takes no scaled numbers for what is at stake, and numbers with some refunds all the same', () => {
    const { rows, churn, usage, random } = clients();
    const scaled = series(rows, () => random.normal().toFixed(3));
    const paid = series(rows, (row) => (row % 50 === 0 ? -20 : 100 + random.below(900)));
    expect(proposeFrom({ usage, mrr: scaled, churn }).columns.value).toBeNull();
    expect(proposeFrom({ usage, mrr: paid, churn }).columns.value).toBe('mrr');
  });

  it('finds no leak in what the rows of clients show who had left by then, where the target is a status', () => {
    const { rows } = clients();
    const customer_id = series(rows, (row) => `c${Math.floor(row / 2)}`);
    const month_end = series(rows, (row) => (row % 2 === 0 ? '2025-01-31' : '2025-02-28'));
    const churn = series(rows, (row) => (row % 2 === 1 && row % 8 === 1 ? 1 : 0));
    const usage = series(rows, (row) => (row % 2 === 1 && row % 8 === 1 ? 0 : 10 + ((row * 7) % 50)));
    const status = proposeFrom({ customer_id, month_end, usage, churn });
    expect(status.columns).toMatchObject({ numeric: ['usage'], time: 'month_end' });
    const timeless = () => proposeFrom({ customer_id, usage, churn });
    expect(timeless).toThrow(/No column is left to learn from/);
  });

  it('finds leaks in rows of many times where the target says what became of the client', () => {
    const { rows, random } = clients(3, 600);
    const label = series(rows, (row) => (row % 6 === 5 && row % 4 < 3 ? 1 : 0));
    const columns = {
      customer_id: series(rows, (row) => `c${Math.floor(row / 6)}`),
      month: series(rows, (row) => `2025-0${(row % 6) + 1}-28`),
      usage: series(rows, () => random.normal().toFixed(3)),
      why_so: series(rows, (row) => (label[row] === 1 ? `r${row % 3}` : '')),
      points: series(rows, (row) => 100 * Number(label[row]) + random.below(60)),
      end_day: series(rows, (row) =>
        label[row] === 1 ? `2025-0${(row % 6) + 2}-0${1 + (row % 9)}` : `2026-01-1${row % 9}`,
      ),
    };
    // One that left in a row and is there in the next has no status.
    const isBack = proposeFrom({
      ...columns,
      churn: series(rows, (row) => (row % 7 === 3 ? 1 : 0)),
      points: series(rows, (row) => (row % 7 === 3 ? 90 : 0) + random.below(60)),
    });
    expect(decisionOn(isBack, 'points').suspect).toBe('ranks-too-well');
    const given = proposeFrom({ ...columns, churn: label }, { meaning: 'outcome' });
    const named = proposeFrom({ ...columns, churn_next_month: label });
    for (const proposal of [given, named]) {
      expect(proposal.columns).toMatchObject({ numeric: ['usage'], categorical: [], derived: {} });
      expect(decisionOn(proposal, 'why_so').suspect).toBe('copy-of-target');
      expect(decisionOn(proposal, 'points').suspect).toBe('ranks-too-well');
      expect(decisionOn(proposal, 'end_day')).toMatchObject({ role: 'left-out' });
    }
  });

  it('leaves out columns without a name or with the name of another, and refuses to guess at the target', () => {
    const { churn, usage, rows } = clients();
    const tally = new TableTally(['', 'usage', 'x', 'x', 'churn'], { target: null, rules: RULES, seed: 1 });
    for (let row = 0; row < rows; row++) {
      tally.add([`a${row % 3}`, String(usage[row]), String(row % 7), String(row % 5), String(churn[row])]);
    }
    const proposal = propose(tally, NO_WISHES);
    expect(proposal.columns.numeric).toEqual(['usage']);
    expect(proposal.decisions.map(({ suspect }) => suspect)).toEqual([
      'nameless',
      null,
      'nameless',
      'nameless',
      null,
    ]);
    const twin = new TableTally(['usage', 'left', 'left'], { target: null, rules: RULES, seed: 1 });
    for (let row = 0; row < rows; row++)
      twin.add([String(usage[row]), String(churn[row]), String(churn[row])]);
    expect(() => propose(twin, NO_WISHES)).toThrow('names "left" more than once');
  });

  it('takes five hundred columns', () => {
    const { random, rows, churn } = clients();
    const wide = Object.fromEntries(
      Array.from({ length: 500 }, (_, k) => [`f${k}`, series(rows, () => random.normal().toFixed(3))]),
    );
    expect(proposeFrom({ ...wide, churn }).columns.numeric).toHaveLength(500);
  });

  it('refuses wishes that name no column, or one column twice', () => {
    const { churn, usage } = clients();
    expect(() => proposeFrom({ usage, churn }, { use: ['usge'] })).toThrow('did you mean "usage"?');
    expect(() => proposeFrom({ usage, churn }, { use: ['usage'], leaveOut: ['usage'] })).toThrow(
      'named by --use and by --leave-out',
    );
    expect(() => proposeFrom({ usage, churn }, { leaveOut: ['usage'] })).toThrow(
      'No column is left to learn from',
    );
  });
});

describe('chooseTarget', () => {
  const usage = series(40, (row) => (row * 37) % 11);
  const two = (a: string | number, b: string | number) => series(40, (row) => (row % 4 === 0 ? a : b));

  it.each([
    ['churned', 'yes', 'no', 'yes'],
    ['Attrition_Flag', 'Existing Customer', 'Attrited Customer', 'Attrited Customer'],
    ['is_active', 1, 0, '0'],
    ['is_active', 'inactive', 'active', 'inactive'],
    ['Status', 'Current', 'Closed', 'Closed'],
    ['left', 'FALSE', 'TRUE', 'TRUE'],
    ['exited', '0.0', '1.0', '1.0'],
    ['churn', 'not churned', 'churned', 'churned'],
    ['customer_status', 'Stayed', 'Lapsed', 'Lapsed'],
  ])('knows from %s of %s and %s that %s means left', (name, a, b, positive) => {
    const { columns, notes } = proposeFrom({ usage, [name]: two(a, b) });
    expect([columns.target, columns.positive]).toEqual([name, positive]);
    expect(columns.negative).toBe(String(a) === positive ? String(b) : String(a));
    expect(notes.some((note) => note.includes('rarer'))).toBe(false);
  });

  it('asks what two values that say nothing mean, with what to type', () => {
    const columns = { usage, status: two('A', 'B') };
    expect(() => proposeFrom(columns)).toThrow(
      /nothing says which means that the client left\. Say it: tidewatch init FILE --target "status" --positive "A", or .* --positive "B"/,
    );
    expect(proposeFrom(columns, { positive: 'B' }).columns).toMatchObject({ positive: 'B', negative: 'A' });
  });

  it('guesses that a yes means left under a name such as "target", and says how to turn it round', () => {
    const proposal = proposeFrom({ usage, target: two(1, 0) });
    expect(proposal.columns).toMatchObject({ positive: '1', negative: '0' });
    expect(proposal.notes[0]).toMatch(/a guess.*--positive "0"/);
    expect(decisionOn(proposal, 'target').why).toContain('a guess');
    const turned = proposeFrom({ usage, target: two(1, 0) }, { positive: '0' });
    expect(turned.columns).toMatchObject({ positive: '0', negative: '1' });
    expect(turned.notes.join()).not.toContain('guess');
  });

  it('prefers a straight name to a turned one, and two columns that say the same count as one', () => {
    const churn = two(1, 0);
    const is_active = series(40, (row) => (row % 3 === 0 ? 1 : 0));
    expect(proposeFrom({ usage, is_active, churn }).columns).toMatchObject({
      target: 'churn',
      numeric: ['usage', 'is_active'],
    });
    const label = two('Yes', 'No');
    const proposal = proposeFrom({ usage, 'Churn Label': label, 'Churn Value': churn });
    expect(proposal.columns.target).toBe('Churn Label');
    expect(decisionOn(proposal, 'Churn Value').role).toBe('left-out');
  });

  it('asks which is meant where several columns or none could be it', () => {
    const exited = series(40, (row) => (row % 3 === 0 ? 1 : 0));
    expect(() => proposeFrom({ usage, churn: two(1, 0), exited })).toThrow(
      expect.objectContaining({ code: 'usage', details: { candidates: ['churn', 'exited'] } }),
    );
    expect(() => proposeFrom({ usage, gender: two('f', 'm') })).toThrow(
      expect.objectContaining({ code: 'usage', details: { candidates: ['gender'] } }),
    );
    expect(() => proposeFrom({ usage, more: usage })).toThrow('No column of the data has two values');
    expect(proposeFrom({ usage, churn: two(1, 0), exited }, { target: 'exited' }).columns.target).toBe(
      'exited',
    );
  });

  it('refuses a target of one value or of three', () => {
    expect(() => proposeFrom({ usage, churn: two(1, 1) })).toThrow(
      expect.objectContaining({ code: 'one-class' }),
    );
    expect(() => proposeFrom({ usage, plan: series(40, (row) => row % 3) }, { target: 'plan' })).toThrow(
      expect.objectContaining({ code: 'value-invalid' }),
    );
    expect(() => proposeFrom({ usage, churn: two(1, 0) }, { positive: 'yes' })).toThrow(
      '--positive is "yes"',
    );
    expect(() => proposeFrom({ usage: [], churn: [] })).toThrow(
      expect.objectContaining({ code: 'input-empty' }),
    );
  });

  it('counts rows without a label apart', () => {
    const churn = series(40, (row) => (row < 3 ? '' : row % 4 === 0 ? 1 : 0));
    const { positive, negative, notes } = proposeFrom({ usage, churn });
    expect(positive.rows + negative.rows).toBe(37);
    expect(notes[0]).toContain('3 of 40 rows have no label');
  });
});

describe('columns that are made of others', () => {
  const DAY = 86_400_000;
  const iso = (day: number) => new Date(day * DAY).toISOString().slice(0, 10);

  /** Clients seen over three years; who has not logged in for long leaves, and who uses little of the quota. */
  function dated(rows = 1500, seed = 5) {
    const random = createRandom(seed);
    const time = series(rows, () => 18_600 + random.below(1095)).map(Number);
    const ago = series(rows, () => random.below(120)).map(Number);
    const quota = series(rows, () => [5, 10, 50, 100][random.below(4)] as number).map(Number);
    const share = series(rows, () => random.uniform()).map(Number);
    const churn = ago.map((days, row) => {
      const winter = new Date((time[row] as number) * DAY).getUTCMonth() === 0 ? 0.25 : 0;
      return random.uniform() < 0.05 + days / 250 + winter + ((share[row] as number) < 0.3 ? 0.3 : 0) ? 1 : 0;
    });
    return {
      customer_id: series(rows, (row) => `c${row}`),
      snapshot_date: time.map(iso),
      'Last Login': time.map((day, row) => iso(day - (ago[row] as number))),
      contract_end: time.map((day) => (random.below(10) === 0 ? '' : iso(day + 1 + random.below(300)))),
      data_used: share.map((part, row) => (part * (quota[row] as number)).toFixed(2)),
      data_quota: quota,
      churned: churn,
    };
  }

  it('are days since past dates and until coming ones, a ratio that ranks better, and a month with a season', () => {
    const { derived, columns } = proposeFrom(dated());
    expect(columns.derived).toEqual({
      days_since_last_login: { days_since: 'Last Login' },
      days_until_contract_end: { days_until: 'contract_end' },
      data_used_per_data_quota: { ratio: ['data_used', 'data_quota'] },
      month_of_snapshot_date: { month: 'snapshot_date' },
    });
    expect(derived.map(({ why }) => why)).toContain(
      'days from Last Login to the time of the row (snapshot_date)',
    );
    expect(derived.every(({ examples }) => examples.length === 3)).toBe(true);
  });

  it('say of each date what becomes of it', () => {
    const proposal = proposeFrom(dated());
    expect(decisionOn(proposal, 'Last Login')).toMatchObject({
      role: 'left-out',
      why: 'it is a date; the days since it are a feature',
    });
    expect(decisionOn(proposal, 'contract_end').why).toMatch(
      /^it is a date; the days until it are a feature/,
    );
  });

  it('are none where they are not wanted, or the date is left out', () => {
    expect(proposeFrom(dated(), { derived: false }).columns.derived).toEqual({});
    const { derived } = proposeFrom(dated(), { leaveOut: ['Last Login'] }).columns;
    expect(Object.keys(derived)).not.toContain('days_since_last_login');
  });

  it('count no days where no column tells the time of the row, and say so', () => {
    const { snapshot_date: _, ...rest } = dated();
    const proposal = proposeFrom(rest);
    expect(Object.values(proposal.columns.derived)).toEqual([{ ratio: ['data_used', 'data_quota'] }]);
    expect(proposal.notes.join(' ')).toMatch(
      /"Last Login", "contract_end" are dates, and left out.*--time COLUMN/,
    );
    expect(decisionOn(proposal, 'Last Login').why).toMatch(/no column tells the time of the row/);
  });

  it('are no month without a season, no ratio that says no more, and no date that is the same for all', () => {
    const { rows, churn, usage, random } = clients(9, 900);
    const time = series(rows, () => 18_600 + random.below(1095)).map(Number);
    const proposal = proposeFrom({
      customer_id: series(rows, (row) => `c${row}`),
      snapshot_date: time.map(iso),
      loaded: time.map((day) => iso(day - 3)),
      used_minutes: usage.map((value) => (Number(value) + 9).toFixed(3)),
      quota_minutes: series(rows, () => 1 + random.below(9)),
      churn,
    });
    expect(proposal.columns.derived).toEqual({});
    expect(decisionOn(proposal, 'loaded').why).toMatch(/as many days from the time of the row in every row/);
  });

  it('are no days that alone give the outcome away', () => {
    const base = dated();
    const proposal = proposeFrom({
      ...base,
      'Last Login': base.snapshot_date.map((text, row) =>
        iso(Date.parse(String(text)) / DAY - (base.churned[row] === 1 ? 200 + (row % 50) : row % 50)),
      ),
    });
    expect(Object.keys(proposal.columns.derived)).not.toContain('days_since_last_login');
    expect(decisionOn(proposal, 'Last Login').why).toMatch(/alone tells who left/);
  });

  it.each(['', '9999-12-31'])(
    'are no days to when a client leaves, which a dump fills in on rows before it (else "%s")',
    (open) => {
      const [clientsOf, months, start] = [90, 8, 19_750];
      const rows = clientsOf * months;
      const month = (row: number) => row % months;
      const client = (row: number) => Math.floor(row / months);
      const leavesAt = (row: number) => (client(row) % 3 === 0 ? 2 + (client(row) % 5) : null);
      const day = (row: number) => start + 30 * month(row);
      const hasLeft = (row: number) => month(row) > (leavesAt(row) ?? months);
      const proposal = proposeFrom({
        customer_id: series(rows, (row) => `c${client(row)}`),
        snapshot_date: series(rows, (row) => iso(day(row))),
        service_to: series(rows, (row) => {
          const month = leavesAt(row);
          return month === null ? open : iso(start + 30 * month + 1 + (client(row) % 28));
        }),
        // Renewed each year while the client stays: known beforehand.
        contract_to: series(rows, (row) =>
          iso(start + 30 * Math.min(month(row), leavesAt(row) ?? months) + 30 + ((client(row) * 37) % 335)),
        ),
        last_login: series(rows, (row) =>
          iso(start + 30 * Math.min(month(row), leavesAt(row) ?? months) - (row % 28)),
        ),
        usage: series(rows, (row) => (row * 7) % 13),
        churned: series(rows, (row) => (hasLeft(row) ? 1 : 0)),
      });
      expect(Object.values(proposal.columns.derived)).toEqual([
        { days_since: 'last_login' },
        { days_until: 'contract_to' },
      ]);
      expect(decisionOn(proposal, 'service_to').why).toMatch(/it tells when clients leave/);
    },
  );

  it('are ten at most, the rest told of, and have names of their own', () => {
    const base = dated();
    const random = createRandom(8);
    const dates = Object.fromEntries(
      Array.from({ length: 13 }, (_, k) => [
        `visit_${k}`,
        base.snapshot_date.map((text) => iso(Date.parse(String(text)) / DAY - random.below(400))),
      ]),
    );
    const proposal = proposeFrom({
      ...base,
      ...dates,
      days_since_last_login: base.churned.map(() => random.below(99)),
    });
    const names = proposal.derived.map(({ column }) => column);
    expect(names).toHaveLength(10);
    expect(names).toContain('days_since_last_login_2');
    expect(proposal.notes.join(' ')).toMatch(/more columns could be made of others than the 10 that are/);
  });
});
