/** The held-out rows by the risk that the live model gives them, for one whose evaluation does not have them. */
import { TidewatchError } from '../../base/errors.ts';
import type { ModelDocument } from '../../core/document/document.ts';
import { countRisks, type RiskHistogram } from '../../core/monitor/calibration/risk-histogram.ts';
import { createScorer } from '../../core/scoring/scorer.ts';
import type { Table } from '../../engine/port.ts';
import { scoreTable } from '../../engine/rows/score-table.ts';
import { withTestRows } from '../../engine/rows/test-rows.ts';
import { openTrainedRows } from '../../engine/rows/trained-rows.ts';
import type { Current } from '../current.ts';
import type { WithData } from '../resources.ts';
import { readTestData, trainingSnapshot } from '../workspace-state.ts';

/**
 * Scores the rows that tested the model when it was trained: those of the clients that were held out then, or the test
 * files. Where they cannot be read the answer says why: a model can be live without them.
 */
export async function scoreHeldOutRisks(
  resources: WithData,
  model: ModelDocument,
  current: Current,
): Promise<RiskHistogram | { readonly absent: string }> {
  try {
    return await scoreTestRows(resources, model, current);
  } catch (thrown) {
    if (!(thrown instanceof TidewatchError)) throw thrown;
    return { absent: `The rows that tested the live model cannot be scored: ${thrown.message}` };
  }
}

async function scoreTestRows(
  resources: WithData,
  model: ModelDocument,
  current: Current,
): Promise<RiskHistogram | { readonly absent: string }> {
  const engine = await resources.engine();
  const { outcomes, heldOut } = model.certificate;
  if (heldOut === undefined && resources.workspace.config.holdout === null) {
    return withTestRows(engine, await readTestData(resources, current), (table) => risksOf(table, model));
  }
  const snapshot = heldOut === undefined ? null : await trainingSnapshot(resources, model);
  const table =
    snapshot === null
      ? null
      : await openTrainedRows(engine, { snapshot, outcomes, heldOut }, resources.contract, 'held-out');
  if (table === null) {
    return {
      absent: 'The rows that tested the live model are not known any more, so its risks are not watched.',
    };
  }
  try {
    return await risksOf(table, model);
  } finally {
    await table.close();
  }
}

async function risksOf(table: Table, model: ModelDocument): Promise<RiskHistogram> {
  const { labels, probabilities } = await scoreTable(table, createScorer(model), { labels: true });
  return countRisks(probabilities, labels);
}
