/** Publishes clients that come slowly to the database in argument 1, so that it can be killed half-way. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type PublishedClient, publish } from '../../src/steps/publish.ts';
import { openExternal } from '../../src/store/external/open-external.ts';
import { HELD } from '../held.ts';

const [, , url = '', count = '0'] = process.argv;

async function* clients(): AsyncGenerator<readonly PublishedClient[]> {
  for (let from = 0; from < Number(count); from += 500) {
    yield Array.from({ length: 500 }, (_, k) => ({
      rank: from + k + 1,
      id: `new${from + k + 1}`,
      probability: 0.5,
      flagged: true,
      value: null,
      expectedLoss: null,
      owner: null,
      segment: null,
      reasons: [],
    }));
    await sleep(5);
  }
}

const database = await openExternal(url, { what: 'The database', timeoutMs: 20_000 });
await publish(
  // The parent kills at what it reads here.
  { database, store: HELD, progress: ({ done }) => void process.stdout.write(`${done}\n`) },
  clients(),
  {
    clients: Number(count),
    table: 'client_risks',
    mode: 'replace',
    snapshot: 'snapshot2',
    modelVersion: 'm2',
    scoredAt: new Date('2026-03-02T08:00:00Z'),
  },
);
process.stdout.write('done\n');
await database.close();
