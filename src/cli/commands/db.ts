/** `tidewatch db`: how the database of the state stands, bringing it up to date, and copying it into another. */
import { Command } from 'commander';
import { formatCount } from '../../report/text/format.ts';
import { renderTable } from '../../report/text/render-table.ts';
import type { CopySummary, DatabaseStatus } from '../../store/state-database.ts';
import type { Terminal } from '../terminal.ts';
import { type CommandMaker, createVerb, type Finish, type SharedOptions, withApp } from '../verb.ts';

const STATUS_HELP = `
Says which database keeps the state, which of its migrations are applied, and how many records each table holds.
Nothing is changed; a SQLite file that is not there yet is not made.

Examples:
  tidewatch db status
  tidewatch db status --json
`;

const MIGRATE_HELP = `
Brings the tables up to date with this version. Every other command does so by itself; this one is for a user of the
database who may change tables where the one that works may not. Several may do it at once.

Examples:
  TIDEWATCH_STORE=postgres://owner:...@host/db tidewatch db migrate
`;

const COPY_HELP = `
Copies the whole state into another database, which has to be empty: the path of a SQLite file, a URL that begins with
postgres://, mysql:// or mariadb://, or env:NAME for a variable that holds one of them. No run can start meanwhile. All
of it is kept or nothing: number and hash of the rows of every table are compared first. The configuration stays as it
is; name the new place in the key "store" afterwards.

Examples:
  tidewatch db copy --to env:NEW_STORE
  tidewatch db copy --to backup.db
`;

interface CopyOptions extends SharedOptions {
  readonly to: string;
}

export const dbCommand: CommandMaker = (terminal, finish) =>
  new Command('db')
    .summary('the database of the state: status, migrate, copy')
    .description('the database that keeps the state')
    .addCommand(statusCommand(terminal, finish))
    .addCommand(migrateCommand(terminal, finish))
    .addCommand(copyCommand(terminal, finish));

function statusCommand(terminal: Terminal, finish: Finish): Command {
  return createVerb({ name: 'status', summary: 'how it stands', help: STATUS_HELP }).action(
    async (options: SharedOptions) => {
      const answer = await withApp(terminal, options, async (app) => {
        const value = await app.databaseStatus();
        return { value, text: statusText(value, terminal) };
      });
      finish(options, answer);
    },
  );
}

function migrateCommand(terminal: Terminal, finish: Finish): Command {
  return createVerb({ name: 'migrate', summary: 'bring its tables up to date', help: MIGRATE_HELP }).action(
    async (options: SharedOptions) => {
      const answer = await withApp(terminal, options, async (app) => {
        const value = await app.migrateDatabase();
        const done = value.applied.length === 0 ? 'was up to date' : `applied ${value.applied.join(', ')}`;
        return { value, text: `${value.store}: ${done}` };
      });
      finish(options, answer);
    },
  );
}

function copyCommand(terminal: Terminal, finish: Finish): Command {
  return createVerb({ name: 'copy', summary: 'copy it into another database', help: COPY_HELP })
    .requiredOption('--to <place>', 'a URL, env:NAME, or the path of a SQLite file')
    .action(async (options: CopyOptions) => {
      const answer = await withApp(terminal, options, async (app) => {
        const value = await app.copyDatabase(options.to);
        return { value, text: copyText(value, terminal) };
      });
      finish(options, answer);
    });
}

function statusText(status: DatabaseStatus, terminal: Terminal): string {
  const { store, database, migrations, current, tables } = status;
  const missing = migrations.filter(({ applied }) => !applied).map(({ name }) => name);
  const state = current
    ? 'up to date'
    : missing.length === 0
      ? 'made by a newer version'
      : `lacks ${missing.join(', ')}; the next command that may write applies it`;
  const head = `${store}\n${database ?? 'not made yet'}, ${state}`;
  if (tables.length === 0) return head;
  const rows = tables.map(({ table, rows }) => [table, formatCount(rows)]);
  const columns = [{ header: 'table' }, { header: 'rows', align: 'right' as const }];
  return `${head}\n\n${renderTable(columns, rows, { width: terminal.width, colour: terminal.colour })}`;
}

function copyText({ from, to, seconds, tables }: CopySummary, terminal: Terminal): string {
  const total = tables.reduce((sum, { rows }) => sum + rows, 0);
  const columns = [{ header: 'table' }, { header: 'rows', align: 'right' as const }, { header: 'hash' }];
  const rows = tables.map(({ table, rows, hash }) => [table, formatCount(rows), hash]);
  const text = renderTable(columns, rows, { width: terminal.width, colour: terminal.colour });
  return (
    `copied ${formatCount(total)} records from ${from} to ${to} in ${seconds.toFixed(1)} s; both hold the same\n\n` +
    `${text}\nTo use it, name it in the key "store" of config.json.`
  );
}
