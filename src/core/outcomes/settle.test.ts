import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ROW_STATES, type RowState, type SettleRule, settle } from './settle.ts';

const DAY = 86_400_000;
const open = -1;

/** Rows as [client, day or null, label or -1, content]. */
type Row = readonly [client: number, day: number | null, label: number, content?: number];

function settled(rows: readonly Row[], rule: Partial<SettleRule> = {}) {
  const clients = rows.reduce((most, [client]) => Math.max(most, client + 1), 0);
  const timed = rows.some(([, day]) => day !== null);
  const result = settle(
    {
      clients,
      codes: Int32Array.from(rows, ([client]) => client),
      times: timed ? Float64Array.from(rows, ([, day]) => (day === null ? Number.NaN : day * DAY)) : null,
      labels: Int8Array.from(rows, ([, , label]) => label),
      contents: rows.some(([, , , content]) => content !== undefined)
        ? BigUint64Array.from(rows, ([, , , content = 0]) => BigInt(content))
        : null,
    },
    { horizonDays: 0, meaning: 'outcome', nowMs: 1000 * DAY, ...rule },
  );
  return {
    outcomes: [...result.outcomes],
    states: Array.from(result.states, (state) => ROW_STATES[state] as RowState),
    newest: [...result.newest],
    counts: result.counts,
  };
}

describe('settle', () => {
  it('takes the label of a row at its word, and without one waits', () => {
    const { outcomes, states, counts } = settled([
      [0, null, 1],
      [1, null, 0],
      [2, null, open],
    ]);
    expect(outcomes).toEqual([1, 0, open]);
    expect(states).toEqual(['known', 'known', 'waiting']);
    expect(counts).toEqual({ known: 2, waiting: 1, immature: 0, gone: 0, superseded: 0 });
  });

  it('closes what was open by the next label of the client, and by that of no other', () => {
    const { outcomes } = settled([
      [0, null, open],
      [0, null, open],
      [1, null, open],
      [0, null, 0],
      [0, null, open],
      [0, null, 1],
    ]);
    expect(outcomes).toEqual([0, 0, open, 0, 1, 1]);
  });

  it('closes a row by what is seen of the client within the horizon and at its end', () => {
    const rule = { horizonDays: 30 };
    const one = (...later: Row[]) => settled([[0, 0, open], ...later], rule);
    expect(one([0, 20, 1]).outcomes[0]).toBe(1);
    expect(one([0, 31, 0]).outcomes[0]).toBe(0);
    expect(one([0, 31, open]).outcomes[0]).toBe(0);
    expect(one([0, 15, 0]).states[0]).toBe('waiting');
    expect(one([0, 90, 1]).states[0]).toBe('waiting'); // left some time in three months
    expect(one([0, 28, 0], [0, 59, 1]).outcomes[0]).toBe(0); // February is short
    expect(one([0, 31, 1]).outcomes[0]).toBe(1); // first seen to be gone a day late
  });

  it('keeps every outcome back until its horizon has passed, those who left too', () => {
    const rule = { horizonDays: 30, nowMs: 20 * DAY };
    expect(settled([[0, 0, 1]], rule).states).toEqual(['immature']);
    expect(
      settled(
        [
          [0, 0, open],
          [0, 10, 1],
        ],
        rule,
      ).states,
    ).toEqual(['immature', 'immature']);
  });

  it('makes of a monthly status what happened in the month after, and nothing of those who are gone', () => {
    const rule = { horizonDays: 30, meaning: 'status' } as const;
    const months = [0, 31, 59, 90];
    const stays: Row[] = months.map((day) => [0, day, 0]);
    const leaves: Row[] = months.map((day, k) => [1, day, k >= 2 ? 1 : 0]);
    const { outcomes, states, newest } = settled([...stays, ...leaves], rule);
    expect(outcomes).toEqual([0, 0, 0, open, 0, 1, open, open]);
    expect(states).toEqual(['known', 'known', 'known', 'waiting', 'known', 'known', 'gone', 'gone']);
    expect(newest).toEqual([3, 7]);
  });

  it('makes of four clients what the picture in docs/clients.md shows', () => {
    const months = [0, 28, 59, 89, 120];
    const of = (client: number, ...statuses: readonly (number | null)[]) =>
      statuses.flatMap((status, k) =>
        status === null ? [] : [[client, months[k] as number, status] as const],
      );
    const rows = [
      ...of(0, 0, 0, 0, 0, 0),
      ...of(1, 0, 0, 0, 1, 1),
      ...of(2, 0, 1, 1, 0, 0),
      ...of(3, null, null, null, null, 0),
    ];
    const { outcomes, states } = settled(rows, { horizonDays: 31, meaning: 'status' });
    const told = states.map((state, k) => (state === 'known' ? String(outcomes[k]) : state[0])).join(' ');
    expect(told).toBe('0 0 0 0 w 0 0 1 g g 1 g g 0 w w');
  });

  it('knows nothing of a gap in the rows of a status, neither of those who stayed nor of those who left', () => {
    const rows: Row[] = [
      [0, 0, 0],
      [0, 61, 0],
      [1, 0, 0],
      [1, 61, 1],
    ];
    expect(settled(rows, { horizonDays: 30, meaning: 'status' }).states).toEqual([
      'waiting',
      'waiting',
      'waiting',
      'gone',
    ]);
    // A label that came late is one all the same.
    expect(
      settled(
        [
          [0, 0, open],
          [0, 61, 0],
        ],
        { horizonDays: 30 },
      ).outcomes[0],
    ).toBe(0);
  });

  it('takes a client as gone until a row says otherwise, not where a row says nothing', () => {
    const rows: Row[] = [0, 31, 59, 90, 120].map((day, k) => [0, day, [0, 1, open, 1, 0][k] as number]);
    const { states } = settled(rows, { horizonDays: 31, meaning: 'status' });
    expect(states).toEqual(['known', 'gone', 'gone', 'gone', 'waiting']);
  });

  it('is not led by a few rows that are ahead of the others', () => {
    const month = (day: number): Row[] => [0, 1, 2, 3, 4].map((client) => [client, day, 0]);
    const rule = { horizonDays: 30, meaning: 'status' } as const;
    const plain = settled([...month(0), ...month(30)], rule);
    const ahead = settled([...month(0), ...month(30), [0, 45, 1], [1, 90_000, 0]], rule);
    expect(plain.counts.known).toBe(5);
    expect(ahead.counts.known).toBe(5);
    expect(ahead.states[5]).toBe('immature');
  });

  it('waits with a status until the table reaches to the end of the horizon, so that leavers are not known first', () => {
    const { states } = settled(
      [
        [0, 0, 0],
        [1, 0, 0],
        [1, 14, 1],
      ],
      { horizonDays: 30, meaning: 'status' },
    );
    expect(states).toEqual(['waiting', 'immature', 'gone']);
  });

  it('lets a client come back', () => {
    const { newest, states } = settled(
      [
        [0, 0, 1],
        [0, 60, 0],
        [0, 90, 0],
      ],
      { horizonDays: 30, meaning: 'status' },
    );
    expect(newest).toEqual([2]);
    expect(states).toEqual(['gone', 'known', 'waiting']);
  });

  it('counts an observation once when its label comes in a row of its own', () => {
    expect(
      settled([
        [0, 5, open],
        [0, 5, 1],
      ]).states,
    ).toEqual(['superseded', 'known']);
    expect(
      settled([
        [0, null, open, 7],
        [0, null, open, 8],
        [0, null, 0, 7],
      ]).states,
    ).toEqual(['superseded', 'known', 'known']);
  });

  it('takes the newest row by time and then by order, a time that is not known first', () => {
    expect(
      settled([
        [0, 9, 0],
        [0, 3, 0],
        [1, null, 0],
        [1, 1, 0],
        [2, 4, 0],
        [2, 4, 1],
      ]).newest,
    ).toEqual([0, 3, 5]);
    expect(settled([])).toMatchObject({ outcomes: [], newest: [] });
  });

  const days = fc.integer({ min: 0, max: 120 });
  const label = fc.constantFrom(0, 1, open);
  const table = fc.array(fc.tuple(fc.nat(4), days, label), { minLength: 1, maxLength: 30 });
  const meanings = fc.constantFrom('outcome' as const, 'status' as const);

  it('does with a status what its definition says, worked out row by row', () => {
    const rule = { horizonDays: 30, meaning: 'status' } as const;
    const distinct = fc.uniqueArray(fc.tuple(fc.nat(3), fc.integer({ min: 0, max: 150 }), label), {
      selector: ([client, day]) => `${client} ${day}`,
      minLength: 1,
      maxLength: 30,
    });
    const stateOf = (rows: readonly Row[], [client, day, own]: Row): [RowState, number] => {
      const of = (who: number) =>
        rows.filter(([other]) => other === who).toSorted((a, b) => (a[1] ?? 0) - (b[1] ?? 0));
      const mine = of(client);
      const at = day ?? 0;
      const said = mine.filter((row) => (row[1] ?? 0) <= at && row[2] !== open).at(-1);
      if (own === 1 || said?.[2] === 1) return ['gone', open];
      const later = mine.filter((row) => (row[1] ?? 0) > at);
      const leaves = later.find((row) => row[2] === 1)?.[1] ?? Number.POSITIVE_INFINITY;
      const isThere = later.some(
        ([, then]) => (then ?? 0) < leaves && (then ?? 0) >= at + 27 && (then ?? 0) <= at + 33,
      );
      const isGap = later.some(([, then]) => (then ?? 0) < leaves && (then ?? 0) > at + 30);
      const outcome = leaves <= at + 30 ? 1 : isThere ? 0 : !isGap && leaves <= at + 33 ? 1 : open;
      const there = [0, 1, 2, 3]
        .flatMap((who) => (of(who).length === 0 ? [] : [of(who).at(-1) as Row]))
        .filter((row) => row[2] !== 1)
        .map((row) => row[1] ?? 0)
        .sort((a, b) => a - b);
      const covered = there[there.length >> 1] ?? Number.NEGATIVE_INFINITY;
      if (outcome === open) return ['waiting', open];
      return at + 27 > covered ? ['immature', open] : ['known', outcome];
    };
    fc.assert(
      fc.property(distinct, (rows) => {
        const { states, outcomes } = settled(rows, rule);
        expect(states.map((state, k) => [state, outcomes[k]])).toEqual(rows.map((row) => stateOf(rows, row)));
      }),
      { numRuns: 1000 },
    );
  });

  it('gives every row one state, and an outcome to those that are known alone', () => {
    fc.assert(
      fc.property(table, meanings, fc.nat(60), (rows, meaning, horizonDays) => {
        const { outcomes, states, counts } = settled(rows, { meaning, horizonDays });
        expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(rows.length);
        for (const [k, outcome] of outcomes.entries()) expect(outcome === open).toBe(states[k] !== 'known');
      }),
    );
  });

  it('does not depend on the order in which rows of different times came', () => {
    const distinct = fc.uniqueArray(fc.tuple(fc.nat(4), days, label), {
      selector: ([client, day]) => `${client} ${day}`,
      maxLength: 30,
    });
    fc.assert(
      fc.property(distinct, meanings, fc.nat(60), (rows, meaning, horizonDays) => {
        const rule = { meaning, horizonDays };
        const there = settled(rows, rule).outcomes;
        const back = settled(rows.toReversed(), rule).outcomes.toReversed();
        expect(back).toEqual(there);
      }),
    );
  });

  it('never takes back an outcome when later rows come, and later rows close what waits', () => {
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 60 }), (rows, horizonDays) => {
        const rule = { meaning: 'outcome', horizonDays } as const;
        const before = settled(rows, rule).outcomes;
        const more: Row[] = [0, 1, 2, 3, 4].map((client) => [client, 500, 0]);
        const after = settled([...rows, ...more], rule);
        for (const [k, outcome] of before.entries()) {
          if (outcome !== open) expect(after.outcomes[k]).toBe(outcome);
        }
        expect(after.counts.waiting).toBeLessThanOrEqual(settled(rows, rule).counts.waiting);
      }),
    );
  });
});
