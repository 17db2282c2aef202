/** Some two thousand runs in a SQLite file, with small texts, for tests of plans and copies. */
import { openStore } from '../src/store/store.ts';
import { type FillSizes, fillStore } from './store-fill.ts';

export const SMALL: FillSizes = { runs: 2000, models: 200, names: 5, scorings: 5, clients: 2000, files: 20 };

const METRICS = JSON.stringify({
  metrics: { f1: null, precision: null, recall: null, accuracy: null, rocAuc: null },
  rows: 200,
});

/** Makes the file, which must not be there. */
export async function fillSmallStore(path: string): Promise<void> {
  await (await openStore(path)).close();
  fillStore(path, SMALL, {
    document: '{"version":"VERSION"}',
    version: 'VERSION',
    metrics: '{"metrics":{"f1":null},"confusion":[[1,0],[0,1]]}',
    curves: '{"roc":[0,1]}',
    details: '{}',
    summary: '{}',
    diagnostics: '{"durations":[]}',
    columns: '[]',
    estimated: METRICS,
    truth: METRICS,
    state: '{}',
  });
}
