/**
 * Publishes a million scored clients into SQLite, PostgreSQL and MariaDB by the command itself, twice: seconds, rows a
 * second, peak memory, and that the second time changes nothing but the time.
 *
 *   TIDEWATCH_TEST_SERVERS=start npm run bench -- publish [--rows 1000000]
 *
 * Servers are left out where TIDEWATCH_TEST_POSTGRES and TIDEWATCH_TEST_MYSQL name none.
 */
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { createRandom } from '../src/base/random.ts';
import startServers from '../test/databases.ts';
import { type Measurement, measure } from './measure.ts';

const MAIN = join(import.meta.dirname, '../dist/main.js');
const BLOCK = 20_000;
/** Name of the schema or database that is made, and dropped in the end. */
const NAME = 'tidewatch_bench_publish';
/** Sums over all that is published but the time: what a second time must leave. */
const SUMS = `select count(*), sum(place), sum(at_risk), sum(char_length(client)), sum(char_length(reason_1)),
  sum(char_length(reason_2)), min(client), max(reason_1) from client_risks`;

interface Base {
  readonly name: string;
  readonly url: string;
  sums(): Promise<string>;
  close(): Promise<void>;
}

/** Measures and gives the table as Markdown. */
export async function benchPublish(rows: number): Promise<string> {
  const stopServers = await startServers();
  const { TIDEWATCH_TEST_POSTGRES: postgresUrl, TIDEWATCH_TEST_MYSQL: mysqlUrl } = process.env;
  const folder = mkdtempSync(join(tmpdir(), 'bench-publish-'));
  try {
    await fillWorkspace(folder, rows);
    const lines: string[] = [];
    for (const make of [
      () => sqliteBase(folder),
      ...(postgresUrl === undefined ? [] : [() => postgresBase(postgresUrl)]),
      ...(mysqlUrl === undefined ? [] : [() => mysqlBase(mysqlUrl)]),
    ]) {
      const base = await make();
      try {
        lines.push(await benchBase(base, folder, rows));
        process.stdout.write(`${lines.at(-1)}\n`);
      } finally {
        await base.close();
      }
    }
    return [
      '| database | first time | CPU | rows a second | peak memory | again | CPU | rows a second | unchanged |',
      '|---|---:|---:|---:|---:|---:|---:|---:|---|',
      ...lines,
      '',
    ].join('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await stopServers();
  }
}

async function benchBase(base: Base, folder: string, rows: number): Promise<string> {
  writeConfig(folder, base.url);
  const publish = (): Promise<Measurement> =>
    measure(process.execPath, [MAIN, 'publish', '--json', '--workspace', folder], {
      ...process.env,
      BENCH_PUBLISH_URL: base.url,
    });
  const first = await publish();
  const sums = await base.sums();
  const second = await publish();
  const isSame = sums === (await base.sums()) && sums.startsWith(`${rows},`);
  const rate = ({ wallSeconds }: Measurement) => Math.round(rows / wallSeconds).toLocaleString('en');
  const times = (each: Measurement) => [
    `${each.wallSeconds.toFixed(1)} s`,
    `${each.cpuSeconds.toFixed(1)} s`,
    rate(each),
  ];
  const memory = `${Math.max(first.peakMib, second.peakMib).toFixed(0)} MiB`;
  return `| ${[base.name, ...times(first), memory, ...times(second), isSame ? 'yes' : 'NO'].join(' | ')} |`;
}

/** A workspace whose model is live and has scored all clients. */
async function fillWorkspace(folder: string, rows: number): Promise<void> {
  for (const name of ['in', 'test', 'out', 'models', 'live']) mkdirSync(join(folder, name));
  writeConfig(folder, null);
  writeClients(join(folder, 'in/clients.csv'), 0, rows);
  writeClients(join(folder, 'test/clients.csv'), rows, 5000);
  await measure(process.execPath, [MAIN, 'run', '--json', '--workspace', folder]);
}

function writeConfig(folder: string, url: string | null): void {
  const config = {
    input_folder_path: 'in',
    output_folder_path: 'out',
    test_data_path: 'test',
    output_model_path: 'models',
    prod_deployment_path: 'live',
    npm_timeout_ms: 0,
    columns: {
      id: 'client',
      target: 'left',
      numeric: ['usage', 'tenure', 'calls'],
      value: 'revenue',
      owner: 'owner',
      segment: 'segment',
    },
    model: 'logistic',
    publish: url === null ? null : { url: /^\w+:/.test(url) ? 'env:BENCH_PUBLISH_URL' : url },
  };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
}

function writeClients(path: string, from: number, rows: number): void {
  const random = createRandom(from + 7);
  const handle = openSync(path, 'w');
  writeSync(handle, 'client,usage,tenure,calls,revenue,owner,segment,left\n');
  for (let block = 0; block < rows; block += BLOCK) {
    const lines = Array.from({ length: Math.min(BLOCK, rows - block) }, (_, k) => {
      const usage = random.uniform();
      const client = from + block + k;
      const left = random.uniform() < 0.6 - 0.5 * usage ? 1 : 0;
      return `C-${client},${(usage * 100).toFixed(2)},${client % 120},${client % 7},${(random.uniform() * 1000).toFixed(2)},Owner ${client % 200},segment${client % 6},${left}\n`;
    });
    writeSync(handle, lines.join(''));
  }
  closeSync(handle);
}

async function sqliteBase(folder: string): Promise<Base> {
  const url = join(folder, 'crm.db');
  new Database(url).close();
  const file = new Database(url);
  return {
    name: 'SQLite',
    url,
    sums: async () =>
      String((file.prepare(SUMS.replaceAll('char_length', 'length')).raw(true).all() as unknown[])[0]),
    close: async () => void file.close(),
  };
}

async function postgresBase(base: string): Promise<Base> {
  const client = new pg.Client(base);
  await client.connect();
  const drop = `drop schema if exists ${NAME} cascade`;
  await client.query(`${drop}; create schema ${NAME}; set search_path = ${NAME}`);
  return {
    name: 'PostgreSQL',
    url: `${base}?schema=${NAME}`,
    sums: async () => String((await client.query({ text: SUMS, rowMode: 'array' })).rows[0]),
    close: async () => {
      await client.query(drop);
      await client.end();
    },
  };
}

async function mysqlBase(base: string): Promise<Base> {
  const connection = await mysql.createConnection(base.replace(/^mariadb:/, 'mysql:'));
  const drop = `drop database if exists ${NAME}`;
  await connection.query(drop);
  await connection.query(`create database ${NAME} character set utf8mb4`);
  await connection.query(`use ${NAME}`);
  return {
    name: 'MariaDB',
    url: Object.assign(new URL(base), { pathname: `/${NAME}` }).href,
    sums: async () => String(((await connection.query({ sql: SUMS, rowsAsArray: true }))[0] as unknown[])[0]),
    close: async () => {
      await connection.query(drop);
      await connection.end();
    },
  };
}
