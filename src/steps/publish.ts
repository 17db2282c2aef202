/** Publish: writes the scored clients into a table of someone's database, where a CRM or a dashboard reads them. */
import type { Progress } from '../base/progress.ts';
import { bindable } from '../store/databases/bindable.ts';
import type { ExternalDatabase } from '../store/external/external-database.ts';
import type { LeaseStore } from '../store/port/leases.ts';

/** Reasons that have a column. */
export const PUBLISHED_REASONS = 3;
const BATCH_ROWS = 500;

/** A client as it is published. */
export interface PublishedClient {
  /** Place among all clients, from 1. */
  readonly rank: number;
  readonly id: string;
  readonly probability: number;
  readonly flagged: boolean;
  readonly value: number | null;
  readonly expectedLoss: number | null;
  readonly owner: string | null;
  readonly segment: string | null;
  /** Sentences, the strongest first. */
  readonly reasons: readonly string[];
}

export interface PublishOptions {
  /** How many there are, so that progress can tell the time that is left. */
  readonly clients: number;
  /** Name of the table, or schema.name. */
  readonly table: string;
  readonly mode: 'replace' | 'append';
  readonly snapshot: string;
  readonly modelVersion: string;
  readonly scoredAt: Date;
}

export interface PublishSummary {
  readonly place: string;
  readonly table: string;
  readonly mode: PublishOptions['mode'];
  readonly clients: number;
  readonly snapshot: string;
  readonly modelVersion: string;
}

/**
 * Makes the table where it is not there, and in one transaction takes out what is to be replaced (everything, or with
 * `append` the rows of the same snapshot and model) and puts the clients in, so that a reader sees the old rows or the
 * new ones, and doing it again changes nothing but the time.
 * @throws TidewatchError source-unavailable; the table is as it was then.
 */
export async function publish(
  deps: {
    readonly database: Pick<ExternalDatabase, 'place' | 'quote' | 'types' | 'write'>;
    readonly store: Pick<LeaseStore, 'whileHeld'>;
    readonly progress: Progress;
  },
  clients: AsyncIterable<readonly PublishedClient[]>,
  options: PublishOptions,
): Promise<PublishSummary> {
  const { database, progress } = deps;
  const { table, mode, snapshot, modelVersion } = options;
  const name = database.quote(table);
  const columns = columnsOf(database.types);
  await database.write((run) =>
    run(
      `create table if not exists ${name} (${columns.map(([column, type]) => `${column} ${type}, `).join('')}` +
        'primary key (snapshot, model_version, place))',
    ),
  );
  let written = 0;
  await database.write(async (run) => {
    // A table of the same name that was made for something else has no such columns, and is left alone.
    if (mode === 'replace')
      await run(`delete from ${name} where snapshot is not null and model_version is not null`);
    else await run(`delete from ${name} where snapshot = ? and model_version = ?`, [snapshot, modelVersion]);
    const head = `insert into ${name} (${columns.map(([column]) => column).join(', ')}) values `;
    const places = `(${columns.map(() => '?').join(', ')})`;
    const insertOf = (rows: number) => head + Array.from({ length: rows }, () => places).join(', ');
    const full = insertOf(BATCH_ROWS);
    // The next rows are made while the database takes these.
    let underway = Promise.resolve();
    for await (const some of clients) {
      for (let from = 0; from < some.length; from += BATCH_ROWS) {
        const batch = some.slice(from, from + BATCH_ROWS);
        const values = batch.flatMap((client) => valuesOf(client, options));
        await underway;
        underway = run(batch.length === BATCH_ROWS ? full : insertOf(batch.length), values);
        // A failure is met by the next `await`, or by that of the transaction where the rows fail first.
        underway.catch(() => undefined);
        written += batch.length;
        progress({ label: `publishing to ${table}`, done: written, total: options.clients, unit: 'rows' });
      }
    }
    await underway;
    // Rows of a run that has lost its lock are not kept.
    await deps.store.whileHeld(() => undefined);
  });
  return { place: database.place, table, mode, clients: written, snapshot, modelVersion };
}

/** Name and type of each column; no name needs quotes in any of the databases. */
function columnsOf({
  key,
  text,
  double,
  time,
}: ExternalDatabase['types']): readonly (readonly [string, string])[] {
  return [
    ['client', `${key} not null`],
    ['place', 'integer not null'],
    ['probability', `${double} not null`],
    ['at_risk', 'smallint not null'],
    ['client_value', double],
    ['expected_loss', double],
    ['client_owner', text],
    ['client_segment', text],
    ...Array.from({ length: PUBLISHED_REASONS }, (_, k) => [`reason_${k + 1}`, text] as const),
    ['model_version', `${key} not null`],
    ['snapshot', `${key} not null`],
    ['scored_at', `${time} not null`],
  ];
}

function valuesOf(client: PublishedClient, options: PublishOptions): (string | number | null)[] {
  const { id, rank, probability, flagged, value, expectedLoss, owner, segment, reasons } = client;
  return [
    id,
    rank,
    probability,
    flagged ? 1 : 0,
    value,
    expectedLoss,
    owner,
    segment,
    ...Array.from({ length: PUBLISHED_REASONS }, (_, k) => reasons[k] ?? null),
    options.modelVersion,
    options.snapshot,
    // A form that all of the databases take; their sessions are in UTC.
    options.scoredAt.toISOString().slice(0, 23).replace('T', ' '),
  ].map(bindable);
}
