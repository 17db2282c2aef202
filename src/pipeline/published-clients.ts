/** The clients of a scoring as they are published: the first to call first, each with its reasons. */
import type { Scorer } from '../core/models/scorer.ts';
import { createTeller } from '../core/reasons/teller.ts';
import { holdInputs, VALUE_BYTES } from '../engine/held-inputs.ts';
import type { Table } from '../engine/port.ts';
import type { ScoredClients } from '../engine/score-clients.ts';
import { PUBLISHED_REASONS, type PublishedClient } from '../steps/publish.ts';
import { clientAt } from '../steps/rank.ts';

/** Values of the model's inputs that are held at a time; the table is read again for the clients beyond them. */
const HELD_BYTES = 128 << 20;
/** Clients that are told at a time. */
const CHUNK = 2000;

/** In chunks, and in constant memory but for the scoring itself. */
export async function* publishedClients(
  table: Table,
  scorer: Scorer,
  scored: ScoredClients,
): AsyncGenerator<readonly PublishedClient[]> {
  const names = scorer.inputs.map(({ name }) => name);
  const teller = createTeller(scorer, scored.spreads);
  const held = Math.max(CHUNK, Math.floor(HELD_BYTES / (VALUE_BYTES * Math.max(1, names.length))));
  for (let from = 0; from < scored.order.length; from += held) {
    const window = scored.order.subarray(from, from + held);
    const inputs = await holdInputs(table, names, window);
    for (let at = 0; at < window.length; at += CHUNK) {
      const rows = window.subarray(at, at + CHUNK);
      const reasons = teller.raising(inputs.take(rows), PUBLISHED_REASONS);
      yield Array.from(rows, (row, k) => ({
        rank: from + at + k + 1,
        ...clientAt(scored, row, scorer),
        reasons: (reasons[k] ?? []).map(({ sentence }) => sentence),
      }));
    }
  }
}
