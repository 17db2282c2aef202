/** Two models on the same test rows. */

import type { ModelDocument } from '../../core/document/document.ts';
import { comparePaired } from '../../core/monitor/performance/compare-paired.ts';
import { countLearned, scoreTestRows, withTestRows } from '../../engine/rows/test-rows.ts';
import type { TestComparison } from '../../store/port/checks.ts';
import type { Current } from '../current.ts';
import type { WithData } from '../resources.ts';
import { readTestDataFor } from '../workspace-state.ts';

/**
 * Scores both on the test data of today and compares them, the second as the challenger of the first, at the alpha of
 * the configuration. Writes nothing. Errors as `evaluateOnTest`, such as `column-missing` for either.
 */
export async function compareOnTest(
  resources: WithData,
  champion: ModelDocument,
  challenger: ModelDocument,
  current: Current,
): Promise<TestComparison> {
  const { drift, seed } = resources.workspace.config;
  const test = await readTestDataFor(resources, challenger, current);
  const engine = await resources.engine();
  return withTestRows(engine, test, async (table, window) => {
    const { labels, probabilities } = await scoreTestRows(table, champion, test, window, { labels: true });
    const other = await scoreTestRows(table, challenger, test, window, { labels: false });
    const comparison = comparePaired(
      labels,
      probabilities,
      champion.threshold,
      other.probabilities,
      challenger.threshold,
      { seed, alpha: drift.alpha },
    );
    const trained = await countLearned(engine, table, champion, test, window);
    return { ...comparison, window: { ...window, trained } };
  });
}
