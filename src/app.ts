/** Composition root: opens a workspace, wires the steps to what they need, and closes everything, last in first out. */
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from './base/clock.ts';
import { createLog, type LogLevel } from './base/log.ts';
import { mayWrite } from './base/may-write.ts';
import { packageFolder, packageVersion } from './base/package-info.ts';
import type { Progress } from './base/progress.ts';
import { createRedaction, secretsOf } from './base/redact.ts';
import { loadWorkspace, type Workspace } from './config/load.ts';
import { contractOfConfig } from './engine/contract/contract.ts';
import { createTeam, type Team } from './engine/local/workers/team.ts';
import { createServing, removeOldRequests } from './pipeline/answers/serving.ts';
import { warmUp } from './pipeline/answers/warm-up.ts';
import { deployStep, ingestStep, scoreStep, trainStep } from './pipeline/bound/bound-steps.ts';
import {
  type CallSummary,
  callStep,
  type DiagnoseRequest,
  diagnoseStep,
  reportStep,
} from './pipeline/bound/closing-steps.ts';
import { labelStep } from './pipeline/bound/label-step.ts';
import { publishScores } from './pipeline/bound/publish-step.ts';
import { checkSources, pullStep, type SourcePull } from './pipeline/bound/pull-step.ts';
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
import { createDatabaseVerbs, type DatabaseVerbs, storePlaceOf } from './pipeline/database-verbs.ts';
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
import type { Resources } from './pipeline/resources.ts';
import { lockedRun, lockedVerb } from './pipeline/run/locked-verb.ts';
import { createLogJournal } from './pipeline/run/log-journal.ts';
import { type RecoverySummary, recordLive, recoverVerb } from './pipeline/run/recover-live.ts';
import { forgetOld } from './pipeline/run/retention.ts';
import { runProcess } from './pipeline/run/run.ts';
import { createRunControl } from './pipeline/run/run-control.ts';
import { createRunEvents } from './pipeline/run/run-events.ts';
import { listRuns, type RunLog, type RunPage, readRunLog } from './pipeline/run/run-history.ts';
import type { RunSummary } from './pipeline/run/run-summary.ts';
import type { Session } from './pipeline/run/session.ts';
import { askingOf } from './pipeline/states/gather-facts.ts';
import { standingNow } from './pipeline/states/standing.ts';
import type { TrendRequest } from './pipeline/trends/trend-request.ts';
import type { Trends } from './pipeline/trends/trends.ts';
import { drawTrends, trendCsvOf, trendsOf, writeTrendCsv } from './pipeline/trends/trends-verb.ts';
import type { DeploySummary } from './steps/deploy.ts';
import type { Diagnostics } from './steps/diagnose.ts';
import type { ExplainOptions, ExplainSubject, Explanation } from './steps/explain.ts';
import type { ExportSummary } from './steps/export/export.ts';
import type { Ingested } from './steps/ingest.ts';
import type { PredictFileSummary } from './steps/predict-file.ts';
import type { PublishSummary } from './steps/publish.ts';
import type { SourceCheck } from './steps/pull/check-source.ts';
import type { Ranking, RankOptions } from './steps/rank.ts';
import type { ReportSummary } from './steps/report.ts';
import type { ScoreSummary } from './steps/score.ts';
import type { TrainSummary } from './steps/train/train-options.ts';
import { logWaits, type Patience, type StoreWait } from './store/databases/store-wait.ts';
import { openLiveFolder } from './store/live/live-folder.ts';
import type { NoteRecord } from './store/port/notes.ts';
import type { Page } from './store/port/paging.ts';
import type { LogQuery } from './store/port/run-logs.ts';
import type { RunTrigger } from './store/port/runs.ts';
import type { Store } from './store/port.ts';

export interface AppOptions {
  /** Folder with config.json. */
  readonly workspace: string;
  readonly logLevel: LogLevel;
  readonly progress: Progress;
  /** Hears of waits for the server of the state, which are also logged. */
  readonly waiting?: (wait: StoreWait) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What time it is; absent: what the machine says. */
  readonly clock?: Clock;
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

export interface IngestSummary extends Ingested {
  /** What came of each database that rows come from. */
  readonly sources: readonly SourcePull[];
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
  const { resources, close } = await openResources(workspace, options);

  const verb = <S>(name: string, body: (session: Session, held: Resources) => Promise<S>): Promise<S> =>
    lockedVerb(resources, name, 'command', body);
  const run = (trigger: RunTrigger): Promise<RunSummary> =>
    lockedRun(resources, 'run', trigger, (session, held) => runProcess(held, session));
  return {
    workspace,
    run,
    ingest: () =>
      verb('ingest', async (session, held) => {
        const sources = await pullStep(held, session);
        await labelStep(held, session);
        return { ...(await ingestStep(held, session)), sources };
      }),
    watch: () => verb('watch', (session, held) => watchVerb(held, session)),
    train: () => verb('train', (session, held) => trainStep(held, session)),
    score: () => verb('score', (session, held) => scoreStep(held, session)),
    deploy: (reason) =>
      verb('deploy', async (session, held) => {
        await recordLive(held, session);
        return deployStep(held, session, reason);
      }),
    diagnose: (request) => verb('diagnose', (session, held) => diagnoseStep(held, session, request)),
    report: () =>
      verb('report', async (session, held) => {
        const { states } = await standingNow(held, askingOf(session));
        return reportStep(held, session, states);
      }),
    call: (url) => verb('call', (session, held) => callStep(held, session, url)),
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
    publish: () => verb('publish', (session, held) => publishScores(held, session)),
    checkSources: (name) => checkSources(resources, name),
    serve: (request) => serve(resources, request, run),
    close,
  };
}

/** Opens each resource when it is first asked for, and knows how to close those that were. */
async function openResources(
  workspace: Workspace,
  options: AppOptions,
): Promise<{ readonly resources: Resources; close(): Promise<void> }> {
  const { config, paths } = workspace;
  const closers: (() => Promise<void>)[] = [];
  const once = <T extends { close(): Promise<void> }>(open: () => Promise<T>): (() => Promise<T>) => {
    let opened: Promise<T> | null = null;
    return () => {
      opened ??= open().then(
        (resource) => {
          closers.push(() => resource.close());
          return resource;
        },
        (error: unknown) => {
          // What could not be opened now may be opened later.
          opened = null;
          throw error;
        },
      );
      return opened;
    };
  };
  const plainLog = await createLog(options.logLevel);
  // What the server says of requests is no part of a run.
  const { log, follow } = createLogJournal(plainLog);
  const { createRenderer } = await import('./report/renderer.ts');
  let renderer: ReturnType<typeof createRenderer> | null = null;
  let team: Team | null = null;
  const threads = config.threads ?? availableParallelism();
  const clock = options.clock ?? systemClock;
  const events = createRunEvents(clock, randomBytes(4).toString('hex'));
  const logWait = logWaits(log);
  const patience: Patience = {
    patienceMs: config.store_patience_seconds * 1000,
    hear: (wait) => {
      logWait(wait);
      options.waiting?.(wait);
    },
  };
  const resources: Resources = {
    workspace,
    contract: contractOfConfig(config, paths.output),
    version: packageVersion(),
    apiKey: options.env['TIDEWATCH_API_KEY'] ?? null,
    env: options.env,
    clock,
    log,
    requestLog: plainLog,
    journal: { follow },
    logDebug: options.logLevel === 'debug',
    redact: createRedaction(secretsOf(options.env)),
    progress: (event) => {
      options.progress(event);
      events.progress(event);
    },
    events,
    live: openLiveFolder(paths.deployment),
    patience,
    store: once(createStoreOpener(() => storePlaceOf(workspace, options.env), patience)),
    engine: once(async () => {
      const { createDuckdbEngine } = await import('./engine/local/duckdb/engine.ts');
      return createDuckdbEngine({
        threads,
        memoryLimit: config.memory_limit,
        maxUnpackedRatio: config.max_unpacked_ratio,
        temporaryFolder: paths.output,
      });
    }),
    team: () => {
      if (team === null) {
        team = createTeam({ threads });
        closers.push(team.close);
      }
      return team;
    },
    renderer: () => {
      if (renderer === null) {
        renderer = createRenderer();
        closers.push(renderer.close);
      }
      return renderer;
    },
    momentaryServer: async () => {
      const apiKey = randomBytes(24).toString('base64url');
      const options = { host: '127.0.0.1', port: 0, apiKey, webFolder: null, described: false, warm: false };
      return { ...(await startServer(resources, options, () => null)), apiKey };
    },
  };
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  return { resources, close };
}

/** Once it has not answered for the whole of its patience, it is asked briefly: a server must not hang at each request. */
function createStoreOpener(place: () => string, patience: Patience): () => Promise<Store> {
  let greetingMs = patience.patienceMs;
  return async () => {
    const { openStore } = await import('./store/store.ts');
    try {
      return await openStore(place(), { ...patience, greetingMs });
    } catch (error) {
      greetingMs = Math.min(greetingMs, REPEATED_GREETING_MS);
      throw error;
    }
  };
}

const REPEATED_GREETING_MS = 1000;

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
  const { createServer } = await import('./server/server.ts');
  const control = createRunControl(resources, nextRun);
  const serving = createServing(resources, control);
  const { body_megabytes: megabytes, body_values: bodyValues } = resources.workspace.config.server;
  const bodyLimitBytes = megabytes * 1024 * 1024;
  const server = await createServer(serving, {
    ...options,
    bodyLimitBytes,
    bodyValues,
    log: resources.requestLog,
  });
  const { url } = await server.listen();
  const warming = options.warm ? warmUp(serving, resources.requestLog) : null;
  return {
    url,
    close: async () => {
      await Promise.all([warming?.close(), control.close(), server.close()]);
    },
  };
}

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
  resources: Resources,
  expression: string,
  run: (trigger: RunTrigger) => Promise<RunSummary>,
): Promise<{ next(): Date | null; close(): Promise<void> }> {
  const { createClockJob } = await import('./schedule/clock-job.ts');
  return createClockJob({
    expression,
    run: async () => {
      await run('schedule');
    },
    log: resources.log,
    clock: resources.clock,
  });
}
