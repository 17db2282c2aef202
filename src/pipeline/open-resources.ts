/** Opens what a workspace is worked with: each resource when it is first asked for, closed last in, first out. */
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { type Clock, systemClock } from '../base/clock.ts';
import { createLog, type LogLevel } from '../base/log.ts';
import { packageVersion } from '../base/package-info.ts';
import type { Progress } from '../base/progress.ts';
import { createRedaction, secretsOf } from '../base/redact.ts';
import type { Workspace } from '../config/load.ts';
import { createKeptRows } from '../engine/kept/kept-rows.ts';
import { contractOfConfig } from '../formats/contract/contract.ts';
import { createTeam, type Team } from '../steps/train/team.ts';
import { logWaits, type Patience, type StoreWait } from '../store/databases/store-wait.ts';
import { openLiveFolder } from '../store/live/live-folder.ts';
import type { Store } from '../store/port.ts';
import { storePlaceOf } from './database-verbs.ts';
import { openEngine, snapshots } from './open-engine.ts';
import type { Resources } from './resources.ts';
import { createLogJournal } from './run/log-journal.ts';
import { createRunEvents } from './run/run-events.ts';

export interface ResourceOptions {
  readonly logLevel: LogLevel;
  readonly progress: Progress;
  /** Called while the server of the state is waited for, which is also logged. */
  readonly waiting?: (wait: StoreWait) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What time it is; absent: what the machine says. */
  readonly clock?: Clock;
}

/** Starts a server of the API on a free port of this machine, by this key. */
export type ServerStart = (
  resources: Resources,
  apiKey: string,
) => Promise<{ readonly url: string; close(): Promise<void> }>;

/** Opens each resource when it is first asked for, and knows how to close those that were. */
export async function openResources(
  workspace: Workspace,
  options: ResourceOptions,
  startServer: ServerStart,
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
  const { createRenderer } = await import('../report/renderer.ts');
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
    snapshots,
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
    keptRows: createKeptRows(paths.output),
    store: once(createStoreOpener(() => storePlaceOf(workspace, options.env), patience)),
    engine: once(() =>
      openEngine(config.engine.type, {
        threads,
        memoryLimit: config.memory_limit,
        maxUnpackedRatio: config.max_unpacked_ratio,
        temporaryFolder: paths.output,
      }),
    ),
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
      return { ...(await startServer(resources, apiKey)), apiKey };
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
    const { openStore } = await import('../store/store.ts');
    try {
      return await openStore(place(), { ...patience, greetingMs });
    } catch (error) {
      greetingMs = Math.min(greetingMs, REPEATED_GREETING_MS);
      throw error;
    }
  };
}

const REPEATED_GREETING_MS = 1000;
