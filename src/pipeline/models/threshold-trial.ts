/** What another threshold would mean: on the test data, and for the list of clients. Nothing is changed. */

import type { ModelDocument } from '../../core/document/document.ts';
import { termsOf } from '../../core/metrics/campaign.ts';
import { f1Score, precisionEstimate, recallEstimate } from '../../core/metrics/classification.ts';
import { DEFAULT_LEVEL } from '../../core/metrics/interval.ts';
import { type CampaignTerms, expectedProfit } from '../../core/metrics/profit.ts';
import {
  addConfusion,
  type ConfusionMatrix,
  confusionMatrix,
  createConfusion,
} from '../../core/statistics/confusion.ts';
import type { ScoredTable } from '../../engine/rows/score-table.ts';
import { scoreTestRows, withTestRows } from '../../engine/rows/test-rows.ts';
import type { RiskBook } from '../clients/risk-book.ts';
import { readCurrent } from '../current.ts';
import type { WithModel } from '../resources.ts';
import { campaignOf } from '../settings.ts';
import { readTestData } from '../workspace-state.ts';
import { liveVersionOf } from './live-model.ts';
import { resolveModel } from './model-names.ts';
import { documentOf } from './stored-model.ts';

export interface AtThreshold {
  readonly threshold: number;
  /** [[tn, fp], [fn, tp]], rows are true classes. */
  readonly confusion: ConfusionMatrix;
  /** Rows of the test data above the threshold. */
  readonly flagged: number;
  readonly f1: number;
  readonly precision: number | null;
  readonly recall: number | null;
  /** Expected profit a client; null without a campaign. */
  readonly profit: number | null;
  /** Clients listed above it, without those who have left; null where the model is not live, or there is no data. */
  readonly clients: number | null;
}

export interface ThresholdAnswer {
  readonly modelVersion: string;
  /** Labelled rows of the test data. */
  readonly rows: number;
  readonly current: AtThreshold;
  readonly tried: AtThreshold;
  readonly addedClients: number | null;
}

export interface ThresholdTrial {
  /**
   * Tries a threshold, `at`, that of the model where it is not given. The scores of the test data are kept for the
   * next try of the same model, some 24 bytes a row. Errors: those of `resolveModel` and `withTestRows`.
   */
  try(name: string, at: number | undefined): Promise<ThresholdAnswer>;
}

export function createThresholdTrial(resources: WithModel, book: RiskBook): ThresholdTrial {
  let held: { readonly key: string; readonly scored: ScoredTable } | null = null;
  const scoredOf = async (model: ModelDocument): Promise<ScoredTable> => {
    const test = await readTestData(resources, readCurrent(resources));
    const key = [model.version, ...test.hashes].join('/');
    if (held?.key === key) return held.scored;
    const scored = await withTestRows(await resources.engine(), test, (table, window) =>
      scoreTestRows(table, model, test, window, { labels: true, values: true }),
    );
    held = { key, scored };
    return scored;
  };
  return {
    try: async (name, at) => {
      const model = documentOf(await resolveModel(resources, name));
      const scored = await scoredOf(model);
      const thresholds = [model.threshold, at ?? model.threshold] as const;
      const isLive = (await liveVersionOf(resources)) === model.version;
      const [now = null, then = null] = isLive ? await book.countAbove(thresholds) : [];
      const campaign = campaignOf(resources.workspace.config);
      const terms = campaign === null ? null : termsOf(campaign, scored.values);
      return {
        modelVersion: model.version,
        rows: scored.labels.reduce((sum, label) => sum + (Number.isNaN(label) ? 0 : 1), 0),
        current: { ...measure(scored, thresholds[0], terms), clients: now },
        tried: { ...measure(scored, thresholds[1], terms), clients: then },
        addedClients: now === null || then === null ? null : then - now,
      };
    },
  };
}

function measure(
  { labels, probabilities }: ScoredTable,
  threshold: number,
  terms: CampaignTerms | null,
): Omit<AtThreshold, 'clients'> {
  const counts = addConfusion(createConfusion(), labels, probabilities, threshold);
  return {
    threshold,
    confusion: confusionMatrix(counts),
    flagged: counts.tp + counts.fp,
    f1: f1Score(counts),
    precision: precisionEstimate(counts, DEFAULT_LEVEL)?.value ?? null,
    recall: recallEstimate(counts, DEFAULT_LEVEL)?.value ?? null,
    profit:
      terms === null
        ? null
        : (expectedProfit(labels, probabilities, threshold, terms, DEFAULT_LEVEL)?.value ?? null),
  };
}
