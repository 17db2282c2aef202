/** All that is known of one client, and what people add to it. */
import { TidewatchError } from '../../base/errors.ts';
import { normalizeId } from '../../core/clients/client-id.ts';
import type { SingleChange } from '../../core/reasons/single-change.ts';
import { columnOf } from '../../formats/contract/contract.ts';
import type { Explanation } from '../../steps/explain.ts';
import type { ClientNoteRecord, OutcomeRecord } from '../../store/port/client-records.ts';
import type { Resources } from '../resources.ts';
import type { Told } from './client-risks.ts';
import { scoresOfClient } from './former-scores.ts';
import type { RiskBook } from './risk-book.ts';

export interface ClientAnswer extends Told<Explanation> {
  readonly client: NonNullable<Explanation['client']>;
  readonly history: readonly {
    readonly at: string;
    readonly modelVersion: string;
    readonly snapshot: string;
    readonly probability: number;
  }[];
  readonly changes: readonly (Omit<SingleChange, 'from'> & {
    /** null is missing. */
    readonly from: number | null;
    readonly sentence: string;
  })[];
  readonly noChange: string | null;
  readonly notes: readonly NoteEntry[];
  readonly outcomes: readonly OutcomeEntry[];
}

export type NoteEntry = Omit<ClientNoteRecord, 'clientId'>;
export type OutcomeEntry = Omit<OutcomeRecord, 'clientId'>;

const MAX_SCORES = 100;
const MAX_RECORDS = 200;
/** Raising columns that an explanation takes away, one after the other. */
const WITHOUT = 3;
/** Whoever sits at the dashboard and does not say who. */
const AUTHOR = 'dashboard';

/** Errors as those of the book; `not-found` with the nearest ids for a client that the data does not have. */
export async function showClient(
  resources: Pick<Resources, 'contract' | 'store' | 'keptRows'>,
  book: RiskBook,
  given: string,
): Promise<ClientAnswer> {
  const id = normalizeId(given);
  const told = await book.explain({ id }, { without: WITHOUT });
  const { client } = told;
  if (client === null) throw new TidewatchError('not-found', `There is no client "${id}".`);
  const store = await resources.store();
  const changes = await book.changes(id);
  const scores = namesClients(resources) ? await scoresOfClient(resources, id, MAX_SCORES) : [];
  return {
    ...told,
    client,
    history: scores.map(({ createdAt, modelVersion, snapshotId, probability }) => ({
      at: createdAt,
      modelVersion,
      snapshot: snapshotId,
      probability,
    })),
    changes: changes.map(changeOf),
    noChange: changes.length > 0 ? null : whyNone(told),
    notes: (await store.clientNotes(id, MAX_RECORDS)).map(({ clientId, ...note }) => note),
    outcomes: (await store.outcomes(id, MAX_RECORDS)).map(({ clientId, ...outcome }) => outcome),
  };
}

/** Adds a note. Error `not-found` for a client that the data does not have. */
export async function addClientNote(
  resources: Pick<Resources, 'contract' | 'clock' | 'store'>,
  book: RiskBook,
  given: string,
  { text, author = AUTHOR }: { readonly text: string; readonly author?: string | undefined },
): Promise<NoteEntry> {
  const id = await checkClient(resources, book, given);
  const note = { createdAt: resources.clock.now().toISOString(), author, text };
  await (await resources.store()).recordClientNote({ clientId: id, ...note });
  return note;
}

/**
 * Keeps how it ended with a client. `stayed` and `left` become a label at the next run. Errors: `not-found` for a
 * client that the data does not have, `column-missing` where no column names clients, `request-invalid` for a time
 * that is to come.
 */
export async function addOutcome(
  resources: Pick<Resources, 'contract' | 'clock' | 'store'>,
  book: RiskBook,
  given: string,
  told: {
    readonly outcome: OutcomeRecord['outcome'];
    readonly at?: string | undefined;
    readonly author?: string | undefined;
  },
): Promise<OutcomeEntry> {
  const id = await checkClient(resources, book, given);
  const now = resources.clock.now();
  const at = told.at === undefined ? now : new Date(told.at);
  if (at > now) {
    throw new TidewatchError(
      'request-invalid',
      `body/at is ${at.toISOString()}, which is to come. Give the time at which it happened.`,
      { details: { path: 'body/at', expected: 'must not be in the future' } },
    );
  }
  const { outcome, author = AUTHOR } = told;
  const record = { createdAt: now.toISOString(), outcome, at: at.toISOString(), author };
  await (await resources.store()).recordOutcome({ clientId: id, ...record });
  return { ...record, settled: outcome === 'contacted', file: null };
}

function namesClients({ contract }: Pick<Resources, 'contract'>): boolean {
  return columnOf(contract, 'id') !== null;
}

/**
 * The id as the data has it. What is said of a client must find it again in the data of tomorrow, where rows have
 * other numbers.
 */
async function checkClient(
  resources: Pick<Resources, 'contract'>,
  book: RiskBook,
  given: string,
): Promise<string> {
  if (!namesClients(resources)) {
    throw new TidewatchError(
      'column-missing',
      'The data has no column that names clients, so nothing can be kept of one. Name it as "columns.id" in ' +
        'config.json and ingest again.',
    );
  }
  const id = normalizeId(given);
  if (await book.has(id)) return id;
  throw new TidewatchError('not-found', `There is no client "${id.slice(0, 200)}" in the latest snapshot.`, {
    details: { id },
  });
}

function changeOf({ column, from, to, probability, passed }: SingleChange): ClientAnswer['changes'][number] {
  const was = Number.isNaN(from) ? 'missing' : String(from);
  const percent = Math.round(probability * 1000) / 10;
  return {
    column,
    from: Number.isNaN(from) ? null : from,
    to,
    probability,
    passed,
    sentence: `With ${column} ${to} in place of ${was}, all else as it is, the risk would be ${percent} %.`,
  };
}

function whyNone({ client, flagged }: Explanation): string {
  if (client?.status === 'left') return 'The client has left, so it is not on the list.';
  return flagged
    ? 'No value that clients have in any single number column would be enough.'
    : 'The risk is not above the threshold, so nothing has to change.';
}
