/**
 * Computes the columns of bench/events.ts in a process of its own, so that its memory can be measured.
 *
 *   events-compute.ts FOLDER make CLIENTS EVENTS    writes rows.parquet and events.parquet
 *   events-compute.ts FOLDER ours                   as this system does
 *   events-compute.ts FOLDER sql                    by a join of each row with all events of its windows
 */
import { join } from 'node:path';
import { silentProgress } from '../src/base/progress.ts';
import { configSchema } from '../src/config/schema.ts';
import { Database } from '../src/engine/local/duckdb/database.ts';
import { createDuckdbEngine } from '../src/engine/local/duckdb/engine.ts';
import { literal } from '../src/engine/local/duckdb/sql.ts';
import type { SnapshotColumn } from '../src/engine/port.ts';
import { contractOfConfig, filedContract } from '../src/formats/contract/contract.ts';

const [folder = '.', mode = 'ours', clients = '100000', events = '10000000'] = process.argv.slice(2);
const OPTIONS = { threads: 2, memoryLimit: '2GB', temporaryFolder: join(folder, 'temporary') };
const WINDOWS = [7, 30, 90] as const;

if (mode === 'make') await make(Number(clients), Number(events));
else if (mode === 'ours') await computeOurs();
else await computeBySql();

async function make(clients: number, events: number): Promise<void> {
  const database = await Database.open(OPTIONS);
  await database.run(
    `copy (select 'c' || client as id, strftime(date '2025-01-01' + to_months(month::integer), '%Y-%m-%d') as day
      from range(${clients}) c(client), range(12) m(month)) to ${literal(join(folder, 'rows.parquet'))}`,
  );
  await database.run(
    `copy (select 'c' || (hash(k) % ${clients}) as id,
      strftime(timestamp '2024-07-01' + to_seconds((hash(k + 1000000007) % 46656000)::bigint), '%Y-%m-%dT%H:%M:%S') as at,
      ['login', 'order', 'ticket'][1 + (hash(k + 7) % 3)::integer] as what, (hash(k + 11) % 10000)::double / 100 as money
      from range(${events}) e(k)) to ${literal(join(folder, 'events.parquet'))}`,
  );
  database.close();
}

async function computeOurs(): Promise<void> {
  const derived = Object.fromEntries([
    ...WINDOWS.flatMap((days) => [
      [`n${days}`, { events: 'count' as const, days }],
      [`s${days}`, { events: 'sum' as const, days }],
    ]),
    ['logins', { events: 'count' as const, days: 30, type: 'login' }],
    ['idle', { events: 'days_since_last' as const }],
  ]);
  const config = configSchema.parse({
    ...{ input_folder_path: 'a', output_folder_path: 'b', test_data_path: 'c', output_model_path: 'd' },
    prod_deployment_path: 'e',
    columns: { id: 'id', time: 'day', target: 'left', numeric: [], categorical: ['id2'], derived },
    tables: { events: { path: 'f', id: 'id', time: 'at', type: 'what', amount: 'money' } },
  });
  const contract = contractOfConfig(config, folder);
  const engine = await createDuckdbEngine(OPTIONS);
  const columns: SnapshotColumn[] = [
    { name: 'id', role: 'id', type: 'text' },
    { name: 'day', role: 'time', type: 'text' },
  ];
  const names = config.tables.events;
  if (names === null) throw new Error('There are no events.');
  const of = (id: string, own: readonly SnapshotColumn[], rows: number) => ({
    ...{ id, rows, columns: own, files: [], csvPath: '' },
    parquetPath: join(folder, `${id}.parquet`),
  });
  const database = await Database.open(OPTIONS);
  const [rows = 0] = await database.numbers(`select count(*) from ${literal(join(folder, 'rows.parquet'))}`);
  database.close();
  const { snapshot, met } = await engine.compute({
    snapshot: of('rows', columns, rows),
    contract: filedContract(contract),
    events: {
      ...names,
      snapshot: of(
        'events',
        [
          { name: 'id', role: 'id', type: 'text' },
          { name: 'at', role: 'time', type: 'text' },
          { name: 'what', role: 'categorical', type: 'text' },
          { name: 'money', role: 'numeric', type: 'double' },
        ],
        0,
      ),
    },
    columns: contract.computed?.columns ?? [],
    progress: silentProgress,
  });
  const table = await engine.open({ kind: 'snapshot', snapshot, contract });
  const profile = await table.profile();
  const sums = Object.fromEntries(
    profile.flatMap(({ name, numeric }) => (numeric ? [[name, numeric.mean]] : [])),
  );
  process.stdout.write(`${JSON.stringify({ sums, events: met?.events })}\n`);
  await table.close();
  await engine.close();
}

async function computeBySql(): Promise<void> {
  const database = await Database.open(OPTIONS);
  const counted = WINDOWS.flatMap((days) => {
    const within = `e.moment >= r.day - interval ${days} day`;
    return [
      `count(e.moment) filter (${within}) as n${days}`,
      `coalesce(sum(e.money) filter (${within}), 0) as s${days}`,
      ...(days === 30 ? [`count(e.moment) filter (${within} and e.what = 'login') as logins`] : []),
    ];
  });
  await database.run(
    `create table answer as with r as (select id, day::timestamp as day from ${literal(join(folder, 'rows.parquet'))}),
      e as (select id, "at"::timestamp as moment, what, money from ${literal(join(folder, 'events.parquet'))})
      select r.id, r.day, ${counted.join(', ')}, epoch(r.day - max(e.moment)) / 86400 as idle
      from r left join e on e.id = r.id and e.moment < r.day group by r.id, r.day`,
  );
  const names = [...WINDOWS.flatMap((days) => [`n${days}`, `s${days}`]), 'logins', 'idle'];
  const means = await database.numbers(
    `select ${names.map((name) => `avg(${name})`).join(', ')} from answer`,
  );
  process.stdout.write(
    `${JSON.stringify({ sums: Object.fromEntries(names.map((name, k) => [name, means[k]])) })}\n`,
  );
  database.close();
}
