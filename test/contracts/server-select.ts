/** Runs a SELECT on a database server through the server's own command-line client, over a temporary table. */
import { execFileSync } from 'node:child_process';
import { dialectRules } from '../../src/core/models/sql/dialect.ts';
import type { ScratchColumn, ScratchSelect } from '../../src/store/external/scratch-select.ts';

/** By psql; `url` as postgres://user@host:port/database. */
export function selectInPostgres(url: string): ScratchSelect {
  const { identifier, level, number } = dialectRules('postgres');
  return async (table, columns, sql) => {
    const types = { numeric: 'float8', categorical: 'text' };
    const script = scriptOf(table, columns, sql, {
      identifier,
      text: level,
      number,
      types,
      temporary: 'TEMP',
    });
    const args = [url, '-X', '-q', '-A', '-t', '-F', '\t', '-v', 'ON_ERROR_STOP=1'];
    return rowsOf(execFileSync('psql', args, { input: script, encoding: 'utf8', maxBuffer: 1 << 28 }));
  };
}

/** By the client of MySQL or MariaDB; `url` as mysql://user:password@host:port/database. */
export function selectInMysql(url: string): ScratchSelect {
  const { identifier, number } = dialectRules('mysql');
  const { hostname, port, username, password, pathname } = new URL(url);
  const text = (value: string) => `CONVERT(X'${Buffer.from(value).toString('hex')}' USING utf8mb4)`;
  return async (table, columns, sql) => {
    const types = { numeric: 'DOUBLE', categorical: 'TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci' };
    const script = scriptOf(table, columns, sql, { identifier, text, number, types, temporary: 'TEMPORARY' });
    const args = [
      '-h',
      hostname,
      '-P',
      port,
      '-u',
      username,
      // An empty one after -p would be asked for.
      ...(password === '' ? [] : [`-p${password}`]),
      '--protocol=tcp',
      '-N',
      '-B',
      '-r',
    ];
    const input = `SET NAMES utf8mb4;\n${script}`;
    return rowsOf(
      execFileSync('mysql', [...args, pathname.slice(1)], { input, encoding: 'utf8', maxBuffer: 1 << 28 }),
    );
  };
}

interface Writing {
  identifier(name: string): string;
  text(value: string): string;
  number(value: number): string;
  readonly types: Readonly<Record<ScratchColumn['kind'], string>>;
  readonly temporary: string;
}

function scriptOf(table: string, columns: readonly ScratchColumn[], sql: string, writing: Writing): string {
  const fields = columns.map(({ name, kind }) => `${writing.identifier(name)} ${writing.types[kind]}`);
  const rows = (columns[0]?.values ?? []).map(
    (_, i) => `(${columns.map((each) => valueAt(each, i, writing)).join(', ')})`,
  );
  return [
    `CREATE ${writing.temporary} TABLE ${writing.identifier(table)} (${fields.join(', ')});`,
    `INSERT INTO ${writing.identifier(table)} VALUES ${rows.join(',\n')};`,
    sql,
  ].join('\n');
}

function valueAt(column: ScratchColumn, i: number, writing: Writing): string {
  const value = column.values[i] ?? null;
  if (value === null) return 'NULL';
  return typeof value === 'number' ? writing.number(value) : writing.text(value);
}

function rowsOf(output: string): string[][] {
  return output
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
}
