/**
 * Before the first test: with TIDEWATCH_TEST_SERVERS=start it starts the database servers that are installed, and says
 * which parts of the suite take part. A server that the environment names by TIDEWATCH_TEST_POSTGRES or
 * TIDEWATCH_TEST_MYSQL (the URL of a database, whose user may make others) is used as it is.
 */
import { type DatabaseServer, startMariadb, startPostgres } from './database-servers.ts';

const SERVERS = [
  { variable: 'TIDEWATCH_TEST_POSTGRES', name: 'PostgreSQL', start: startPostgres },
  { variable: 'TIDEWATCH_TEST_MYSQL', name: 'MariaDB', start: startMariadb },
] as const;

/** Vitest calls it once for each project; the second finds the servers of the first. */
export default async function setup(): Promise<() => Promise<void>> {
  if (process.env['TIDEWATCH_TEST_DATABASES_SAID'] !== undefined) return async () => undefined;
  process.env['TIDEWATCH_TEST_DATABASES_SAID'] = 'yes';
  const started: DatabaseServer[] = [];
  const parts = ['SQLite'];
  const left: string[] = [];
  for (const { variable, name, start } of SERVERS) {
    if (process.env[variable] === undefined && process.env['TIDEWATCH_TEST_SERVERS'] === 'start') {
      const server = await start();
      if (server !== null) {
        started.push(server);
        process.env[variable] = server.url;
      }
    }
    (process.env[variable] === undefined ? left : parts).push(name);
  }
  process.stdout.write(`state stores under test: ${parts.join(', ')}${leftOut(left)}\n`);
  return async () => {
    for (const server of started) await server.remove();
  };
}

function leftOut(names: readonly string[]): string {
  if (names.length === 0) return '';
  return (
    `; LEFT OUT: ${names.join(', ')} (install the server and set TIDEWATCH_TEST_SERVERS=start, or name a database ` +
    'in TIDEWATCH_TEST_POSTGRES or TIDEWATCH_TEST_MYSQL)'
  );
}
