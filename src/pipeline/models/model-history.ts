/** The models of a workspace as the store remembers them: when, on what, how good, and when they were live. */
import { join } from 'node:path';
import { writeFileAtomic } from '../../base/atomic-file.ts';
import { TidewatchError } from '../../base/errors.ts';
import type { Certificate, Estimate, ModelDocument } from '../../core/document/document.ts';
import { membersOf, partsOf } from '../../core/models/learners.ts';
import { cumulativeGain } from '../../report/charts/cumulative-gain.ts';
import { reliabilityDiagram } from '../../report/charts/reliability-diagram.ts';
import type { DeploymentEvent, DeploymentStore } from '../../store/port/deployments.ts';
import type { ModelOutline, ModelRecord, ModelStore } from '../../store/port/models.ts';
import type { NoteRecord, NoteStore } from '../../store/port/notes.ts';
import type { Listed, Page } from '../../store/port/paging.ts';
import type { ScoreOutline, ScoreStore } from '../../store/port/scores.ts';
import type { Resources, WithLive } from '../resources.ts';
import { type ChallengeStanding, standingOf } from './challenge.ts';
import { type ModelSize, sizeOfLearner } from './model-diff.ts';
import { type Aliases, aliasesOf, liveRecord, readAliases, resolveModel } from './model-names.ts';

export interface ModelEntry {
  readonly version: string;
  readonly createdAt: string;
  readonly learner: string;
  /** Training rows. */
  readonly rows: number;
  /** F1 of the newest score on the test data; null before there is one. */
  readonly f1: number | null;
  /** With its interval; null where the rows do not define one. */
  readonly f1Estimate: Estimate | null;
  readonly live: boolean;
  /** What it goes by beside its version. */
  readonly aliases: readonly (keyof Aliases)[];
}

export interface ModelPage {
  readonly models: readonly ModelEntry[];
  readonly aliases: Aliases;
  /** `before` of the next page; null: this was the last one. */
  readonly next: string | null;
}

/** A score as it is told: without the points of its curves. */
export type ModelScore = Omit<ScoreOutline, 'modelVersion'>;

export interface ModelDetail extends ModelEntry {
  readonly target: ModelDocument['target'];
  readonly id: string | null;
  readonly threshold: number;
  readonly inputs: ModelDocument['inputs'];
  readonly features: ModelDocument['features'];
  /** Of an ensemble: what it averages; null for others. */
  readonly members: readonly { readonly name: string; readonly weight: number }[] | null;
  /** Of its trees; null where it has none. */
  readonly size: ModelSize | null;
  /** Of its linear part, in the order of the first `features`; null where it has none. */
  readonly coefficients: readonly number[] | null;
  readonly intercept: number | null;
  readonly calibrationKind: ModelDocument['calibration']['kind'];
  readonly certificate: Certificate;
  /** Newest first; at most the newest hundred. */
  readonly scores: readonly ModelScore[];
  /** Newest first; at most the newest hundred. */
  readonly deployments: readonly Omit<DeploymentEvent, 'modelVersion'>[];
  /** Newest first; at most the newest hundred. */
  readonly notes: readonly Omit<NoteRecord, 'modelVersion'>[];
  /** How its comparison with the live model stands; null where it is not the challenger. */
  readonly challenge: ChallengeStanding | null;
}

/** The place of what is not recorded yet, newer than all that is. */
const BEFORE_ALL = 999_999_999_999_999;
const MAX_SCORES = 100;
const MAX_DEPLOYMENTS = 100;
const MAX_NOTES = 100;

/** One page of all models, newest first. Error `request-invalid` for an invalid cursor. */
export async function listModels(resources: WithLive, page: Page): Promise<ModelPage> {
  const store = await resources.store();
  const aliases = await readAliases(resources);
  const found = [
    ...(page.before === undefined ? await unrecordedLive(resources, aliases.champion) : []),
    ...(await store.models({ ...page, limit: page.limit + 1 })),
  ];
  const shown = found.slice(0, page.limit);
  const scores = await store.latestScores(
    shown.map(({ version }) => version),
    'test',
  );
  const models = await Promise.all(
    shown.map(async (outline) => {
      const rows = outline.rows ?? trainingRows(await resolveModel(resources, outline.version));
      return entryOf(outline, rows, scores.get(outline.version) ?? null, aliases);
    }),
  );
  return { models, aliases, next: found.length > shown.length ? (shown.at(-1)?.cursor ?? null) : null };
}

/** The live model where the store does not know it yet; it stands before the newest that the store knows. */
async function unrecordedLive(
  resources: WithLive,
  version: string | null,
): Promise<readonly Listed<ModelOutline>[]> {
  const store = await resources.store();
  if (version === null || (await store.versions(version, 1)).length > 0) return [];
  const record = liveRecord(resources, version);
  if (record === null) return [];
  const { document: _, ...outline } = record;
  return [{ ...outline, rows: null, cursor: `${outline.createdAt}~${BEFORE_ALL}` }];
}

/** All that is known of a model of a name. null: the live one, or the newest where none is live. */
export async function showModel(resources: WithLive, name: string | null): Promise<ModelDetail> {
  const store = await resources.store();
  const aliases = await readAliases(resources);
  const record = await findModel(resources, store, name ?? aliases.champion);
  const document = record.document as ModelDocument;
  const { learner } = document;
  const { linear } = partsOf(learner);
  return {
    ...entryOf(record, trainingRows(record), await store.latestScore(record.version, 'test'), aliases),
    target: document.target,
    id: document.id,
    threshold: document.threshold,
    inputs: document.inputs,
    features: document.features,
    members: membersOf(learner),
    size: sizeOfLearner(learner),
    coefficients: linear?.coefficients ?? null,
    intercept: linear?.intercept ?? null,
    calibrationKind: document.calibration.kind,
    certificate: document.certificate,
    scores: await scoresOf(store, record.version),
    deployments: await deploymentsOf(store, record.version),
    notes: await notesOf(store, record.version),
    challenge: aliases.challenger === record.version ? await standingOf(resources) : null,
  };
}

/**
 * Draws reliability.png and gain.png of a model's newest test score into a folder. Returns their paths. Error
 * `nothing-scored` where there is no score.
 */
export async function drawModel(
  resources: Pick<Resources, 'store' | 'renderer'>,
  version: string,
  folder: string,
): Promise<string[]> {
  const renderer = resources.renderer();
  const score = await (await resources.store()).latestScore(version, 'test');
  if (score === null) {
    throw new TidewatchError(
      'nothing-scored',
      `Model ${version} has not been scored on the test data, so there is nothing to draw. Run "tidewatch score" ` +
        'after training it.',
      { details: { modelVersion: version } },
    );
  }
  const evaluated = { modelVersion: version, datasetName: 'test data' };
  const charts = {
    'reliability.png': reliabilityDiagram(score.metrics, evaluated),
    'gain.png': cumulativeGain(score.metrics, evaluated),
  };
  const drawn = await Promise.all(
    Object.entries(charts).map(async ([name, chart]) => ({ name, png: await renderer.png(chart) })),
  );
  return drawn.map(({ name, png }) => {
    const path = join(folder, name);
    writeFileAtomic(path, png);
    return path;
  });
}

function trainingRows({ document }: ModelRecord): number {
  return (document as ModelDocument).certificate.snapshot.rows;
}

function entryOf(
  record: Pick<ModelRecord, 'version' | 'createdAt' | 'learner'>,
  rows: number,
  score: ScoreOutline | null,
  aliases: Aliases,
): ModelEntry {
  return {
    version: record.version,
    createdAt: record.createdAt,
    learner: record.learner,
    rows,
    f1: score?.f1 ?? null,
    f1Estimate: score?.metrics.metrics.f1 ?? null,
    live: record.version === aliases.champion,
    aliases: aliasesOf(aliases, record.version),
  };
}

async function findModel(resources: WithLive, store: ModelStore, name: string | null): Promise<ModelRecord> {
  if (name !== null) return resolveModel(resources, name);
  const [newest] = await store.models({ limit: 1 });
  if (newest !== undefined) return resolveModel(resources, newest.version);
  throw new TidewatchError('nothing-trained', 'No model has been trained yet. Run "tidewatch run" first.');
}

async function scoresOf(store: ScoreStore, modelVersion: string): Promise<ModelScore[]> {
  const scores = await store.scores({ modelVersion, limit: MAX_SCORES });
  return scores.map(({ cursor: _, modelVersion: __, ...score }) => score);
}

async function deploymentsOf(
  store: DeploymentStore,
  modelVersion: string,
): Promise<ModelDetail['deployments'][number][]> {
  const events = await store.deployments({ modelVersion, limit: MAX_DEPLOYMENTS });
  return events.map(({ cursor: _, modelVersion: __, ...deployment }) => deployment);
}

async function notesOf(store: NoteStore, modelVersion: string): Promise<ModelDetail['notes'][number][]> {
  const notes = await store.notes({ modelVersion, limit: MAX_NOTES });
  return notes.map(({ cursor: _, modelVersion: __, ...note }) => note);
}
