/** What people said became of clients and no run has made a label of yet: it counts at once. */
import { type SaidOutcome, type ScoredClients, withOutcomes } from '../../engine/rows/score-clients.ts';
import type { ClientRecordStore, OutcomeRecord } from '../../store/port/client-records.ts';

/** Outcomes that may wait for a run. */
const MAX_WAITING = 100_000;

export interface SaidOutcomes {
  /** Equal for the same outcomes. */
  readonly key: string;
  readonly outcomes: readonly (SaidOutcome & { readonly clientId: string })[];
}

/** In the order told. */
export async function saidOutcomes(store: Pick<ClientRecordStore, 'waitingOutcomes'>): Promise<SaidOutcomes> {
  const waiting = await store.waitingOutcomes(MAX_WAITING);
  // Outcomes are added and settled, and never changed.
  const key = [waiting.length, waiting[0]?.seq, waiting.at(-1)?.seq].join('/');
  return { key, outcomes: waiting.filter(isOfStatus) };
}

function isOfStatus<T extends Pick<OutcomeRecord, 'outcome'>>(
  record: T,
): record is T & { readonly outcome: SaidOutcome['outcome'] } {
  return record.outcome !== 'contacted';
}

/** The clients with what people have said of them up to now. */
export async function withSaidOutcomes(
  store: Pick<ClientRecordStore, 'waitingOutcomes'>,
  scored: ScoredClients,
): Promise<ScoredClients> {
  return withOutcomes(scored, (await saidOutcomes(store)).outcomes);
}
