/**
 * Pulls a table of a database into files, whole and then one hundredth more: rows a second, peak memory, seconds.
 * SQLite always; PostgreSQL and MariaDB where TIDEWATCH_TEST_POSTGRES and TIDEWATCH_TEST_MYSQL name one.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { measure } from './measure.ts';

const ROWS = 1_000_000;
/** A row a second, so an overlap of an hour is 3,600 rows. */
const OVERLAP_SECONDS = 3600;
const NAME = 'tidewatch_bench_sources';

interface Base {
  readonly name: string;
  readonly url: string;
  /** Puts the rows of these numbers into the table. */
  fill(from: number, to: number): Promise<void>;
  close(): Promise<void>;
}

interface Pulled {
  readonly rows: number;
  readonly seconds: number;
  readonly peakMib: number;
}

/** The columns of row `n` in SQL, but for the time. */
const COLUMNS = `'client' || n, 'segment' || n % 7, n * 37 % 101, n * 53 % 9973 + 0.5, n * 71 % 100000 / 8.0, n % 9 / 8`;
const TABLE = (types: { time: string; text: string; decimal: string }) =>
  `create table clients (changed_at ${types.time}, client ${types.text}, segment ${types.text}, lastmonth_activity int,
    lastyear_activity ${types.decimal}, balance ${types.decimal}, exited int)`;

function sqliteBase(folder: string): Base {
  const url = join(folder, 'bench.db');
  const file = new Database(url);
  file.exec(TABLE({ time: 'text', text: 'text', decimal: 'real' }));
  file.exec('create index by_time on clients (changed_at)');
  return {
    name: 'SQLite',
    url,
    fill: async (from, to) =>
      void file.exec(
        `insert into clients with recursive numbers(n) as (select ${from} union all select n + 1 from numbers where n < ${to})
          select strftime('%Y-%m-%d %H:%M:%S', 1700000000 + n, 'unixepoch'), ${COLUMNS} from numbers`,
      ),
    close: async () => void file.close(),
  };
}

async function postgresBase(base: string): Promise<Base> {
  const client = new pg.Client(base);
  await client.connect();
  await client.query(
    `drop schema if exists ${NAME} cascade; create schema ${NAME}; set search_path = ${NAME}`,
  );
  await client.query(TABLE({ time: 'timestamptz', text: 'text', decimal: 'numeric(14,4)' }));
  await client.query('create index by_time on clients (changed_at)');
  return {
    name: 'PostgreSQL',
    url: `${base}?schema=${NAME}`,
    fill: async (from, to) =>
      void (await client.query(
        `insert into clients select to_timestamp(1700000000 + n), ${COLUMNS} from generate_series(${from}, ${to}) as n; analyze clients`,
      )),
    close: async () => {
      await client.query(`drop schema ${NAME} cascade`);
      await client.end();
    },
  };
}

async function mysqlBase(base: string): Promise<Base> {
  const connection = await mysql.createConnection(base.replace(/^mariadb:/, 'mysql:'));
  await connection.query(`drop database if exists ${NAME}`);
  await connection.query(`create database ${NAME} character set utf8mb4`);
  await connection.query(`use ${NAME}`);
  await connection.query("set sql_mode = 'PIPES_AS_CONCAT', time_zone = '+00:00'");
  await connection.query(TABLE({ time: 'datetime', text: 'varchar(40)', decimal: 'decimal(14,4)' }));
  await connection.query('create index by_time on clients (changed_at)');
  return {
    name: 'MariaDB',
    url: `${base}${NAME}`,
    fill: async (from, to) =>
      void (await connection.query(
        `insert into clients select from_unixtime(1700000000 + seq), ${COLUMNS.replaceAll(/\bn\b/g, 'seq')} from seq_${from}_to_${to}`,
      )),
    close: async () => {
      await connection.query(`drop database ${NAME}`);
      await connection.end();
    },
  };
}

async function pullOnce(base: Base, folder: string): Promise<Pulled> {
  const script = join(import.meta.dirname, 'sources-pull.ts');
  const { peakMib, output } = await measure(process.execPath, [
    '--import',
    'tsx',
    script,
    base.url,
    folder,
    String(OVERLAP_SECONDS),
  ]);
  return { ...(JSON.parse(output) as { rows: number; seconds: number }), peakMib };
}

/** A table of the pulls, one database a line. */
export async function benchSources(): Promise<string> {
  const { TIDEWATCH_TEST_POSTGRES: postgres, TIDEWATCH_TEST_MYSQL: mysqlServer } = process.env;
  const folder = mkdtempSync(join(tmpdir(), 'bench-sources-'));
  const lines = [
    '| database | first pull | rows a second | peak memory | 1 % more | peak memory | nothing new |',
    '|---|---|---|---|---|---|---|',
  ];
  try {
    const makers = [
      async () => sqliteBase(folder),
      ...(postgres === undefined ? [] : [() => postgresBase(postgres)]),
      ...(mysqlServer === undefined ? [] : [() => mysqlBase(mysqlServer)]),
    ];
    for (const make of makers) {
      const base = await make();
      const input = join(folder, base.name);
      await base.fill(1, ROWS);
      const first = await pullOnce(base, input);
      await base.fill(ROWS + 1, ROWS * 1.01);
      const second = await pullOnce(base, input);
      const third = await pullOnce(base, input);
      await base.close();
      if (first.rows !== ROWS || second.rows !== ROWS / 100 || third.rows !== 0) {
        throw new Error(`${base.name} gave ${first.rows}, ${second.rows} and ${third.rows} rows.`);
      }
      const cell = ({ seconds }: Pulled) => `${seconds.toFixed(2)} s`;
      const memory = ({ peakMib }: Pulled) => `${peakMib.toFixed(0)} MiB`;
      lines.push(
        `| ${base.name} | ${cell(first)} | ${Math.round(first.rows / first.seconds).toLocaleString('en')} | ` +
          `${memory(first)} | ${cell(second)} | ${memory(second)} | ${cell(third)} |`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return lines.join('\n');
}
