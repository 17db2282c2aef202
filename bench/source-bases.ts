/** Tables of clients in SQLite, PostgreSQL and MariaDB that the benchmark of sources reads. */
import { join } from 'node:path';
import Database from 'libsql';
import mysql from 'mysql2/promise';
import pg from 'pg';

/** Name of the schema or database that is made, and dropped in the end; the state has its own. */
const NAME = 'tidewatch_bench_sources';
const STATE = `${NAME}_state`;

export interface Base {
  readonly name: string;
  readonly url: string;
  /** Where the state store of the runs is kept, `folder` being that of the workspace. */
  stateUrl(folder: string): string;
  /** Puts the rows of these numbers into the table, each a second after the one before it, moved by `shift` seconds. */
  fill(from: number, to: number, shift?: number): Promise<void>;
  /** Changes the rows of these numbers, which get a watermark `later` seconds after theirs. */
  change(from: number, to: number, later: number): Promise<void>;
  /** The rows from a second to a second, as texts and numbers in the order of the columns. */
  rows(from: number, to: number): Promise<readonly (readonly unknown[])[]>;
  close(): Promise<void>;
}

export const COLUMNS = [
  'changed_at',
  'client',
  'segment',
  'lastmonth_activity',
  'lastyear_activity',
  'balance',
  'exited',
] as const;
const START = 1_700_000_000;
/** The columns of row `n` in SQL, but for the time. */
const VALUES = `'client' || n, 'segment' || n % 7, n * 37 % 101, n * 53 % 9973 + 0.5, n * 71 % 100000 / 8.0, n % 9 / 8`;
const TABLE = (types: { time: string; text: string; decimal: string }) =>
  `create table clients (changed_at ${types.time}, client ${types.text}, segment ${types.text}, lastmonth_activity int,
    lastyear_activity ${types.decimal}, balance ${types.decimal}, exited int)`;
const INDEX = 'create index by_time on clients (changed_at)';

export function sqliteBase(folder: string): Base {
  const url = join(folder, 'bench.db');
  const file = new Database(url);
  file.exec(TABLE({ time: 'text', text: 'text', decimal: 'real' }));
  file.exec(INDEX);
  const time = (seconds: string) => `strftime('%Y-%m-%d %H:%M:%S', ${START} + ${seconds}, 'unixepoch')`;
  const between = (from: number, to: number) => `changed_at between ${time(`${from}`)} and ${time(`${to}`)}`;
  return {
    name: 'SQLite',
    url,
    stateUrl: (workspace) => join(workspace, 'state.db'),
    fill: async (from, to, shift = 0) =>
      void file.exec(
        `insert into clients with recursive numbers(n) as (select ${from} union all select n + 1 from numbers where n < ${to})
          select ${time(`n + ${shift}`)}, ${VALUES} from numbers`,
      ),
    change: async (from, to, later) =>
      void file.exec(
        `update clients set balance = balance + 1, changed_at = strftime('%Y-%m-%d %H:%M:%S', changed_at, '+${later} seconds')
          where ${between(from, to)}`,
      ),
    rows: async (from, to) =>
      file
        .prepare(`select ${COLUMNS.join()} from clients where ${between(from, to)}`)
        .raw(true)
        .all() as unknown[][],
    close: async () => void file.close(),
  };
}

export async function postgresBase(base: string): Promise<Base> {
  const client = new pg.Client(base);
  await client.connect();
  const drop = `drop schema if exists ${NAME} cascade; drop schema if exists ${STATE} cascade`;
  await client.query(
    `${drop}; create schema ${NAME}; create schema ${STATE}; set search_path = ${NAME}; set timezone = 'UTC'`,
  );
  await client.query(TABLE({ time: 'timestamptz', text: 'text', decimal: 'numeric(14,4)' }));
  await client.query(INDEX);
  const between = (from: number, to: number) =>
    `changed_at between to_timestamp(${START + from}) and to_timestamp(${START + to})`;
  return {
    name: 'PostgreSQL',
    url: `${base}?schema=${NAME}`,
    stateUrl: () => `${base}?schema=${STATE}`,
    fill: async (from, to, shift = 0) =>
      void (await client.query(
        `insert into clients select to_timestamp(${START + shift} + n), ${VALUES} from generate_series(${from}, ${to}) as n;
          analyze clients`,
      )),
    change: async (from, to, later) =>
      void (await client.query(
        `update clients set balance = balance + 1, changed_at = changed_at + interval '${later} seconds' where ${between(from, to)}`,
      )),
    rows: async (from, to) =>
      (
        await client.query({
          text: `select changed_at::text, ${COLUMNS.slice(1).join()} from clients where ${between(from, to)}`,
          rowMode: 'array',
        })
      ).rows,
    close: async () => {
      await client.query(drop);
      await client.end();
    },
  };
}

export async function mysqlBase(base: string): Promise<Base> {
  const connection = await mysql.createConnection(base.replace(/^mariadb:/, 'mysql:'));
  const drop = async () => {
    for (const name of [NAME, STATE]) await connection.query(`drop database if exists ${name}`);
  };
  await drop();
  for (const name of [STATE, NAME]) await connection.query(`create database ${name} character set utf8mb4`);
  await connection.query(`use ${NAME}`);
  await connection.query("set sql_mode = 'PIPES_AS_CONCAT', time_zone = '+00:00'");
  await connection.query(TABLE({ time: 'datetime', text: 'varchar(40)', decimal: 'decimal(14,4)' }));
  await connection.query(INDEX);
  const at = (name: string) => Object.assign(new URL(base), { pathname: `/${name}` }).href;
  const between = (from: number, to: number) =>
    `changed_at between from_unixtime(${START + from}) and from_unixtime(${START + to})`;
  return {
    name: 'MariaDB',
    url: at(NAME),
    stateUrl: () => at(STATE),
    fill: async (from, to, shift = 0) =>
      void (await connection.query(
        `insert into clients select from_unixtime(${START + shift} + seq), ${VALUES.replaceAll(/\bn\b/g, 'seq')} from seq_${from}_to_${to}`,
      )),
    change: async (from, to, later) =>
      void (await connection.query(
        `update clients set balance = balance + 1, changed_at = date_add(changed_at, interval ${later} second) where ${between(from, to)}`,
      )),
    rows: async (from, to) =>
      (
        await connection.query({
          sql: `select ${COLUMNS.join()} from clients where ${between(from, to)}`,
          rowsAsArray: true,
          dateStrings: true,
        })
      )[0] as unknown[][],
    close: async () => {
      await drop();
      await connection.end();
    },
  };
}
