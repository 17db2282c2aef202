/** How good the deployed model is on the test data: as it was stored, else scored now and not kept. */
import { relative } from 'node:path';
import { describeOverlap, describeTestRows } from '../../core/metrics/test-window.ts';
import type { Scorer } from '../../core/scoring/scorer.ts';
import { evaluateOnTest } from '../../steps/score.ts';
import { readCurrent } from '../current.ts';
import type { WithModel } from '../resources.ts';
import { readTestData } from '../workspace-state.ts';

interface Scoring {
  readonly modelVersion: string;
  readonly dataset: string;
  readonly testRows: string;
  readonly overlap: string | null;
  readonly rows: number;
  readonly f1: number;
  readonly metrics: Record<string, unknown>;
}

/** `scorer` gives the deployed model. */
export async function scoringAnswer(resources: WithModel, scorer: () => Promise<Scorer>): Promise<Scoring> {
  const live = (await scorer()).model;
  const stored = await (await resources.store()).latestScore(live.version, 'test');
  const evaluation =
    stored === null
      ? await evaluateOnTest(
          await resources.engine(),
          live,
          await readTestData(resources, readCurrent(resources)),
        )
      : stored.metrics;
  const { rows, f1Score: f1, confusion, threshold, metrics, undefinedBecause, window } = evaluation;
  return {
    modelVersion: live.version,
    dataset:
      resources.workspace.config.holdout === null
        ? relative(resources.workspace.root, resources.workspace.paths.testData)
        : 'held-out clients',
    testRows: describeTestRows(rows, window),
    overlap: describeOverlap(window),
    rows,
    f1,
    metrics: { ...metrics, confusion, threshold, undefinedBecause },
  };
}
