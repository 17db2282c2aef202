/** The clients of a scoring as they are published: those listed, the first to call first, each with its reasons. */
import { takeRows } from '../../core/columns/take-rows.ts';
import type { Table } from '../../engine/port.ts';
import { createClientExplainer } from '../../engine/rows/client-scorers.ts';
import { readInputs, VALUE_BYTES } from '../../engine/rows/held-inputs.ts';
import type { ScoredClients } from '../../engine/rows/score-clients.ts';
import { scoredClient } from '../../engine/rows/scored-client.ts';
import { PUBLISHED_REASONS, type PublishedClient } from '../../steps/publish.ts';

/** Values of the model's inputs that are held at a time; the table is read again for the clients beyond them. */
const HELD_BYTES = 128 << 20;
/** Clients that are told at a time. */
const CHUNK = 2000;

/** In chunks, and in constant memory but for the scoring itself. */
export async function* publishedClients(
  table: Table,
  scored: ScoredClients,
): AsyncGenerator<readonly PublishedClient[]> {
  const names = scored.deployed.inputs.map(({ name }) => name);
  const explainer = createClientExplainer(scored);
  const { order } = scored.lists.listed;
  const held = Math.max(CHUNK, Math.floor(HELD_BYTES / (VALUE_BYTES * Math.max(1, names.length))));
  for (let from = 0; from < order.length; from += held) {
    const window = order.subarray(from, from + held);
    const rows = window.map((client) => scored.newest[client] as number);
    const inputs = await readInputs(table, names, rows);
    for (let at = 0; at < window.length; at += CHUNK) {
      const clients = window.subarray(at, at + CHUNK);
      const places = Uint32Array.from(clients, (_, k) => at + k);
      const reasons = explainer.raising(takeRows(inputs, places), clients, PUBLISHED_REASONS);
      yield Array.from(clients, (client, k) => ({
        rank: from + at + k + 1,
        ...scoredClient(scored, client),
        reasons: (reasons[k] ?? []).map(({ sentence }) => sentence),
      }));
    }
  }
}
