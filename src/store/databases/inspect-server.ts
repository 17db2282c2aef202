/** Looks into a state store on a database server and changes nothing; for the doctor. */
import { type Kysely, sql } from 'kysely';
import type { Clock } from '../../base/clock.ts';
import { TidewatchError } from '../../base/errors.ts';
import { evaluationOutlineCodec } from '../codecs/evaluation-codec.ts';
import { MIGRATION_NAMES } from '../migrations/migrate.ts';
import { fromJson } from '../nouns/json.ts';
import { NOBODY } from '../nouns/leases.ts';
import type { Tables } from '../tables.ts';
import { openDatabase } from './database.ts';
import type { InspectedRun, ServerFacts, StoreInspection } from './inspection.ts';
import { parseServerUrl, type ServerUrl } from './store-url.ts';

const RUNS = 50;
const MODELS = 200;

/**
 * Connects once, without patience, and tells what is in the store and what the server allows; null where a database of
 * MySQL is not there yet, which a run would make. What is tried of writing is rolled back, or changes no row. Errors
 * as `openStore` gives them.
 */
export async function inspectServer(url: string, clock: Clock): Promise<StoreInspection | null> {
  const server = parseServerUrl(url);
  const database = await openDatabase(url, { patienceMs: 0, looksOnly: true }).catch((error: unknown) => {
    if (error instanceof TidewatchError && error.details['failure'] === 'ER_BAD_DB_ERROR') return null;
    throw error;
  });
  if (database === null) return null;
  const { db, dialect } = database;
  try {
    const applied = await dialect.appliedMigrations(db);
    const lacking = MIGRATION_NAMES.filter((name) => !applied.includes(name));
    return {
      damage: [],
      lacking,
      unknown: applied.filter((name) => !MIGRATION_NAMES.includes(name)),
      ...(applied.length === 0 ? NOTHING : await readRecords(db, lacking.length > 0)),
      server: {
        place: server.shown,
        product: dialect.product,
        host: server.host,
        sslmode: server.sslmode,
        isEncrypted: await isEncrypted(db, server.kind),
        clockAheadMs: await clockAhead(() => dialect.now(db), clock),
        refusals: await tryRights(db, server, applied.length > 0),
        packet: server.kind === 'mysql' ? await packetOf(db, applied.length > 0) : null,
      },
    };
  } finally {
    await dialect.close(db);
  }
}

type Records = Pick<
  StoreInspection,
  'lease' | 'runs' | 'testScores' | 'judged' | 'models' | 'deployments' | 'keptRows'
>;
const NOTHING: Records = {
  lease: null,
  runs: [],
  testScores: new Map(),
  judged: [],
  models: [],
  deployments: [],
  keptRows: new Map(),
};

/** Of a store of an older version a table may not be there, and then it has no rows. */
async function readRecords(db: Kysely<Tables>, isOlder: boolean): Promise<Records> {
  const rows = async <T>(query: { execute(): Promise<readonly T[]> }): Promise<readonly T[]> => {
    try {
      return await query.execute();
    } catch (error) {
      if (isOlder) return [];
      throw error;
    }
  };
  const [lease = null] = await rows(
    db
      .selectFrom('leases')
      .select(['owner', 'acquiredAt', 'expiresAt'])
      .where('name', '=', 'run')
      .where('owner', '<>', NOBODY),
  );
  const runs: readonly InspectedRun[] = await rows(
    db
      .selectFrom('runs')
      .select(['id', 'verb', 'startedBy', 'startedAt', 'status', 'errorCode', 'errorMessage'])
      .orderBy('seq', 'desc')
      .limit(RUNS),
  );
  const scores = await rows(
    db
      .selectFrom('scores')
      .select(['modelVersion', 'metrics'])
      .where('dataset', '=', 'test')
      .orderBy('seq', 'desc')
      .limit(RUNS),
  );
  const judged = await rows(
    db.selectFrom('checks').select('modelVersion').distinct().where('kind', '=', 'gate'),
  );
  const models = await rows(db.selectFrom('models').select('version').orderBy('seq', 'desc').limit(MODELS));
  const deployments = await rows(
    db.selectFrom('deployments').select('id').orderBy('seq', 'desc').limit(RUNS),
  );
  const scorings = await rows(
    db.selectFrom('scorings').select('reference').where('reference', 'is not', null),
  );
  const watched = await rows(
    db.selectFrom('watchedRows').select(['reference', 'purpose']).where('reference', 'is not', null),
  );
  const kept = [...scorings.map(({ reference }) => ({ reference, purpose: 'scoring' as const })), ...watched];
  return {
    lease,
    runs,
    testScores: new Map(
      scores.toReversed().map(({ modelVersion, metrics }) => {
        const place = `The newest score of model ${modelVersion} in the state store`;
        return [modelVersion, evaluationOutlineCodec.decode(fromJson(metrics), place)];
      }),
    ),
    judged: judged.map(({ modelVersion }) => modelVersion),
    models: models.map(({ version }) => version),
    deployments: deployments.map(({ id }) => id),
    keptRows: new Map(
      kept.flatMap(({ reference, purpose }) => (reference === null ? [] : [[reference, purpose]])),
    ),
  };
}

/** How far the server's clock is ahead of this machine's, taken at the middle of the question. */
async function clockAhead(ask: () => Promise<Date | null>, clock: Clock): Promise<number> {
  // The first question may have made the connection.
  await ask();
  const before = clock.now().getTime();
  const answer = await ask();
  return (answer?.getTime() ?? Number.NaN) - (before + clock.now().getTime()) / 2;
}

async function isEncrypted(db: Kysely<Tables>, kind: ServerUrl['kind']): Promise<boolean> {
  if (kind === 'mysql') {
    const { rows } = await sql<{
      Value: string;
      value: string;
    }>`show session status like 'Ssl_cipher'`.execute(db);
    return (rows[0]?.value ?? rows[0]?.Value ?? '') !== '';
  }
  const { rows } = await sql<{ ssl: boolean }>`
    select ssl from pg_stat_ssl where pid = pg_backend_pid()`.execute(db);
  return rows[0]?.ssl === true;
}

/**
 * What the server refuses of making a table and of writing to one. PostgreSQL makes the table in a transaction that is
 * rolled back; MySQL is asked for one that is there already, which looks at the right and makes nothing, so it cannot
 * be asked while the database is empty.
 */
async function tryRights(
  db: Kysely<Tables>,
  server: ServerUrl,
  hasTables: boolean,
): Promise<ServerFacts['refusals']> {
  const create =
    server.kind === 'mysql'
      ? hasTables
        ? await refusal(() => sql`create table if not exists leases (name int)`.execute(db))
        : null
      : await refusal(() => tryTable(db, server.schema));
  const write = hasTables ? await refusal(() => tryWrites(db)) : null;
  return { create, write };
}

async function tryTable(db: Kysely<Tables>, schema: string | null): Promise<void> {
  await rolledBack(db, async (transaction) => {
    if (schema !== null) {
      const { rows } = await sql`select 1 from pg_namespace where nspname = ${schema}`.execute(transaction);
      if (rows.length === 0) await sql`create schema ${sql.id(schema)}`.execute(transaction);
    }
    await sql`create table tidewatch_doctor (a int)`.execute(transaction);
  });
}

/** Statements that need every right of writing and change no row. */
const WRITES = [
  'insert into leases select * from leases where 1 = 0',
  'update leases set owner = owner where 1 = 0',
  'delete from leases where 1 = 0',
  'update runs set version = version where 1 = 0',
  'update models set version = version where 1 = 0',
];

async function tryWrites(db: Kysely<Tables>): Promise<void> {
  await rolledBack(db, async (transaction) => {
    for (const statement of WRITES) await sql.raw(statement).execute(transaction);
  });
}

/** Does work in a transaction that is never kept. */
async function rolledBack(db: Kysely<Tables>, work: (db: Kysely<Tables>) => Promise<void>): Promise<void> {
  const undo = new Error('undo');
  await db
    .transaction()
    .execute(async (transaction) => {
      await work(transaction);
      throw undo;
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error;
    });
}

async function refusal(work: () => Promise<unknown>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof TidewatchError) return String(error.details['reason'] ?? error.message);
    throw error;
  }
}

async function packetOf(db: Kysely<Tables>, hasTables: boolean): Promise<ServerFacts['packet']> {
  const limit = await sql<{ bytes: number }>`select @@max_allowed_packet as bytes`.execute(db);
  const largest = hasTables
    ? (
        await sql<{ bytes: number | null }>`select max(octet_length(document)) as bytes from models`.execute(
          db,
        )
      ).rows
    : [];
  return { limit: Number(limit.rows[0]?.bytes), largestModel: Number(largest[0]?.bytes ?? 0) };
}
