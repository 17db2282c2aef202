/** Composition root: opens a workspace, wires the steps to what they need, and closes everything, last in first out. */
import { join } from 'node:path';
import { mayWrite } from './base/may-write.ts';
import { packageFolder } from './base/package-info.ts';
import { loadWorkspace, type Workspace } from './config/load.ts';
import { removeOldRequests } from './pipeline/answers/requests-folder.ts';
import type { CallSummary, DiagnoseRequest } from './pipeline/bound/closing-steps.ts';
import { checkSources } from './pipeline/bound/pull-step.ts';
import {
  callAlone,
  deployAlone,
  diagnoseAlone,
  type IngestSummary,
  ingestAlone,
  publishAlone,
  reportAlone,
  scoreAlone,
  trainAlone,
} from './pipeline/bound/single-steps.ts';
import { type WatchSummary, watchVerb } from './pipeline/bound/watch-verb.ts';
import {
  type ClientSource,
  explainClientOf,
  rankClientsOf,
  type Told,
} from './pipeline/clients/client-risks.ts';
import {
  type QuarantineAnswer,
  type QuarantineQuery,
  type ReadmitRequest,
  type ReadmitSummary,
  readmit,
  showQuarantine,
} from './pipeline/data/quarantine.ts';
import { createDatabaseVerbs, type DatabaseVerbs } from './pipeline/database-verbs.ts';
import { type DeploymentPage, listDeployments } from './pipeline/models/deployment-history.ts';
import { diffModels, type ModelDiff } from './pipeline/models/model-diff.ts';
import {
  drawModel,
  listModels,
  type ModelDetail,
  type ModelPage,
  showModel,
} from './pipeline/models/model-history.ts';
import { addNote, listNotes, type NewNote, type NotePage } from './pipeline/models/model-notes.ts';
import {
  type ExportRequest,
  exportVerb,
  type PredictFileRequest,
  predictFileVerb,
} from './pipeline/models/model-verbs.ts';
import { type PromotionSummary, promote, rollback } from './pipeline/models/promote.ts';
import { type PruneSummary, pruneModels } from './pipeline/models/prune-models.ts';
import { openResources, type ResourceOptions, type ServerStart } from './pipeline/open-resources.ts';
import type { Resources } from './pipeline/resources.ts';
import { lockedRun, lockedVerb } from './pipeline/run/locked-verb.ts';
import { type RecoverySummary, recoverVerb } from './pipeline/run/recover-live.ts';
import { forgetOld } from './pipeline/run/retention.ts';
import { runProcess } from './pipeline/run/run.ts';
import { createRunControl } from './pipeline/run/run-control.ts';
import { listRuns, type RunLog, type RunPage, readRunLog } from './pipeline/run/run-history.ts';
import type { RunSummary } from './pipeline/run/run-summary.ts';
import type { Session } from './pipeline/run/session.ts';
import type { TrendRequest } from './pipeline/trends/trend-request.ts';
import type { Trends } from './pipeline/trends/trends.ts';
import { drawTrends, trendCsvOf, trendsOf, writeTrendCsv } from './pipeline/trends/trends-verb.ts';
import type { DeploySummary } from './steps/deploy.ts';
import type { Diagnostics } from './steps/diagnose.ts';
import type { ExplainOptions, ExplainSubject, Explanation } from './steps/explain.ts';
import type { ExportSummary } from './steps/export/export.ts';
import type { PredictFileSummary } from './steps/predict-file.ts';
import type { PublishSummary } from './steps/publish.ts';
import type { SourceCheck } from './steps/pull/check-source.ts';
import type { Ranking, RankOptions } from './steps/rank.ts';
import type { ReportSummary } from './steps/report.ts';
import type { ScoreSummary } from './steps/score.ts';
import type { TrainSummary } from './steps/train/train-options.ts';
import type { NoteRecord } from './store/port/notes.ts';
import type { Page } from './store/port/paging.ts';
import type { LogQuery } from './store/port/run-logs.ts';
import type { RunTrigger } from './store/port/runs.ts';

export interface AppOptions extends ResourceOptions {
  /** Folder with config.json. */
  readonly workspace: string;
}

export interface ServeRequest {
  /** null: as the configuration says. */
  readonly host: string | null;
  readonly port: number | null;
  /** Cron expression of the whole process; null: no clock. */
  readonly schedule: string | null;
}

/** A server that answers until it is closed. */
export interface Service {
  readonly url: string;
  /** When the clock starts the next run; null without one. */
  nextRun(): Date | null;
  /** Lets requests and a run under way finish. */
  close(): Promise<void>;
}

/**
 * A workspace opened for work. Every verb takes the run's lock and is recorded, but for those that only tell of
 * clients and models: they write nothing and may be asked at any time.
 */
export interface App extends DatabaseVerbs {
  readonly workspace: Workspace;
  run(trigger: RunTrigger): Promise<RunSummary>;
  ingest(): Promise<IngestSummary>;
  watch(): Promise<WatchSummary>;
  train(): Promise<TrainSummary>;
  score(): Promise<ScoreSummary>;
  deploy(reason: string): Promise<DeploySummary>;
  diagnose(request: DiagnoseRequest): Promise<Diagnostics>;
  report(): Promise<ReportSummary>;
  call(url: string | null): Promise<CallSummary>;
  rankClients(source: ClientSource, options: RankOptions): Promise<Told<Ranking>>;
  explainClient(
    source: ClientSource,
    subject: ExplainSubject,
    options: ExplainOptions,
  ): Promise<Told<Explanation>>;
  quarantine(query: QuarantineQuery): Promise<QuarantineAnswer>;
  readmit(request: ReadmitRequest): Promise<ReadmitSummary>;
  listModels(page: Page): Promise<ModelPage>;
  /** null: the live model, or the newest where none is live. Here and below a model goes by any of its names. */
  showModel(name: string | null): Promise<ModelDetail>;
  /** Draws the charts of a model's test score into a folder, absolute, and returns their paths. */
  drawModel(version: string, folder: string): Promise<string[]>;
  diffModels(from: string, to: string): Promise<ModelDiff>;
  listDeployments(page: Page): Promise<DeploymentPage>;
  promote(name: string, reason: string): Promise<PromotionSummary>;
  rollback(reason: string): Promise<PromotionSummary>;
  /** Lets the state store and the deployed files belong together again. */
  recover(): Promise<RecoverySummary>;
  /** Forgets models that nothing needs, but for the newest `keep` of them. */
  pruneModels(keep: number): Promise<PruneSummary>;
  listRuns(page: Page & { readonly verb?: string }): Promise<RunPage>;
  /** null: the newest run. */
  readRunLog(id: string | null, query: Omit<LogQuery, 'runId'>): Promise<RunLog>;
  addNote(note: NewNote): Promise<NoteRecord>;
  /** null: the notes on all models. */
  listNotes(name: string | null, page: Page): Promise<NotePage>;
  trends(request: TrendRequest): Promise<Trends>;
  /** Every point as CSV text, in chunks. */
  trendCsv(request: TrendRequest): AsyncIterable<string>;
  /** The same into a file, absolute; returns the number of points. */
  writeTrendCsv(request: TrendRequest, path: string): Promise<number>;
  /** Draws trends into a PNG file, absolute. */
  drawTrends(trends: Trends, path: string): Promise<void>;
  predictFile(request: PredictFileRequest): Promise<PredictFileSummary>;
  exportModel(request: ExportRequest): Promise<ExportSummary>;
  /** Writes the scores of all clients into the database that the configuration names. */
  publish(): Promise<PublishSummary>;
  /** null: all of them. */
  checkSources(name: string | null): Promise<readonly SourceCheck[]>;
  serve(request: ServeRequest): Promise<Service>;
  close(): Promise<void>;
}

/** Opens the app of a workspace. Errors of the configuration pass through. */
export async function openApp(options: AppOptions): Promise<App> {
  const workspace = loadWorkspace(options.workspace);
  const { resources, close } = await openResources(workspace, options, startMomentaryServer);

  const verb = <S>(name: string, body: (session: Session, held: Resources) => Promise<S>): Promise<S> =>
    lockedVerb(resources, name, 'command', body);
  const run = (trigger: RunTrigger): Promise<RunSummary> =>
    lockedRun(resources, 'run', trigger, (session, held) => runProcess(held, session));
  return {
    workspace,
    run,
    ingest: () => verb('ingest', (session, held) => ingestAlone(held, session)),
    watch: () => verb('watch', (session, held) => watchVerb(held, session)),
    train: () => verb('train', (session, held) => trainAlone(held, session)),
    score: () => verb('score', (session, held) => scoreAlone(held, session)),
    deploy: (reason) => verb('deploy', (session, held) => deployAlone(held, session, reason)),
    diagnose: (request) => verb('diagnose', (session, held) => diagnoseAlone(held, session, request)),
    report: () => verb('report', (session, held) => reportAlone(held, session)),
    call: (url) => verb('call', (session, held) => callAlone(held, session, url)),
    rankClients: (source, options) => rankClientsOf(resources, source, options),
    explainClient: (source, subject, options) => explainClientOf(resources, source, subject, options),
    quarantine: (query) => showQuarantine(resources, query),
    readmit: (request) => verb('readmit', (_, held) => readmit(held, request)),
    listModels: (page) => listModels(resources, page),
    showModel: (name) => showModel(resources, name),
    drawModel: (version, folder) => drawModel(resources, version, folder),
    diffModels: (from, to) => diffModels(resources, from, to),
    listDeployments: (page) => listDeployments(resources, page),
    promote: (name, reason) => verb('promote', (session, held) => promote(held, session, name, reason)),
    rollback: (reason) => verb('rollback', (session, held) => rollback(held, session, reason)),
    recover: () => verb('recover', (session, held) => recoverVerb(held, session)),
    pruneModels: (keep) =>
      verb('prune', async (_, held) => {
        await forgetOld(held);
        return await pruneModels(held, keep);
      }),
    listRuns: (page) => listRuns(resources, page),
    readRunLog: (id, query) => readRunLog(resources, id, query),
    addNote: (note) => addNote(resources, note),
    listNotes: (name, page) => listNotes(resources, name, page),
    trends: (request) => trendsOf(resources, request),
    trendCsv: (request) => trendCsvOf(resources, request),
    writeTrendCsv: (request, path) => writeTrendCsv(resources, request, path),
    drawTrends: (trends, path) => drawTrends(resources, trends, path),
    predictFile: (request) => predictFileVerb(resources, request),
    exportModel: (request) => exportVerb(resources, request),
    ...createDatabaseVerbs(resources, options.env),
    publish: () => verb('publish', (session, held) => publishAlone(held, session)),
    checkSources: (name) => checkSources(resources, name),
    serve: (request) => serve(resources, request, run),
    close,
  };
}

async function startServer(
  resources: Resources,
  options: {
    readonly host: string;
    readonly port: number;
    readonly apiKey: string | null;
    readonly webFolder: string | null;
    readonly described?: boolean;
    /** Whether to prepare the first pages as soon as it listens. */
    readonly warm: boolean;
  },
  nextRun: () => Date | null,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const [{ createServer }, { createApi }, { warmUp }] = await Promise.all([
    import('./server/server.ts'),
    import('./server/api.ts'),
    import('./server/warm-up.ts'),
  ]);
  const control = createRunControl(resources, nextRun);
  const api = createApi(resources, control);
  const { body_megabytes: megabytes, body_values: bodyValues } = resources.workspace.config.server;
  const bodyLimitBytes = megabytes * 1024 * 1024;
  const server = await createServer(api, {
    ...options,
    version: resources.version,
    root: resources.workspace.root,
    bodyLimitBytes,
    bodyValues,
    log: resources.requestLog,
  });
  const { url } = await server.listen();
  const warming = options.warm ? warmUp(api, resources.requestLog) : null;
  return {
    url,
    close: async () => {
      await Promise.all([warming?.close(), control.close(), server.close()]);
    },
  };
}

/** A server for the calls of this process alone: without pages, description or preparation. */
const startMomentaryServer: ServerStart = (resources, apiKey) =>
  startServer(
    resources,
    { host: '127.0.0.1', port: 0, apiKey, webFolder: null, described: false, warm: false },
    () => null,
  );

const READ_ONLY =
  'This workspace may only be read: everything is shown, but no run can be started here, and no note or outcome recorded.';

async function serve(
  resources: Resources,
  request: ServeRequest,
  run: (trigger: RunTrigger) => Promise<RunSummary>,
): Promise<Service> {
  const { config } = resources.workspace;
  const host = request.host ?? config.server.host;
  const port = request.port ?? config.server.port;
  if (mayWrite(resources.workspace.root)) removeOldRequests(resources.workspace, resources.clock.now());
  else resources.log.warn({}, READ_ONLY);
  let nextRun = (): Date | null => null;
  const webFolder = join(packageFolder(), 'dist', 'web');
  const options = { host, port, apiKey: resources.apiKey, webFolder, warm: true };
  const server = await startServer(resources, options, () => nextRun());
  const { schedule } = request;
  const clock =
    schedule === null
      ? null
      : await startClock(resources, schedule, run).catch(async (error: unknown) => {
          // Else the server would keep the process alive.
          await server.close();
          throw error;
        });
  nextRun = () => clock?.next() ?? null;
  return {
    url: server.url,
    nextRun,
    close: async () => {
      await Promise.all([clock?.close(), server.close()]);
    },
  };
}

async function startClock(
  { log, clock }: Pick<Resources, 'log' | 'clock'>,
  expression: string,
  run: (trigger: RunTrigger) => Promise<RunSummary>,
): Promise<{ next(): Date | null; close(): Promise<void> }> {
  const { createClockJob } = await import('./schedule/clock-job.ts');
  return createClockJob({
    expression,
    run: async () => {
      await run('schedule');
    },
    log,
    clock,
  });
}
