/** Facts of a workspace where all is well, and what has to change in them for each state to hold, for tests and pictures. */
import type { RunEntry } from '../src/pipeline/run/run-entry.ts';
import type { CheckFacts, Facts } from '../src/pipeline/states/facts.ts';

const RUN: RunEntry = {
  id: '20260301T080000Z-aabbcc',
  verb: 'run',
  trigger: 'schedule',
  version: '1.2.3',
  startedAt: '2026-03-01T08:00:00.000Z',
  finishedAt: '2026-03-01T08:01:00.000Z',
  seconds: 60,
  status: 'succeeded',
  result: 'no-drift',
  error: null,
};
const MODEL = { version: '3f2a9c01b7de', liveSince: '2026-02-01T00:00:00.000Z' };

/** The newest check of the example, with changes. */
export function exampleCheck(changes: Partial<CheckFacts> = {}): CheckFacts {
  return {
    at: '2026-03-01T08:00:30.000Z',
    modelVersion: MODEL.version,
    rule: 'sequential',
    drift: false,
    reason: 'F1 on 2,319 new outcomes is 0.59 (95 % interval 0.55 to 0.63). The alarm limit is 0.55.',
    rows: 2319,
    unlabelled: 1178,
    risk: risk({}),
    alarms: [],
    inputs: { judged: true, rows: 3497, reason: 'None of 8 columns has shifted by enough to matter.' },
    ...changes,
  };
}

function risk(changes: Partial<NonNullable<CheckFacts['risk']>>): NonNullable<CheckFacts['risk']> {
  return {
    alarm: false,
    change: null,
    sentence:
      'The evidence of a change on 2,319 new outcomes (310 left) is 12 of the 1,826 that an alarm needs.',
    heldOut: { rows: 800, left: 211 },
    tooFew: null,
    ...changes,
  };
}

export const WELL: Facts = Object.freeze({
  at: '2026-03-02T09:00:00.000Z',
  inputFolder: 'sourcedata',
  damage: null,
  model: MODEL,
  data: {
    rows: 6808,
    read: 6817,
    quarantined: 0,
    since: '2026-03-01T08:00:20.000Z',
    clients: 6808,
  },
  lastRun: RUN,
  running: null,
  check: exampleCheck(),
  checkBefore: null,
  refused: [],
  deliveries: {
    times: [
      '2026-03-01T08:00:00.000Z',
      '2026-02-22T08:00:00.000Z',
      '2026-02-15T08:00:00.000Z',
      '2026-02-08T08:00:00.000Z',
    ],
    overdueDays: null,
  },
  challenge: null,
  refusal: null,
  failedSources: [],
  failedVerbs: [],
  before: [],
});

const FAILED: RunEntry = { ...RUN, status: 'failed', result: null };

/** By state: what differs where it alone holds. */
export const ALONE: Readonly<Record<string, Partial<Facts>>> = Object.freeze({
  'deployment-damaged': { damage: 'trainedmodel.json is not the file that was deployed.', model: null },
  'run-failed': {
    lastRun: { ...FAILED, error: { code: 'input-empty', message: 'No file is in sourcedata.' } },
  },
  'run-interrupted': { lastRun: { ...RUN, status: 'abandoned', result: null } },
  'no-data': { data: null, model: null, lastRun: null, check: null },
  'no-model': { model: null, check: null },
  'input-broken': {
    check: exampleCheck({
      alarms: [
        {
          severity: 'broken',
          column: 'monthly_charges',
          file: 'new-all-missing.csv',
          isOld: false,
          sentence: 'monthly_charges is missing in all 150 rows of new-all-missing.csv (0.2 % in training).',
        },
      ],
    }),
  },
  'model-worse': {
    check: exampleCheck({
      drift: true,
      risk: risk({
        alarm: true,
        change: 'discrimination',
        sentence:
          'On 420 new outcomes (61 left) the risk tells leavers from stayers less well than on the 800 held-out rows: ' +
          'slope 0.21 (95 % interval 0.08 to 0.34) against 1.',
      }),
    }),
  },
  'probabilities-off': {
    check: exampleCheck({
      drift: true,
      risk: risk({
        alarm: true,
        change: 'base-rate',
        sentence:
          'Of 1,340 new clients 18 % left, where the model expected 9.2 % (95 % interval 7.7 to 10.9).',
      }),
    }),
  },
  'file-refused': {
    refused: [
      {
        name: 'next-month.csv',
        reason: 'The column "Support Calls" is missing: did you mean "Support_Calls"?',
        since: '2026-03-01T08:00:00.000Z',
      },
    ],
  },
  'rows-refused': {
    lastRun: {
      ...FAILED,
      error: {
        code: 'too-many-rejected',
        message: '80 of 400 rows (20 %) were not accepted, and max_rejected_share allows 5 %.',
      },
    },
  },
  'input-moved': {
    check: exampleCheck({
      alarms: [
        {
          severity: 'moved',
          column: 'tickets',
          file: null,
          isOld: false,
          sentence: 'tickets has shifted: PSI 0.53 on 3,497 rows (p = 2e-40), from 0.1 on it matters.',
        },
      ],
    }),
  },
  'data-overdue': { at: '2026-03-20T09:00:00.000Z' },
  'challenger-waiting': {
    challenge: { challenger: '77ab01cd23ef', rows: 318, openedAt: '2026-02-20T08:00:00.000Z' },
  },
  'rows-skipped': {
    data: { rows: 6808, read: 6817, quarantined: 9, since: '2026-03-01T08:00:20.000Z', clients: 6808 },
  },
  'source-failed': { failedSources: [{ name: 'crm', message: 'The server at db:5432 did not answer.' }] },
  'command-failed': {
    failedVerbs: [
      {
        ...FAILED,
        id: '20260301T090000Z-ddeeff',
        verb: 'publish',
        startedAt: '2026-03-01T09:00:00.000Z',
        error: { code: 'source-unavailable', message: 'The server at db:5432 did not answer.' },
      },
    ],
  },
  'model-unchecked': { check: exampleCheck({ modelVersion: '000000000000' }) },
  'no-outcomes': { check: exampleCheck({ rows: 0 }) },
  'too-few-held-out': {
    check: exampleCheck({
      risk: risk({ heldOut: { rows: 60, left: 4 }, tooFew: { rowsNeeded: 300 } }),
    }),
  },
  'inputs-unjudged': {
    check: exampleCheck({
      inputs: {
        judged: false,
        rows: 26,
        reason: 'The model was trained on 26 rows, at least 39 are needed.',
      },
    }),
  },
});

/** The facts where one state alone holds; `well`: where none does. */
export function factsOf(id: string): Facts {
  return { ...WELL, ...ALONE[id] };
}
