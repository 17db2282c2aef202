/** All about one client, notes on it, and how it ended. */
import { addClientNote, addOutcome, showClient } from '../../pipeline/clients/client-file.ts';
import type { RiskBook } from '../../pipeline/clients/risk-book.ts';
import type { Resources } from '../../pipeline/resources.ts';
import type { clientRoutes } from '../contract/clients.ts';
import type { Handlers } from '../handler.ts';

export function clientHandlers(
  resources: Pick<Resources, 'contract' | 'clock' | 'store' | 'keptRows'>,
  book: RiskBook,
): Handlers<typeof clientRoutes> {
  return {
    client: ({ params }) => showClient(resources, book, params.id),
    addClientNote: ({ params, body }) => addClientNote(resources, book, params.id, body),
    addOutcome: ({ params, body }) => addOutcome(resources, book, params.id, body),
  };
}
