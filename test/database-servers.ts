/** Database servers for the tests: each with a data folder and a port of its own, on the loopback, without rights. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface DatabaseServer {
  /** URL of a database that is there. */
  readonly url: string;
  /** Starts it again after `kill`. */
  start(): Promise<void>;
  /** Ends it as a failure of its machine would. */
  kill(): Promise<void>;
  /** Ends it for good and removes its data. */
  remove(): Promise<void>;
}

/** How a product is made, started and asked whether it answers. */
interface Product {
  /** The user of the operating system that it runs as where the tests run as root. */
  readonly user: string;
  readonly program: string;
  make(folder: string, as: Account): void;
  arguments(folder: string, port: number): string[];
  /** What makes it take encrypted connections as well. */
  encryption(cert: string, key: string): string[];
  /** What makes it light, and quick to start. */
  readonly light: readonly string[];
  /** Makes the database where it is not there; throws while the server does not answer. */
  greet(port: number): Promise<string>;
}

type Account = { readonly uid?: number; readonly gid?: number };

const POSTGRES: Product = {
  user: 'postgres',
  program: 'postgres',
  make: (folder, as) => {
    const args = ['-D', folder, '-A', 'trust', '-U', 'tidewatch', '-E', 'UTF8', '--no-sync'];
    const options = { ...as, cwd: folder, stdio: 'ignore' } as const;
    // Sorted as people sort, so that a column that relies on the database's own order is found out.
    const sorted = ['--locale=C', '--locale-provider=icu', '--icu-locale=en-US'];
    try {
      execFileSync(find('initdb'), [...args, ...sorted], options);
    } catch {
      execFileSync(find('initdb'), [...args, '--locale=C'], options);
    }
  },
  arguments: (folder, port) => [
    ...['-D', folder, '-p', String(port), '-h', '127.0.0.1', '-k', folder],
    ...['-c', 'max_connections=200'],
  ],
  encryption: (cert, key) => ['-c', 'ssl=on', '-c', `ssl_cert_file=${cert}`, '-c', `ssl_key_file=${key}`],
  light: ['-c', 'fsync=off', '-c', 'shared_buffers=32MB'],
  greet: async (port) => {
    const { default: pg } = await import('pg');
    const client = new pg.Client(`postgres://tidewatch@127.0.0.1:${port}/postgres`);
    client.on('error', () => undefined);
    await client.connect();
    const { rows } = await client.query("select 1 from pg_database where datname = 'tidewatch'");
    if (rows.length === 0) await client.query('create database tidewatch');
    await client.end();
    return `postgres://tidewatch@127.0.0.1:${port}/tidewatch`;
  },
};

const MARIADB: Product = {
  user: 'mysql',
  program: 'mariadbd',
  make: (folder, as) => {
    const args = ['--no-defaults', `--datadir=${folder}`, '--auth-root-authentication-method=normal'];
    execFileSync(find('mariadb-install-db'), [...args, '--skip-test-db'], {
      ...as,
      cwd: folder,
      stdio: 'ignore',
    });
  },
  arguments: (folder, port) => [
    ...['--no-defaults', `--datadir=${folder}`, `--port=${port}`, '--bind-address=127.0.0.1'],
    ...[`--socket=${join(folder, 'socket')}`, `--pid-file=${join(folder, 'pid')}`, '--max-connections=200'],
    // A server that starts removes the temporary tables that it finds, also those of another.
    `--tmpdir=${folder}`,
  ],
  encryption: (cert, key) => [`--ssl-cert=${cert}`, `--ssl-key=${key}`],
  light: [
    '--innodb-flush-log-at-trx-commit=2',
    '--innodb-buffer-pool-size=48M',
    '--innodb-log-file-size=32M',
  ],
  greet: async (port) => {
    const { createConnection } = await import('mysql2');
    const connection = createConnection({ host: '127.0.0.1', port, user: 'root' });
    await new Promise<void>((resolve, reject) => {
      connection.on('error', reject);
      connection.query('create database if not exists tidewatch', (error) =>
        error === null ? resolve() : reject(error),
      );
    });
    connection.destroy();
    return `mysql://root@127.0.0.1:${port}/tidewatch`;
  },
};

/** With the settings of a light server, or those that it has by itself. */
type Settings = 'light' | 'default';

/** PEM texts; with one the server takes encrypted connections as well. */
interface Certificate {
  readonly cert: string;
  readonly key: string;
}
type StartServer = (settings?: Settings, certificate?: Certificate) => Promise<DatabaseServer | null>;

/** A new PostgreSQL; null where it is not installed. */
export const startPostgres: StartServer = (settings, certificate) =>
  startServer(POSTGRES, settings, certificate);
/** A new MariaDB; null where it is not installed. */
export const startMariadb: StartServer = (settings, certificate) =>
  startServer(MARIADB, settings, certificate);

async function startServer(
  product: Product,
  settings: Settings = 'light',
  certificate?: Certificate,
): Promise<DatabaseServer | null> {
  if (find(product.program) === '') return null;
  const as = accountOf(product.user);
  const folder = mkdtempSync(join(tmpdir(), `tidewatch-${product.program}-`));
  chmodSync(folder, 0o700);
  if (as.uid !== undefined && as.gid !== undefined) chownSync(folder, as.uid, as.gid);
  product.make(folder, as);
  const encryption = certificate === undefined ? [] : keepCertificate(product, folder, as, certificate);
  const port = await freePort();
  let child: ChildProcess | null = null;
  let url = '';
  const start = async () => {
    for (let attempt = 0; ; attempt++) {
      if (child === null || child.exitCode !== null || child.signalCode !== null) {
        const light = settings === 'light' ? product.light : [];
        child = spawn(find(product.program), [...product.arguments(folder, port), ...encryption, ...light], {
          ...as,
          cwd: folder,
          stdio: 'ignore',
        });
      }
      try {
        url = await product.greet(port);
        return;
      } catch (error) {
        if (attempt > 300) throw error;
      }
      await sleep(100);
    }
  };
  const end = async (signal: NodeJS.Signals) => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'exit');
    child.kill(signal);
    await closed;
  };
  await start();
  return {
    get url() {
      return url;
    },
    start,
    kill: () => end('SIGKILL'),
    remove: async () => {
      // To PostgreSQL the smart shutdown would wait for clients.
      await end(product === POSTGRES ? 'SIGINT' : 'SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Files that only the server may read, which is what PostgreSQL asks for, and the arguments that name them. */
function keepCertificate(product: Product, folder: string, as: Account, pem: Certificate): string[] {
  const paths = { cert: join(folder, 'server.pem'), key: join(folder, 'server.key') };
  for (const name of ['cert', 'key'] as const) {
    writeFileSync(paths[name], pem[name], { mode: 0o600 });
    if (as.uid !== undefined && as.gid !== undefined) chownSync(paths[name], as.uid, as.gid);
  }
  return product.encryption(paths.cert, paths.key);
}

/** Path of a program, also where Debian does not put it on the PATH; empty where there is none. */
function find(program: string): string {
  const versions = '/usr/lib/postgresql';
  const newest = existsSync(versions) ? readdirSync(versions).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...newest.map((version) => join(versions, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter),
    '/usr/sbin',
  ];
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path)) ?? '';
}

/** Servers refuse to run as root. */
function accountOf(user: string): Account {
  if (process.getuid?.() !== 0) return {};
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${user}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return { uid: Number(uid), gid: Number(gid) };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
