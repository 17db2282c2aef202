import { describe, expect, it } from 'vitest';
import type { RunEntry } from './run-entry.ts';
import { type Standing, todayActions, worstOf } from './today-actions.ts';

const RUN: RunEntry = {
  id: 'r1',
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
const WELL: Standing = {
  model: { version: 'm1', liveSince: '2026-02-01T00:00:00.000Z' },
  data: { rows: 26, quarantined: 0 },
  running: null,
  lastRun: RUN,
  drift: null,
  damage: null,
  inputFolder: 'sourcedata',
};
const FAILED: RunEntry = {
  ...RUN,
  status: 'failed',
  result: null,
  error: { code: 'input-empty', message: 'No file is in sourcedata.' },
};
const ABANDONED: RunEntry = { ...RUN, status: 'abandoned', result: null };
const DRIFT = { at: '2026-03-01T08:00:30.000Z', modelVersion: 'm1', drift: true, reason: 'F1 fell.' };
const RUNNING = {};

type Row = readonly [situation: string, changes: Partial<Standing>, told: readonly string[]];

const TABLE: readonly Row[] = [
  ['all is well', {}, ['none: There is nothing to do. > -']],
  [
    'nothing was ever read',
    { data: null, model: null, lastRun: null },
    ['act: No data has been read yet. Put data files into sourcedata and start a run. > runs'],
  ],
  [
    'there is data but no model',
    { model: null },
    ['act: No model is deployed yet. Start a run: it trains and deploys one. > runs'],
  ],
  ['the first run is under way', { data: null, model: null, lastRun: null, running: RUNNING }, ['none']],
  [
    'the last run failed',
    { lastRun: FAILED },
    ['act: The last run failed. No file is in sourcedata. > runs/r1'],
  ],
  [
    'the last run failed without a reason',
    { lastRun: { ...FAILED, error: null } },
    ['act: The last run failed. The log says why. > runs/r1'],
  ],
  [
    'the first run failed: that alone is told',
    { lastRun: FAILED, data: null, model: null },
    ['act: The last run failed'],
  ],
  ['the last run failed and another one is under way', { lastRun: FAILED, running: RUNNING }, ['none']],
  [
    'the process of the last run was stopped',
    { lastRun: ABANDONED },
    [
      'act: The last run ended before it was done: its process was stopped. Start it again; nothing is lost. > runs/r1',
    ],
  ],
  [
    'the deployment is damaged',
    { model: null, damage: 'Its manifest is no JSON.' },
    ['act: The deployed model cannot be read. Its manifest is no JSON. > model'],
  ],
  [
    'the model has drifted',
    { drift: DRIFT },
    ['act: The model has stopped being right: F1 fell. Start a run: it trains a new one. > drift'],
  ],
  [
    'the model has drifted, and a retrained one was refused',
    { drift: DRIFT, lastRun: { ...RUN, result: 'challenger-refused' } },
    [
      'act: The model has stopped being right: F1 fell. A retrained one was no better, so it was not deployed.',
    ],
  ],
  [
    'the model has drifted, and a challenger is being compared',
    { drift: DRIFT, lastRun: { ...RUN, result: 'challenger-shadowing' } },
    ['look: The model may have stopped being right: F1 fell. A retrained one is being compared'],
  ],
  ['the model has drifted, and a run is answering', { drift: DRIFT, running: RUNNING }, ['none']],
  ['the newest check found no drift', { drift: { ...DRIFT, drift: false } }, ['none']],
  ['the drift was of another model', { drift: { ...DRIFT, modelVersion: 'm0' } }, ['none']],
  [
    'the drift was before the model went live again',
    { drift: DRIFT, model: { version: 'm1', liveSince: '2026-03-01T09:00:00.000Z' } },
    ['none'],
  ],
  ['the model of the drift is gone', { drift: DRIFT, model: null }, ['act: No model is deployed yet.']],
  [
    'one row is in quarantine',
    { data: { rows: 26, quarantined: 1 } },
    [
      'look: 1 row was not accepted and counts for nothing. Mend and re-admit what should count. > quarantine',
    ],
  ],
  ['many rows are in quarantine', { data: { rows: 26, quarantined: 7 } }, ['look: 7 rows were not accepted']],
  [
    'much is wrong: the urgent comes first',
    { data: { rows: 26, quarantined: 7 }, drift: DRIFT, lastRun: FAILED, damage: 'Broken.' },
    ['act: The deployed', 'act: The last run failed', 'act: The model has stopped', 'look: 7 rows'],
  ],
  [
    'a comparison is worth a look, a failure more',
    { data: null, lastRun: { ...RUN, result: 'challenger-shadowing' }, drift: DRIFT },
    ['act: No data', 'look: The model may'],
  ],
];

describe('todayActions', () => {
  it.each(TABLE)('when %s', (_, changes, told) => {
    const actions = todayActions({ ...WELL, ...changes });
    const shown = actions.map(({ severity, text, link }) => `${severity}: ${text} > ${link ?? '-'}`);
    expect(shown).toEqual(told.map((text) => expect.stringMatching(new RegExp(`^${escaped(text)}`))));
  });

  it.each(TABLE)('says in full sentences what to do, and the worst first, when %s', (_, changes) => {
    const actions = todayActions({ ...WELL, ...changes });
    expect(actions.length).toBeGreaterThan(0);
    for (const { text } of actions) expect(text).toMatch(/^[A-Z0-9].*\.$/);
    expect(worstOf(actions)).toBe(actions[0]?.severity);
  });
});

describe('worstOf', () => {
  it('is none of nothing', () => {
    expect(worstOf([])).toBe('none');
  });
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
