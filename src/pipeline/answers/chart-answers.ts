/** The charts of the deployed model for the HTTP server: drawn when first asked for, and kept while their values stay. */

import { sha256 } from '../../base/hash.ts';
import { CHARTS } from '../../report/charts/catalogue.ts';
import type { ChartName, Theme } from '../../report/charts/chart-names.ts';
import { themed } from '../../report/charts/theme.ts';
import { readReportValues } from '../../report/report-values.ts';
import type { CheckStore } from '../../store/port/checks.ts';
import type { DeploymentStore } from '../../store/port/deployments.ts';
import type { DiagnosticsStore } from '../../store/port/diagnostics.ts';
import type { ScoreStore } from '../../store/port/scores.ts';
import { readServedModel } from '../models/live-model.ts';
import type { Resources } from '../resources.ts';
import { readTrainedModel } from '../workspace-state.ts';

export interface ChartAnswer {
  /** Differs where the picture does: by model, score, check, diagnosis, version, theme. */
  readonly etag: string;
  /** The picture as SVG. */
  draw(): Promise<string>;
}

export interface ChartAnswers {
  chart(name: ChartName, theme: Theme): Promise<ChartAnswer>;
}

/** Pictures kept: every chart in both themes, twice over, so that a change of model is no rush. */
const MAX_KEPT = Object.keys(CHARTS).length * 4;

/** Charts of the deployed model, or of the trained one where none is; `nothing-trained` where there is neither. */
export function createChartAnswers(
  resources: Pick<Resources, 'workspace' | 'version' | 'live' | 'store' | 'renderer'>,
): ChartAnswers {
  const kept = new Map<string, Promise<string>>();
  const drawOnce = (etag: string, draw: () => Promise<string>): Promise<string> => {
    const known = kept.get(etag);
    if (known !== undefined) return known;
    const drawing = draw();
    kept.set(etag, drawing);
    drawing.catch(() => kept.delete(etag));
    const [oldest] = kept.keys();
    if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
    return drawing;
  };
  return {
    chart: async (name, theme) => {
      const store = await resources.store();
      const model = (await readServedModel(resources)) ?? readTrainedModel(resources);
      const state = await stateOf(store, model.version);
      const etag = sha256(JSON.stringify([resources.version, name, theme, state])).slice(0, 24);
      const draw = async (): Promise<string> => {
        const spec = CHARTS[name].draw(await readReportValues(store, model));
        return themed(await resources.renderer().svg(spec), theme);
      };
      return { etag, draw: () => drawOnce(etag, draw) };
    },
  };
}

/** What the values of charts are known by, in few small questions: the model, its score, and the newest of each record. */
async function stateOf(
  store: ScoreStore & CheckStore & DeploymentStore & DiagnosticsStore,
  modelVersion: string,
): Promise<unknown> {
  const [score, scores, checks, deployments, diagnostics] = await Promise.all([
    store.latestScore(modelVersion, 'test'),
    store.scores({ limit: 1 }),
    store.checks({ limit: 1 }),
    store.deployments({ limit: 1 }),
    store.latestDiagnostics(),
  ]);
  return [
    modelVersion,
    score === null ? null : [score.createdAt, score.f1],
    scores[0]?.cursor,
    checks[0]?.cursor,
    deployments[0]?.id,
    diagnostics === null ? null : [diagnostics.runId, diagnostics.createdAt],
  ];
}
