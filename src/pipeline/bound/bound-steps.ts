/** The steps bound to a workspace: where each reads and writes, what of it is recorded, and how it is told. */

import { statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { asTidewatchError } from '../../base/errors.ts';
import type { Config } from '../../config/schema.ts';
import type { ModelDocument } from '../../core/document/document.ts';
import type { Campaign } from '../../core/metrics/campaign.ts';
import { describeOverlap, describeTestRows } from '../../core/metrics/test-window.ts';
import { parseFileList } from '../../core/models/file-list.ts';
import { EVENTS_FOLDER } from '../../engine/contract/computed-columns.ts';
import { eventsContractOf } from '../../engine/contract/contract.ts';
import { listInputFolder, lookIntoFolder } from '../../engine/local/compile/input-folder.ts';
import { untakenFiles } from '../../engine/local/compile/untaken-files.ts';
import type { EventsIngested, EventsSource } from '../../engine/local/files/compile-events.ts';
import { pruneReferences } from '../../engine/local/files/references-folder.ts';
import { pruneSnapshots } from '../../engine/local/files/snapshot-file.ts';
import type { FileReport, TableContract } from '../../engine/port.ts';
import { formatScore } from '../../report/text/format.ts';
import { type DeploySummary, deploy, readTrainedText } from '../../steps/deploy.ts';
import { type Detection, detect, refusedKey } from '../../steps/detect.ts';
import { type Ingested, ingest } from '../../steps/ingest.ts';
import { type ScoreSummary, score } from '../../steps/score.ts';
import { train } from '../../steps/train/train.ts';
import type { KnownChanges, TrainDeps, TrainOptions, TrainSummary } from '../../steps/train/train-options.ts';
import { compareOnTest, type TestComparison } from '../models/compare-models.ts';
import { type GateVerdict, judgeChallenger } from '../models/gate.ts';
import { type LiveModel, wholeLiveModel } from '../models/live-model.ts';
import { readAliases } from '../models/model-names.ts';
import type { Resources } from '../resources.ts';
import type { Session } from '../run/session.ts';
import {
  compiledAs,
  currentSnapshot,
  outcomeRuleOf,
  readTestDataFor,
  readTrainedModel,
  trainedVersion,
} from '../workspace-state.ts';
import { eventNotes, sayEvents } from './event-notes.ts';
import { changesKnown } from './known-change.ts';
import type { JudgedChange } from './retrain-wait.ts';

export async function detectStep(
  resources: Resources,
  session: Session,
  live: LiveModel | null,
): Promise<Detection> {
  const { paths } = resources.workspace;
  return session.step(
    'detect',
    async () => {
      const store = await resources.store();
      const names = inputNames(resources.workspace, paths.input, live !== null);
      const clients = await detect(
        { store },
        {
          folder: relative(resources.workspace.root, paths.input),
          paths: names.map((name) => join(paths.input, name)),
          deployed: live === null ? null : await deployedFiles(resources, live),
          contract: resources.contract,
        },
      );
      return paths.events === null ? clients : withEvents(resources, clients, paths.events, live !== null);
    },
    ({ newFiles, seenFiles }) =>
      newFiles.length === 0 ? `${seenFiles.length} files, all seen before` : `new: ${newFiles.join(', ')}`,
  );
}

/** What lies in the input folder and is not read, or cannot be, where nothing is ingested that would tell of it. */
export function ignoredFiles({ workspace: { root, paths } }: Resources): FileReport[] {
  if (!isFolder(paths.input)) return [];
  const { refused, ignored } = lookIntoFolder(paths.input, root);
  return untakenFiles(paths.input, { unfinished: [], refused, ignored });
}

/** New files of events are new data as well; they are told with their folder. */
async function withEvents(
  { workspace, store, contract }: Resources,
  clients: Detection,
  folder: string,
  isLive: boolean,
): Promise<Detection> {
  const name = relative(workspace.root, folder);
  const found = await detect(
    { store: await store() },
    {
      folder: name,
      paths: inputNames(workspace, folder, isLive).map((file) => join(folder, file)),
      deployed: isLive ? new Map() : null,
      contract: eventsContractOf(workspace.config) ?? contract,
    },
  );
  const told = (files: readonly string[]) => files.map((file) => join(name, file));
  return {
    kind: clients.kind === 'new' || found.kind === 'new' ? 'new' : 'nothing-new',
    newFiles: [...clients.newFiles, ...told(found.newFiles)],
    seenFiles: [...clients.seenFiles, ...told(found.seenFiles)],
  };
}

/** Data files of a folder. Where a model is live, an empty folder is no failure: nothing is new. */
function inputNames(
  { root }: Resources['workspace'],
  folder: string,
  mayBeEmpty: boolean,
): readonly string[] {
  try {
    return listInputFolder(folder, root).names;
  } catch (thrown) {
    if (mayBeEmpty && asTidewatchError(thrown).code === 'input-empty' && isFolder(folder)) return [];
    throw thrown;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Names in the deployed file list with the hashes that the store knows of the content that was trained on. */
async function deployedFiles(resources: Resources, live: LiveModel): Promise<Map<string, string | null>> {
  const store = await resources.store();
  const snapshot = await store.snapshot(live.model.certificate.snapshot.id);
  const records = snapshot === null ? [] : await store.files(snapshot.runId);
  // Where the store has lost its records, the compiled data may still say what it was made of.
  const { output } = resources.workspace.paths;
  const files =
    records.length > 0 ? records : (compiledAs(output, live.model.certificate.snapshot.id)?.files ?? []);
  const hashes = new Map(files.map((file) => [file.name, file.sha256]));
  return new Map(parseFileList(live.deployed.fileList).map((name) => [name, hashes.get(name) ?? null]));
}

export async function ingestStep(resources: Resources, session: Session): Promise<Ingested> {
  const { workspace, contract, progress } = resources;
  return session.step(
    'ingest',
    async () => {
      const compiled = await ingest(
        { engine: await resources.engine(), store: await resources.store(), progress },
        {
          inputFolder: workspace.paths.input,
          workspace: workspace.root,
          outputFolder: workspace.paths.output,
          contract,
          maxRejectedShare: workspace.config.max_rejected_share,
          events: eventsSourceOf(resources),
        },
      );
      const fresh = await recordIngestion(resources, session, compiled);
      logIngestion(resources, compiled, fresh);
      if (compiled.events !== null) logEvents(resources, compiled.events);
      return compiled;
    },
    ({ rows, unlabelled, events }) =>
      `${rows.read} rows read, ${rows.kept} kept, ${rows.duplicates} duplicates, ${rows.quarantined} quarantined` +
      (unlabelled === 0 ? '' : `; ${unlabelled} of those kept without a label`) +
      (events === null ? '' : `; ${sayEvents(events)}`),
  );
}

/** Where the events of a workspace are; null: it has none. */
function eventsSourceOf({ workspace }: Resources): EventsSource | null {
  const { config, paths } = workspace;
  const contract = eventsContractOf(config);
  if (contract === null || paths.events === null || config.tables.events === null) return null;
  return { folder: paths.events, contract, names: config.tables.events };
}

/** What of each file of events was not taken, and what else is odd. */
function logEvents({ log }: Resources, { files, met }: EventsIngested): void {
  const about = { step: 'ingest' };
  for (const { name, status, reason, quarantined } of files) {
    const file = join(EVENTS_FOLDER, name);
    if (status !== 'accepted')
      log.warn({ ...about, file }, `${file} is ${status}: ${reason ?? 'no reason given'}`);
    else if (quarantined > 0) log.warn({ ...about, file }, `${file}: ${quarantined} events were quarantined`);
  }
  for (const note of met === null ? [] : eventNotes(met)) log.warn(about, note);
}

/** What of each file was taken, and why one was not; of those that are as before only how many there are. */
function logIngestion({ log }: Resources, { files }: Ingested, fresh: ReadonlySet<string>): void {
  const told = files.filter(({ name, status }) => status !== 'accepted' || fresh.has(name));
  if (told.length < files.length) {
    log.info({ step: 'ingest' }, `${files.length - told.length} files are as the ingestion before had them`);
  }
  for (const { name, status, reason, read, kept, duplicates, quarantined } of told) {
    const counted = `${read} rows read, ${kept} kept, ${duplicates} duplicates, ${quarantined} quarantined`;
    const about = { step: 'ingest', file: name };
    if (status === 'ignored') log.info(about, `${name} is ignored: ${reason ?? 'no reason given'}`);
    else if (status !== 'accepted') log.warn(about, `${name} is ${status}: ${reason ?? 'no reason given'}`);
    else if (quarantined > 0) log.warn(about, `${name}: ${counted}`);
    else log.info(about, `${name}: ${counted}`);
  }
}

async function recordIngestion(
  resources: Resources,
  session: Session,
  compiled: Ingested,
): Promise<ReadonlySet<string>> {
  const store = await resources.store();
  const { root, paths } = resources.workspace;
  const { snapshot, rows } = compiled;
  const folder = relative(root, paths.input);
  const fresh = await store.recordFiles(
    compiled.files.map((file) => ({ runId: session.runId, folder, ...withoutColumns(file) })),
  );
  await store.recordSnapshot({
    id: snapshot.id,
    runId: session.runId,
    createdAt: resources.clock.now().toISOString(),
    rows: snapshot.rows,
    read: rows.read,
    duplicates: rows.duplicates,
    quarantined: rows.quarantined,
    parquetPath: relative(root, snapshot.parquetPath),
    columns: snapshot.columns,
  });
  await pruneOutput(resources, snapshot.id);
  return fresh;
}

/** Keeps what the live model, the one before it, the challenger and the trained one need to be watched. */
async function pruneOutput(resources: Resources, snapshotId: string): Promise<void> {
  const store = await resources.store();
  const { champion, previous, challenger } = await readAliases(resources);
  const versions = [champion, previous, challenger].filter((version) => version !== null);
  const records = await Promise.all(versions.map((version) => store.model(version)));
  const { output } = resources.workspace.paths;
  const trained = trainedVersion(resources);
  pruneSnapshots(output, [snapshotId, ...records.flatMap((record) => record?.snapshotId ?? [])]);
  pruneReferences(output, trained === null ? versions : [...versions, trained]);
}

function withoutColumns({
  extraColumns: _extra,
  matched: _matched,
  ...file
}: FileReport): Omit<FileReport, 'extraColumns' | 'matched'> {
  return file;
}

/** @param changes what is known of changes; absent: what the live model knows. */
export async function trainStep(
  resources: Resources,
  session: Session,
  changes?: KnownChanges,
): Promise<TrainSummary> {
  return session.step(
    'train',
    async () => {
      const live = wholeLiveModel(resources);
      return train(await trainDepsOf(resources), {
        ...trainOptionsOf(resources, session, live?.model ?? null),
        changes: changes ?? (await changesKnown(resources, live)),
      });
    },
    ({ version, selection, learner, rows, notes }) =>
      [
        `model ${version} (${selection?.chosen ?? learner}) on ${rows} rows${notes.length === 0 ? '' : '.'}`,
        ...notes,
      ].join(' '),
  );
}

export async function trainDepsOf(resources: Resources): Promise<TrainDeps> {
  const { clock, progress } = resources;
  const [engine, store] = [await resources.engine(), await resources.store()];
  return { engine, store, clock, progress, compute: () => resources.team() };
}

/** What a model is made by, all but the changes that are known. */
export function trainOptionsOf(
  resources: Resources,
  session: Session,
  live: ModelDocument | null,
): Omit<TrainOptions, 'changes'> {
  const { workspace, contract, version } = resources;
  const { config, paths } = workspace;
  const snapshot = currentSnapshot(resources);
  const candidate = live?.certificate.options['candidate'];
  return {
    runId: session.runId,
    version,
    snapshot,
    files: snapshot.files.map((file) => file.name),
    contract,
    modelFolder: paths.model,
    outputFolder: paths.output,
    model: config.model,
    budgetSeconds: config.train.budget_seconds,
    logistic: config.logistic,
    calibration: config.calibration,
    threshold: config.threshold,
    campaign: campaignOf(config),
    monotone: config.columns.monotone,
    outcomes: outcomeRuleOf(resources),
    holdout: config.holdout,
    liveCandidate: typeof candidate === 'string' ? candidate : null,
    seed: config.seed,
  };
}

/** The terms of the campaign as the code names them. */
export function campaignOf({ campaign }: Config): Campaign | null {
  if (campaign === null) return null;
  return {
    contactCost: campaign.contact_cost,
    offerCost: campaign.offer_cost,
    successRate: campaign.success_rate,
    clientValue: campaign.client_value,
    contactShare: campaign.contact_share,
  };
}

export async function scoreStep(resources: Resources, session: Session): Promise<ScoreSummary> {
  return session.step(
    'score',
    async () => {
      const model = readTrainedModel(resources);
      return score(
        {
          engine: await resources.engine(),
          store: await resources.store(),
          clock: resources.clock,
          progress: resources.progress,
        },
        {
          runId: session.runId,
          model,
          test: await readTestDataFor(resources, model),
          campaign: campaignOf(resources.workspace.config),
          modelFolder: resources.workspace.paths.model,
        },
      );
    },
    ({ f1, rows, window }) => {
      const overlap = describeOverlap(window);
      const note = overlap === null ? '' : `. ${overlap}`;
      return `F1 ${formatScore(f1)} on ${describeTestRows(rows, window)}${note}`;
    },
  );
}

/** The gate: the challenger against the live model, on the same test rows. */
export async function judgeStep(
  resources: Resources,
  session: Session,
  live: LiveModel | null,
  challenger: ScoreSummary,
  isDated: boolean,
): Promise<{ readonly champion: number | null; readonly verdict: GateVerdict }> {
  const rule = resources.workspace.config.gate;
  return session.step(
    'gate',
    async () => {
      const trained = readTrainedModel(resources);
      const comparison = live === null ? null : await compareOnTest(resources, live.model, trained);
      // F1 counts as 0 where it is 0/0, as in latestscore.txt.
      const champion = comparison === null ? null : (comparison.f1?.champion ?? 0);
      const verdict = judgeChallenger(rule, {
        champion: live === null || champion === null ? null : { version: live.model.version, f1: champion },
        challenger: { version: challenger.model, f1: challenger.f1 },
        comparison,
        isDated,
      });
      await recordGate(resources, session, { live, trained, verdict, comparison, ...challenger });
      return { champion, verdict };
    },
    ({ verdict }) => verdict.reason,
  );
}

/** Keeps what a gate said of a model, with the change that the model was made after. */
export async function recordGate(
  resources: Resources,
  { runId }: Session,
  judged: {
    readonly live: LiveModel | null;
    readonly trained: ModelDocument;
    readonly verdict: GateVerdict;
    readonly comparison: TestComparison | null;
    readonly rows: number;
    readonly f1: number;
  },
): Promise<void> {
  const { live, trained, verdict, comparison, rows, f1 } = judged;
  const { change } = trained.certificate;
  const known: JudgedChange | null = change === undefined ? null : { at: change.at, rows: change.rows };
  await (await resources.store()).recordCheck({
    runId,
    modelVersion: trained.version,
    createdAt: resources.clock.now().toISOString(),
    kind: 'gate',
    rule: verdict.rule,
    outcome: verdict.accepted,
    rows,
    observed: f1,
    expected: comparison === null ? null : (comparison.f1?.champion ?? 0),
    reason: verdict.reason,
    details: { champion: live?.model.version ?? null, shadow: verdict.shadow, comparison, change: known },
  });
}

/** Makes a model live: the one of output_model_path unless the text of another is given. */
export async function deployStep(
  resources: Resources,
  session: Session,
  reason: string,
  model?: string,
): Promise<DeploySummary> {
  return session.step(
    'deploy',
    async () =>
      deploy(
        { live: resources.live, store: await resources.store(), clock: resources.clock },
        {
          runId: session.runId,
          token: session.token,
          model: model ?? readTrainedText(resources.workspace.paths.model),
          reason,
        },
      ),
    (summary) => `model ${summary.modelVersion} is live`,
  );
}

/** Remembers that these files have been ingested and checked, so that the next run does not take them for new. */
export async function rememberFiles(
  resources: Resources,
  { files, events }: Pick<Ingested, 'files' | 'events'>,
): Promise<void> {
  const store = await resources.store();
  const { root, paths } = resources.workspace;
  const remember = (
    folder: string,
    contract: TableContract,
    reports: readonly FileReport[],
  ): Promise<void> => {
    const settled = reports
      .filter(({ status }) => status === 'accepted' || status === 'rejected')
      .map(({ name, sha256, status }) => ({
        name,
        sha256: status === 'rejected' ? refusedKey(sha256, contract) : sha256,
      }));
    return store.recordSeen(relative(root, folder), settled, resources.clock.now().toISOString());
  };
  await remember(paths.input, resources.contract, files);
  const contract = eventsContractOf(resources.workspace.config);
  if (paths.events !== null && events !== null && contract !== null)
    await remember(paths.events, contract, events.files);
}
