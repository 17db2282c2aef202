import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createWorkspace, removeWorkspaces } from '../../../test/e2e/workspace.ts';
import { openApp } from '../../app.ts';
import { createKeptRows } from '../../engine/kept/kept-rows.ts';
import { openStore } from '../../store/store.ts';
import { scoresAt } from '../clients/former-scores.ts';

afterAll(removeWorkspaces);

const rows = Array.from(
  { length: 300 },
  (_, k) => `c${k},${(k * 37) % 101},${(k * 37) % 101 < 40 !== (k % 10 === 0) ? 'yes' : 'no'}`,
);
const csv = (from: number, to: number) => `client,activity,left\n${rows.slice(from, to).join('\n')}\n`;

it('a run keeps what it said of each client, also of those who have left', async () => {
  const columns = { id: 'client', target: 'left', positive: 'yes', negative: 'no', numeric: ['activity'] };
  const { root } = createWorkspace(
    { 'practicedata/a.csv': csv(0, 200), 'testdata/test.csv': csv(200, 300) },
    { columns, model: 'logistic' },
  );
  const app = await openApp({ workspace: root, logLevel: 'silent', progress: () => undefined, env: {} });
  await app.run('command');
  const options = {
    limit: 1000,
    offset: 0,
    reasons: 0,
    owner: null,
    segment: null,
    minRisk: null,
    search: null,
  };
  const listed = await app.rankClients({ data: null }, { ...options, status: 'listed' });
  const left = await app.rankClients({ data: null }, { ...options, status: 'left' });
  await app.close();
  const clients = [...listed.clients, ...left.clients];
  expect(clients).toHaveLength(200);

  const store = await openStore(join(root, 'tidewatch.db'));
  const resources = { store: async () => store, keptRows: createKeptRows(join(root, 'ingesteddata')) };
  const [scoring = null] = await store.scorings(1);
  expect(scoring?.clients).toBe(200);
  expect(
    await scoresAt(
      resources,
      scoring,
      clients.map(({ id }) => id),
    ),
  ).toEqual(clients.map(({ probability }) => Math.fround(probability)));
  expect(await scoresAt(resources, scoring, ['c250'])).toEqual([null]);
  await store.close();
});
