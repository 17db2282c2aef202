import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentProgress } from '../../../../base/progress.ts';
import { type ConfigInput, configSchema } from '../../../../config/schema.ts';
import { contractOfConfig, eventsContractOf, filedContract } from '../../../../formats/contract/contract.ts';
import { parseTimeText } from '../../../../formats/csv/time-text.ts';
import type { Engine, Snapshot, Table } from '../../../port.ts';
import { writeSnapshotFile } from '../../files/snapshot-file.ts';
import { createDuckdbEngine } from '../engine.ts';

const DAY = 86_400_000;

/** Times are told apart to the microsecond. */
const microseconds = (text: string) => Math.floor(parseTimeText(text) * 1000);
const DAY_US = DAY * 1000;

interface Row {
  readonly id: string;
  readonly time: string;
  readonly usage: number | null;
}
interface Event {
  readonly id: string;
  readonly time: string;
  readonly type: string | null;
  readonly amount: number | null;
}

const DERIVED = {
  logins_7: { events: 'count', days: 7, type: 'login' },
  all_30: { events: 'count', days: 30 },
  all_ever: { events: 'count' },
  paid_30: { events: 'sum', days: 30, type: 'buy' },
  paid_ever: { events: 'sum' },
  idle: { events: 'days_since_last' },
  idle_login: { events: 'days_since_last', days: 30, type: 'login' },
  usage_change: { change: 'usage' },
} as const;

const config = configSchema.parse({
  input_folder_path: 'in',
  output_folder_path: 'out',
  test_data_path: 'test',
  output_model_path: 'model',
  prod_deployment_path: 'live',
  columns: {
    id: 'id',
    time: 'day',
    target: 'left',
    numeric: ['usage', 'n'],
    derived: DERIVED,
  },
  tables: { events: { path: 'events', id: 'client', time: 'at', type: 'what', amount: 'money', key: 'n' } },
} satisfies ConfigInput);

const columns = Object.keys(DERIVED);

/** What the definitions say, event by event. */
function bruteForce(row: Row, rows: readonly Row[], events: readonly Event[]): (number | null)[] {
  const now = microseconds(row.time);
  const dated = events
    .map((event) => ({ ...event, at: microseconds(event.time) }))
    .filter(({ at }) => !Number.isNaN(at));
  const past = dated.filter(({ at }) => at < now);
  const first = Math.min(...past.map(({ at }) => at));
  return Object.values(DERIVED).map((column) => {
    if (Number.isNaN(now)) return null;
    if ('change' in column) {
      const before = rows
        .map((other, place) => ({ ...other, at: microseconds(other.time), place }))
        .filter(({ id, at }) => id === row.id && at < now)
        .sort((a, b) => b.at - a.at || b.place - a.place)[0];
      return before === undefined || before.usage === null || row.usage === null
        ? null
        : row.usage - before.usage;
    }
    const { events: what } = column;
    const days = 'days' in column ? column.days : null;
    const type = 'type' in column ? column.type : null;
    const start = days === null ? -Infinity : now - days * DAY_US;
    const mine = past.filter(
      (event) => event.id === row.id && event.at >= start && (type === null || event.type === type),
    );
    if (what === 'days_since_last')
      return mine.length === 0 ? null : (now - Math.max(...mine.map(({ at }) => at))) / DAY_US;
    if (!past.some(({ at }) => at >= start) || (days !== null && first > start)) return null;
    return what === 'count' ? mine.length : mine.reduce((sum, { amount }) => sum + (amount ?? 0), 0);
  });
}

describe('columns that are computed from events and earlier rows', () => {
  let home: string;
  let engine: Engine;
  let folders = 0;

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'computed-'));
    engine = await createDuckdbEngine({
      threads: 2,
      memoryLimit: '300MB',
      temporaryFolder: join(home, 'tmp'),
    });
  });
  afterAll(async () => {
    await engine.close();
    rmSync(home, { recursive: true });
  });

  const rowText = (rows: readonly Row[]) =>
    `id,day,usage,left,n\n${rows.map(({ id, time, usage }, k) => `${id},${time},${usage ?? ''},${k % 2},${k}\n`).join('')}`;
  const eventText = (events: readonly Event[]) =>
    `client,at,what,money,n\n${events.map(({ id, time, type, amount }, k) => `${id},${time},${type ?? ''},${amount ?? ''},${k}\n`).join('')}`;

  /** Compiles both tables into a new folder and computes. */
  async function computed(rows: readonly Row[], events: readonly Event[], by: Engine = engine) {
    const root = join(home, `w${++folders}`);
    for (const [folder, text] of [
      ['in', rowText(rows)],
      ['events', eventText(events)],
    ] as const) {
      mkdirSync(join(root, folder), { recursive: true });
      writeFileSync(join(root, folder, 'a.csv'), text);
    }
    const output = join(root, 'out');
    const contract = contractOfConfig(config, output);
    const compile = (folder: string, into: string, of: typeof contract) =>
      by.compile({
        folder: join(root, folder),
        output: into,
        contract: of,
        maxRejectedShare: 0,
        progress: silentProgress,
      });
    const base = (await compile('in', output, filedContract(contract))).snapshot;
    const eventsContract = eventsContractOf(config);
    const names = config.tables.events;
    if (eventsContract === null || names === null) throw new Error('no events');
    const compiled = await compile('events', join(output, 'events'), eventsContract);
    writeSnapshotFile(join(output, 'events'), compiled.snapshot);
    const request = {
      snapshot: base,
      contract,
      events: { ...names, snapshot: compiled.snapshot },
      columns: contract.computed?.columns ?? [],
      progress: silentProgress,
    };
    const result = await by.compute(request);
    writeSnapshotFile(output, result.snapshot);
    return { ...result, base, contract, root, again: () => by.compute(request) };
  }

  async function valuesOf(table: Table): Promise<(number | null)[][]> {
    const rows: (number | null)[][] = [];
    for await (const batch of table.stream(columns)) {
      for (let row = 0; row < batch.rows; row++) {
        rows.push(
          batch.columns.map((column) => {
            const value = column.kind === 'numeric' ? (column.values[row] as number) : Number.NaN;
            return Number.isNaN(value) ? null : value;
          }),
        );
      }
    }
    await table.close();
    return rows;
  }

  const openSnapshot = (snapshot: Snapshot, contract: ReturnType<typeof contractOfConfig>) =>
    engine.open({ kind: 'snapshot', snapshot, contract });

  const times = fc.oneof(
    fc
      .integer({ min: 0, max: 60 })
      .map((day) => new Date(Date.UTC(2024, 2, 1) + day * DAY).toISOString().slice(0, 10)),
    fc
      .tuple(fc.integer({ min: 0, max: 60 * 24 * 4 }), fc.constantFrom('Z', '', '+02:00', '-0530', '+01'))
      .map(
        ([quarter, zone]) =>
          `${new Date(Date.UTC(2024, 2, 1) + quarter * 900_000).toISOString().slice(0, 19)}${zone}`,
      ),
    // The hour that is there twice, and the one that is not, where clocks change: zones tell the instants apart.
    fc.constantFrom(
      '2024-03-31T02:30:00+01:00',
      '2024-03-31T03:30:00+02:00',
      '2024-03-31T01:59:60Z',
      '2024-03-10 10:00:00.123456789',
      '',
    ),
  );
  const ids = fc.constantFrom('a', 'b', 'c');
  const rows = fc.array(
    fc.record({ id: ids, time: times, usage: fc.option(fc.integer({ min: -5, max: 5 }), { freq: 5 }) }),
    { minLength: 4, maxLength: 12 },
  );
  const events = fc.array(
    fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'nobody'),
      time: times,
      type: fc.constantFrom('login', 'buy', null),
      amount: fc.option(
        fc.integer({ min: -2000, max: 2000 }).map((cents) => cents / 8),
        { freq: 4 },
      ),
    }),
    { minLength: 1, maxLength: 40 },
  );

  it('are what an event by event count gives, for rows of a snapshot and for the same rows of a file', async () => {
    await fc.assert(
      fc.asyncProperty(rows, events, async (someRows, someEvents) => {
        const { snapshot, contract, root } = await computed(someRows, someEvents);
        const expected = someRows.map((row) => bruteForce(row, someRows, someEvents));
        const kept = await openSnapshot(snapshot, contract);
        expect(await valuesOf(kept)).toEqual(expected);
        const path = join(root, 'in', 'a.csv');
        const file = await engine.open({ kind: 'files', paths: [path], contract, labels: 'optional' });
        expect(await valuesOf(file)).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  }, 120_000);

  /** A panel of months in which each client has an event now and then. */
  const months = ['2024-02-01', '2024-03-01', '2024-04-01', '2024-05-01'];
  const panel: Row[] = Array.from({ length: 40 }, (_, k) =>
    months.map((time, month) => ({ id: `c${k}`, time, usage: (k * 7 + month * month) % 11 })),
  ).flat();
  const past: Event[] = Array.from({ length: 900 }, (_, k) => ({
    id: `c${(k * 17) % 45}`,
    time: new Date(Date.UTC(2024, 0, 1) + k * 11_111_000).toISOString(),
    type: k % 3 === 0 ? 'login' : 'buy',
    amount: ((k * 37) % 1000) / 100,
  }));

  it('know nothing of events from the time of the row on, however well these tell the label', async () => {
    const without = await computed(
      panel,
      past.filter(({ time }) => time < '2024-05-01'),
    );
    const told: Event[] = panel
      .map((row, k) => ({ ...row, left: k % 2 }))
      .filter(({ left, time }) => left === 1 && time === '2024-05-01')
      .flatMap(({ id, time }) =>
        [time, `${time}T00:00:00.000001Z`, '2024-05-02'].map((at) => ({
          id,
          time: at,
          type: 'buy',
          amount: 1e6,
        })),
      );
    const withFuture = await computed(panel, [...past.filter(({ time }) => time < '2024-05-01'), ...told]);
    expect(told.length).toBeGreaterThan(20);
    expect(await valuesOf(await openSnapshot(withFuture.snapshot, withFuture.contract))).toEqual(
      await valuesOf(await openSnapshot(without.snapshot, without.contract)),
    );
  });

  it('have the same bits for any number of threads, sums of odd amounts too', async () => {
    const amounts = past.map((event, k) => ({ ...event, amount: (event.amount ?? 0) * 1.1 + 1e9 * (k % 5) }));
    const answers: (number | null)[][][] = [];
    for (const threads of [1, 4]) {
      const folder = join(home, `threads${threads}`);
      const other = await createDuckdbEngine({ threads, memoryLimit: '300MB', temporaryFolder: folder });
      try {
        const { snapshot, contract } = await computed(panel, amounts, other);
        answers.push(await valuesOf(await openSnapshot(snapshot, contract)));
      } finally {
        await other.close();
      }
    }
    expect(answers[1]).toEqual(answers[0]);
    const sums = (answers[0] ?? []).map((row) => row[columns.indexOf('paid_ever')]);
    const exact = panel.map((row) => bruteForce(row, panel, amounts)[columns.indexOf('paid_ever')]);
    sums.forEach((sum, k) => {
      if (typeof sum !== 'number') expect(exact[k]).toBe(null);
      else expect(Math.abs(sum - (exact[k] ?? Number.NaN)) / Math.max(1, sum)).toBeLessThan(1e-14);
    });
  });

  it('are no part of what a row is: a late event changes them, and no key and no difference of tables', async () => {
    const early = await computed(panel, past);
    const late = await computed(panel, [...past, { id: 'c1', time: '2024-01-15', type: 'login', amount: 3 }]);
    expect(late.base.id).toBe(early.base.id);
    expect(late.snapshot.id).not.toBe(early.snapshot.id);
    const [a, b] = [
      await openSnapshot(early.snapshot, early.contract),
      await openSnapshot(late.snapshot, late.contract),
    ];
    const names = a.contract.columns.map(({ name }) => name);
    expect(await b.keys(names)).toEqual(await a.keys(names));
    expect(await b.except(a)).toHaveLength(0);
    expect(await valuesOf(b)).not.toEqual(await valuesOf(a));
  });

  it('are kept for the next time, and computed again where their file is gone', async () => {
    const { snapshot, again, contract, met } = await computed(panel, past);
    const values = await valuesOf(await openSnapshot(snapshot, contract));
    const folder = join(snapshot.parquetPath, '..');
    const file = `${snapshot.id}-computed.parquet`;
    expect(readdirSync(folder)).toContain(file);
    expect(await again()).toEqual({ snapshot, met });
    rmSync(join(folder, file));
    expect(await again()).toEqual({ snapshot, met });
    expect(await valuesOf(await openSnapshot(snapshot, contract))).toEqual(values);
  });

  it('tell how many events are of clients that nobody knows, and how far the events go', async () => {
    const { met } = await computed(panel, [...past, { id: 'c1', time: '', type: 'buy', amount: 1 }]);
    const unknown = past.filter(({ id }) => Number(id.slice(1)) >= 40).length;
    const last = past
      .map(({ time }) => time)
      .sort()
      .at(-1);
    expect(met).toEqual({
      events: 900,
      unknown,
      undated: 1,
      first: '2024-01-01T00:00:00.000Z',
      last,
      rowsAfter: panel.filter(({ time }) => parseTimeText(time) > parseTimeText(last ?? '')).length,
    });
  });

  it('have a profile, and stay with rows that are selected', async () => {
    const { snapshot, contract } = await computed(panel, past);
    const table = await openSnapshot(snapshot, contract);
    const all = await valuesOf(await openSnapshot(snapshot, contract));
    const idle = (await table.profile()).find(({ name }) => name === 'idle');
    expect(idle?.missing).toBe(all.filter((row) => row[columns.indexOf('idle')] === null).length);
    const some = await table.select(Uint32Array.of(3, 50, 159));
    expect(await valuesOf(some)).toEqual([all[3], all[50], all[159]]);
    await table.close();
  });
});
