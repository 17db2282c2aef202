/** Steps as commands of their own: what a run has from the step before, they read from the files that it wrote. */
import { join } from 'node:path';
import { TidewatchError } from '../../base/errors.ts';
import { sha256 } from '../../base/hash.ts';
import { readTextFile } from '../../base/regular-file.ts';
import { parseModel } from '../../core/models/model-file.ts';
import { type DeploySummary, type ScoredModel, summariseDeployment } from '../../steps/deploy.ts';
import type { Diagnostics } from '../../steps/diagnose.ts';
import type { Ingested } from '../../steps/ingest.ts';
import type { PublishSummary } from '../../steps/publish.ts';
import type { ReportSummary } from '../../steps/report.ts';
import type { ScoreSummary } from '../../steps/score.ts';
import type { TrainSummary } from '../../steps/train/train-options.ts';
import { MODEL_FILE } from '../../store/live/deployed-files.ts';
import { readCurrent } from '../current.ts';
import { readLiveModel } from '../models/live-model.ts';
import type { Resources, WithLive, WithModel, WithTraining } from '../resources.ts';
import { recordLive } from '../run/recover-live.ts';
import type { Session } from '../run/session.ts';
import { askingOf } from '../states/gather-facts.ts';
import { standingNow } from '../states/standing.ts';
import { readTrainedModel } from '../workspace-state.ts';
import {
  type CallSummary,
  callStep,
  type DiagnoseRequest,
  diagnoseStep,
  reportStep,
} from './closing-steps.ts';
import { deployScored, sayDeployed } from './deploy-step.ts';
import { ingestStep } from './ingest-step.ts';
import { labelStep } from './label-step.ts';
import { publishScores } from './publish-step.ts';
import { pullStep, type SourcePull } from './pull-step.ts';
import { scoreStep } from './score-step.ts';
import { trainStep } from './train-step.ts';

export interface IngestSummary extends Ingested {
  /** What came of each database that rows come from. */
  readonly sources: readonly SourcePull[];
}

export async function ingestAlone(
  resources: WithModel & Pick<Resources, 'env' | 'progress' | 'log'>,
  session: Session,
): Promise<IngestSummary> {
  const sources = await pullStep(resources, session);
  await labelStep(resources, session, readCurrent(resources));
  return { ...(await ingestStep(resources, session)), sources };
}

export async function trainAlone(
  resources: WithTraining & WithLive,
  session: Session,
): Promise<TrainSummary> {
  return (await trainStep(resources, session, readCurrent(resources))).summary;
}

/** Scores the model of output_model_path; `nothing-trained` where there is none. */
export function scoreAlone(
  resources: WithModel & Pick<Resources, 'progress'>,
  session: Session,
): Promise<ScoreSummary> {
  const trained = {
    get model() {
      return readTrainedModel(resources);
    },
  };
  return scoreStep(resources, session, trained, readCurrent(resources));
}

/** Makes the model of output_model_path live. Errors as `readScored`. */
export async function deployAlone(
  resources: Pick<Resources, 'snapshots' | 'workspace' | 'clock' | 'log' | 'live' | 'store'>,
  session: Session,
  reason: string,
): Promise<DeploySummary> {
  await recordLive(resources, session);
  const deployment = await session.step(
    'deploy',
    async () => deployScored(resources, session, await readScored(resources), reason),
    sayDeployed,
  );
  return summariseDeployment(deployment);
}

/**
 * The model of output_model_path with its newest score on the test data. Errors: `nothing-trained`, `model-invalid` for
 * a text that is no model, `nothing-scored` where this very model has no score.
 */
async function readScored(resources: Pick<Resources, 'workspace' | 'store'>): Promise<ScoredModel> {
  const text = readTrainedText(resources.workspace.paths.model);
  const model = parseModel(text, sha256, `The model to deploy (${MODEL_FILE})`);
  const score = await (await resources.store()).latestScore(model.version, 'test');
  if (score !== null) return { model, f1: score.f1 };
  throw new TidewatchError(
    'nothing-scored',
    `Model ${model.version} has not been scored on the test data, so it is not deployed. Run "tidewatch score" first.`,
  );
}

function readTrainedText(modelFolder: string): string {
  const path = join(modelFolder, MODEL_FILE);
  try {
    return readTextFile(path);
  } catch (cause) {
    throw new TidewatchError('nothing-trained', `${path} cannot be read. Run "tidewatch train" first.`, {
      details: { path },
      cause,
    });
  }
}

export function diagnoseAlone(
  resources: WithModel,
  session: Session,
  request: DiagnoseRequest,
): Promise<Diagnostics> {
  return diagnoseStep(resources, session, request, readCurrent(resources));
}

export async function reportAlone(
  resources: WithModel & Pick<Resources, 'version' | 'renderer'>,
  session: Session,
): Promise<ReportSummary> {
  const current = readCurrent(resources);
  const { states } = await standingNow(resources, askingOf(session));
  return reportStep(resources, session, states, current);
}

/** @param url of the server to call; null: one for the moment. */
export function callAlone(
  resources: WithModel & Pick<Resources, 'apiKey' | 'momentaryServer'>,
  session: Session,
  url: string | null,
): Promise<CallSummary> {
  return callStep(resources, session, url, readCurrent(resources));
}

/** `deployment-damaged` and `model-invalid` where the live model cannot be read; else as `publishScores`. */
export function publishAlone(
  resources: WithModel & Pick<Resources, 'env' | 'progress'>,
  session: Session,
): Promise<PublishSummary> {
  return publishScores(
    resources,
    session,
    readCurrent(resources, () => readLiveModel(resources)),
  );
}
