/** Answers of each kind that the routes of the dashboard give, for the contract tests of the API. */
import { TidewatchError } from '../../src/base/errors.ts';
import type * as contract from '../../src/server/contract.ts';
import type { Handlers, NumberedEvent } from '../../src/server/handler.ts';

const AT = '2026-01-02T03:04:05.000Z';
const SNAPSHOT = 'ab'.repeat(32);

export const RUN_ENTRY: contract.RunEntry = {
  id: '20260102T030405Z-aabbcc',
  verb: 'run',
  trigger: 'schedule',
  version: '1.2.3',
  startedAt: AT,
  finishedAt: AT,
  seconds: 0,
  status: 'failed',
  result: null,
  error: { code: 'input-empty', message: 'No file.' },
};
export const STEP: contract.Step = {
  name: 'ingest',
  startedAt: AT,
  seconds: null,
  status: 'running',
  note: '',
};
const FILE = {
  name: 'a.csv',
  sha256: SNAPSHOT,
  bytes: 100,
  status: 'accepted' as const,
  reason: null,
  read: 10,
  kept: 8,
  duplicates: 1,
  quarantined: 1,
};
export const TODAY: contract.Today = {
  at: AT,
  severity: 'act',
  headline: 'The last run failed.',
  model: {
    version: 'first',
    learner: 'boosted-trees',
    liveSince: AT,
    f1: 0.5,
    f1Estimate: { value: 0.5, low: 0.4, high: 0.6, level: 0.95, rows: 5 },
    threshold: 0.4,
  },
  data: { snapshot: SNAPSHOT, rows: 26, since: AT, quarantined: 1 },
  running: { ...RUN_ENTRY, status: 'running', finishedAt: null, seconds: null, error: null, step: 'ingest' },
  lastRun: RUN_ENTRY,
  nextRun: null,
  drift: {
    at: AT,
    modelVersion: 'first',
    rule: 'raw',
    drift: false,
    observed: null,
    expected: 0.5,
    rows: 0,
    reason: 'No new rows.',
  },
  actions: [
    { severity: 'act', text: 'The last run failed. Start a run.', link: 'runs/20260102T030405Z-aabbcc' },
    { severity: 'unknown', text: 'The live model is new.', link: null },
  ],
  states: [
    {
      id: 'run-failed',
      severity: 'act',
      about: 'run',
      title: 'Run failed',
      sentence: 'The last run failed.',
      action: 'Start a run.',
      since: AT,
      link: 'runs/20260102T030405Z-aabbcc',
    },
    {
      id: 'model-unchecked',
      severity: 'unknown',
      about: 'model',
      title: 'New model',
      sentence: 'The live model is new.',
      action: null,
      since: null,
      link: null,
    },
  ],
};
export const RUN: contract.Run = {
  ...RUN_ENTRY,
  steps: [STEP],
  files: [FILE],
  summary: { result: 'no-drift', rows: { kept: 8 } },
};
export const QUARANTINE: contract.Quarantine = {
  files: [{ name: 'a.csv', rows: 1, bytes: 90 }],
  file: 'a.csv',
  header: 'id,age',
  rows: [
    { line: 7, columns: ['age'], reason: 'not a number', raw: 'x,y', truncated: false, readmitted: null },
  ],
  next: 90,
};
export const CLIENT: contract.Client = {
  modelVersion: 'first',
  snapshot: SNAPSHOT,
  threshold: 0.5,
  client: {
    id: 'a/b',
    status: 'unknown',
    asOf: null,
    rows: 1,
    rank: 2,
    value: null,
    expectedLoss: null,
    owner: null,
    segment: null,
  },
  scoredBy: 'deployed',
  probability: 0.75,
  flagged: true,
  clients: 9,
  riskPercentile: 0.5,
  baseRate: 0.25,
  margin: 1.1,
  baseline: -0.1,
  baselineProbability: 0.475,
  contributions: [{ column: 'a', value: 4, contribution: 1.2, sentence: 'a is 4' }],
  without: [{ columns: ['a'], probability: 0.5 }],
  history: [{ at: AT, modelVersion: 'first', snapshot: SNAPSHOT, probability: 0.5 }],
  changes: [
    { column: 'a', from: null, to: 7, probability: 0.4, passed: 0.1, sentence: 'With a 7 in place of 4' },
  ],
  noChange: null,
  notes: [{ createdAt: AT, author: 'Kim', text: 'called' }],
  outcomes: [{ createdAt: AT, outcome: 'left', at: AT, author: 'Kim', settled: true, file: 'o.csv' }],
};
const AT_THRESHOLD = {
  threshold: 0.5,
  confusion: [
    [1, 2],
    [0, 2],
  ],
  flagged: 4,
  f1: 0.6,
  precision: null,
  recall: 1,
  profit: null,
  clients: 4,
};
export const THRESHOLD: contract.Threshold = {
  modelVersion: 'first',
  rows: 5,
  current: AT_THRESHOLD,
  tried: { ...AT_THRESHOLD, threshold: 0.25 },
  addedClients: 0,
};
export const SNAPSHOTS: contract.AnswerOf<contract.RouteAt<'GET', '/api/v1/snapshots'>> = {
  snapshots: [
    {
      id: SNAPSHOT,
      runId: RUN_ENTRY.id,
      createdAt: AT,
      rows: 8,
      read: 10,
      duplicates: 1,
      quarantined: 1,
      columns: [{ name: 'a', role: 'numeric', type: 'integer' }],
    },
  ],
  next: 'cursor',
};
export const FILES: contract.Files = { runId: RUN_ENTRY.id, total: 1, files: [FILE] };
export const RUN_LOG: contract.RunLog = {
  run: RUN_ENTRY.id,
  kept: true,
  lines: { debug: 0, info: 1, warn: 1, error: 0 },
  dropped: 3,
  log: [
    { place: 0, at: RUN_ENTRY.startedAt, level: 'info', step: 'ingest', message: 'a.csv: 3 rows read' },
    { place: 1, at: RUN_ENTRY.startedAt, level: 'warn', step: null, message: 'größer als 東京' },
  ],
  next: 1,
};

export const LISTED_RUNS: contract.AnswerOf<contract.RouteAt<'GET', '/api/v1/runs'>> = {
  runs: [RUN_ENTRY],
  next: null,
};

/** Tells of events by hand, and remembers the ones that were told. */
export interface EventDesk {
  readonly listeners: Set<(told: NumberedEvent<contract.RunEvent>) => void>;
  readonly told: NumberedEvent<contract.RunEvent>[];
  tell(event: contract.RunEvent): void;
}

export function createEventDesk(): EventDesk {
  const listeners = new Set<(told: NumberedEvent<contract.RunEvent>) => void>();
  const told: NumberedEvent<contract.RunEvent>[] = [];
  return {
    listeners,
    told,
    tell: (event) => {
      const each = { id: `desk-${told.length + 1}`, event };
      told.push(each);
      for (const listener of listeners) listener(each);
    },
  };
}

type DashboardRoutes = typeof contract.todayRoutes &
  typeof contract.runRoutes &
  typeof contract.fileRoutes &
  typeof contract.quarantineRoutes &
  typeof contract.clientRoutes &
  typeof contract.thresholdRoutes;

/** `tell` notes what was asked for. A run that is started while `desk.told` ends with one that goes on is locked. */
export function createDashboardAnswers(
  tell: <T>(question: unknown, answer: T) => Promise<T>,
  desk: EventDesk = createEventDesk(),
): Handlers<DashboardRoutes> {
  return {
    today: async () => TODAY,
    runs: ({ query }) => tell(query, LISTED_RUNS),
    run: async ({ params: { id } }) => {
      if (id === 'unknown') throw new TidewatchError('not-found', `There is no run "${id}".`);
      return RUN;
    },
    runLogs: ({ query }) => tell(query, RUN_LOG),
    startRun: async () => {
      if (desk.told.at(-1)?.event.kind === 'run-started') {
        throw new TidewatchError('run-locked', 'Another run holds the lock.', {
          details: { owner: 'host:1:r' },
        });
      }
      desk.tell({ kind: 'run-started', run: RUN_ENTRY });
      return { id: RUN_ENTRY.id };
    },
    events: () => ({
      hello: async () => ({ kind: 'hello', running: RUN_ENTRY, steps: [STEP] }),
      since: (id) => desk.told.filter((each) => Number(each.id.slice(5)) > Number(id.slice(5))),
      listen: (listener) => {
        desk.listeners.add(listener);
        return () => desk.listeners.delete(listener);
      },
    }),
    files: ({ query }) => tell(query, FILES),
    snapshots: ({ query }) => tell(query, SNAPSHOTS),
    quarantine: ({ query }) => tell(query, QUARANTINE),
    readmit: ({ body }) =>
      tell(body, { file: 'readmitted.csv', readmitted: 1, skipped: [{ line: 8, reason: 'before' }] }),
    client: async ({ params: { id } }) => {
      if (id === 'unknown') throw new TidewatchError('not-found', `There is no client "${id}".`);
      return CLIENT;
    },
    addClientNote: ({ params: { id }, body: { text, author = 'dashboard' } }) =>
      tell([id, text], { createdAt: AT, author, text }),
    addOutcome: ({ params: { id }, body: { outcome, at = AT, author = 'dashboard' } }) =>
      tell([id, outcome], { createdAt: AT, outcome, at, author, settled: false, file: null }),
    threshold: ({ params: { version }, query }) => tell([version, query.at], THRESHOLD),
  };
}
