/** Databases that belong to someone else, for the suites that each of them passes: SQLite always, servers where named. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { afterAll } from 'vitest';

export interface Someones {
  /** Where it is, for `openExternal`. */
  readonly url: string;
  exec(sql: string): Promise<void>;
  rows(sql: string): Promise<readonly (readonly unknown[])[]>;
}

export interface ExternalKindOfTest {
  readonly name: string;
  /** The words of this database for types that the suites need. */
  readonly types: { readonly double: string; readonly time: string; readonly bytes: string };
  /** A new one without tables. */
  create(): Promise<Someones>;
  /** The same on another server. */
  at(url: string): ExternalKindOfTest;
}

const folder = mkdtempSync(join(tmpdir(), 'external-'));
const closers: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closers) await close();
  rmSync(folder, { recursive: true, force: true });
});

let made = 0;
const newName = () => `x${process.pid}_${++made}`;
const { TIDEWATCH_TEST_POSTGRES: postgresUrl, TIDEWATCH_TEST_MYSQL: mysqlUrl } = process.env;

async function createSqlite(): Promise<Someones> {
  const url = join(folder, `${newName()}.db`);
  const file = new Database(url);
  closers.push(() => file.close());
  return {
    url,
    exec: async (sql) => void file.exec(sql),
    rows: async (sql) => file.prepare(sql).raw(true).all() as unknown[][],
  };
}

async function createPostgres(base: string): Promise<Someones> {
  const client = new pg.Client(base);
  // A test may kill its server.
  client.on('error', () => undefined);
  await client.connect();
  closers.push(() => client.end().catch(() => undefined));
  const schema = newName();
  await client.query(`create schema ${schema}; set search_path = ${schema}; set timezone = 'UTC'`);
  return {
    url: `${base}?schema=${schema}`,
    exec: async (sql) => void (await client.query(sql)),
    rows: async (sql) => (await client.query({ text: sql, rowMode: 'array' })).rows,
  };
}

async function createMysql(base: string): Promise<Someones> {
  const connection = await mysql.createConnection(base.replace(/^mariadb:/, 'mysql:'));
  connection.on('error', () => undefined);
  closers.push(() => connection.end().catch(() => undefined));
  const name = newName();
  await connection.query(`create database ${name} character set utf8mb4`);
  await connection.query(`use ${name}`);
  await connection.query("set time_zone = '+00:00'");
  return {
    url: Object.assign(new URL(base), { pathname: `/${name}` }).href,
    exec: async (sql) => void (await connection.query(sql)),
    rows: async (sql) => (await connection.query({ sql, rowsAsArray: true }))[0] as unknown[][],
  };
}

const SQLITE: ExternalKindOfTest = {
  name: 'SQLite',
  types: { double: 'real', time: 'text', bytes: 'blob' },
  create: createSqlite,
  at: () => SQLITE,
};

const postgresAt = (url: string): ExternalKindOfTest => ({
  name: 'PostgreSQL',
  types: { double: 'double precision', time: 'timestamptz', bytes: 'bytea' },
  create: () => createPostgres(url),
  at: postgresAt,
});

const mariadbAt = (url: string): ExternalKindOfTest => ({
  name: 'MariaDB',
  types: { double: 'double', time: 'datetime(6)', bytes: 'blob' },
  create: () => createMysql(url),
  at: mariadbAt,
});

export const EXTERNAL_DATABASES: readonly ExternalKindOfTest[] = [
  SQLITE,
  ...(postgresUrl === undefined ? [] : [postgresAt(postgresUrl)]),
  ...(mysqlUrl === undefined ? [] : [mariadbAt(mysqlUrl)]),
];
