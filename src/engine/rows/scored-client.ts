/** What a scoring says of one client. */
import { CLIENT_STATUSES, type ClientStatus } from '../../core/clients/client-status.ts';
import { type ScoredBy, scoredBy } from './client-scorers.ts';
import { clientId, nameAt } from './read-clients.ts';
import type { ScoredClients } from './score-clients.ts';

export interface ScoredClient {
  readonly id: string;
  readonly status: ClientStatus;
  /** Time of what says so, ISO 8601: the newest row, or the outcome that was entered; null where it is not known. */
  readonly asOf: string | null;
  readonly probability: number;
  /** Whether the probability is above the model's threshold. */
  readonly flagged: boolean;
  readonly value: number | null;
  /** Probability times value. */
  readonly expectedLoss: number | null;
  readonly owner: string | null;
  readonly segment: string | null;
  readonly scoredBy: ScoredBy;
}

/** @param client its number. */
export function scoredClient(scored: ScoredClients, client: number): ScoredClient {
  const probability = scored.probabilities[client] as number;
  const value = scored.values?.[client] ?? Number.NaN;
  const isKnown = !Number.isNaN(value);
  return {
    id: clientId(scored, client),
    status: CLIENT_STATUSES[scored.statuses[client] as number] as ClientStatus,
    asOf: asOf(scored, client),
    probability,
    flagged: scored.deployed.classify(probability) === 1,
    value: isKnown ? value : null,
    expectedLoss: isKnown ? probability * value : null,
    owner: nameAt(scored.owners, client),
    segment: nameAt(scored.segments, client),
    scoredBy: scoredBy(scored, client),
  };
}

function asOf({ times, said }: Pick<ScoredClients, 'times' | 'said'>, client: number): string | null {
  const time = times?.[client] ?? Number.NaN;
  return said.get(client)?.at ?? (Number.isNaN(time) ? null : new Date(time).toISOString());
}
