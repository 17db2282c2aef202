/** Some two thousand runs in a SQLite file, with small texts, for tests of plans and copies. */
import { openStore } from '../src/store/store.ts';
import { type FillSizes, fillStore } from './store-fill.ts';
import { diagnosticsOf, estimateOf, evaluationOf, foundTruth, watchStatesOf } from './stored-values.ts';

export const SMALL: FillSizes = { runs: 2000, models: 200, names: 5, scorings: 5, clients: 2000, files: 20 };

const { curves: CURVES, ...METRICS } = evaluationOf(1);

/** Makes the file, which must not be there. */
export async function fillSmallStore(path: string): Promise<void> {
  await (await openStore(path)).close();
  fillStore(path, SMALL, {
    document: '{"version":"VERSION"}',
    version: 'VERSION',
    metrics: JSON.stringify(METRICS),
    curves: JSON.stringify(CURVES),
    details: '{}',
    summary: '{}',
    diagnostics: JSON.stringify(diagnosticsOf(1)),
    columns: '[]',
    estimated: JSON.stringify(estimateOf(1)),
    truth: JSON.stringify(foundTruth(1)),
    state: JSON.stringify(watchStatesOf(1).performance),
  });
}
