import { describe, expect, it } from 'vitest';
import { ALONE, exampleCheck, factsOf, WELL } from '../../../test/example-facts.ts';
import { exampleInput } from '../../../test/example-report.ts';
import { EXIT } from '../../base/errors.ts';
import { renderRun } from '../../cli/commands/run.ts';
import { exitOfStanding } from '../../cli/standing-text.ts';
import { assembleReport } from '../../report/content/assemble.ts';
import { renderHtml } from '../../report/html/render-html.ts';
import { stateSchema } from '../../server/contract.ts';
import type { RunSummary } from '../run/run-summary.ts';
import type { Facts } from './facts.ts';
import { readSaid } from './said.ts';
import { SEVERITIES, type Standing } from './state.ts';
import { STATES, standOf } from './table.ts';

const IDS = STATES.map(({ id }) => id);
const TERMINAL = { width: 100, colour: false } as Parameters<typeof renderRun>[1];
const ALL_IS_WELL = /all is well|still holds|still right and|nothing to do/i;

function runOf(standing: Standing): RunSummary {
  return {
    ...standing,
    run: 'r1',
    result: 'no-drift',
    startedAt: WELL.at,
    seconds: 1,
    rows: null,
    unlabelled: null,
    files: [],
    events: null,
    sources: [],
    score: { new: null, deployed: null, challenger: null, champion: null },
    model: null,
    check: null,
    gate: null,
    waits: null,
    challenge: null,
    deployment: null,
    steps: [],
  };
}

/** The summary of the report as a page, from its first words on. */
function reportOf({ states }: Standing): string {
  const content = assembleReport({ ...exampleInput(), states });
  const { sections } = content;
  return unescaped(renderHtml({ ...content, sections: sections.slice(0, 1) }, new Map()));
}

function unescaped(html: string): string {
  return html
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&');
}

describe('the table of states', () => {
  it('knows each state once, the urgent before the others', () => {
    expect(new Set(IDS).size).toBe(IDS.length);
    const places = STATES.map(({ severity }) => SEVERITIES.indexOf(severity));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(Object.keys(ALONE)).toEqual(IDS);
  });

  it('says that all is well where none holds, with its numbers', () => {
    const { severity, headline, states } = standOf(WELL);
    expect([severity, states.map(({ id }) => id)]).toEqual(['none', ['well']]);
    expect(headline).toBe(
      'All is well. The check of 1 Mar 2026, on 2,319 new outcomes, raised no alarm. The risks of 6,808 clients are up to date.',
    );
  });
});

describe.each(IDS)('%s, alone', (id) => {
  const standing = standOf(factsOf(id));
  const [state] = standing.states;

  it('holds alone, with its own severity, in full sentences', () => {
    expect(standing.states.map((each) => each.id)).toEqual([id]);
    expect(state?.severity).toBe(STATES.find((each) => each.id === id)?.severity);
    expect(standing.headline).toMatch(/^[A-Za-z0-9].*[.?]$/);
    expect(state?.action).toMatch(/^[A-Z].*\.$/);
    expect(`${standing.headline} ${state?.action}`).not.toMatch(ALL_IS_WELL);
    expect(stateSchema.parse(state)).toEqual(state);
  });

  it('is what the run says first, and its exit code tells whether somebody must act', () => {
    const text = renderRun(runOf(standing), TERMINAL);
    expect(text.split('\n')[0]).toBe(`no-drift: ${standing.headline}`);
    expect(text).toContain(state?.action ?? 'no action');
    expect(text).not.toMatch(ALL_IS_WELL);
    expect(exitOfStanding(standing)).toBe(state?.severity === 'act' ? EXIT.attention : EXIT.ok);
  });

  it('is what the report says first', () => {
    const html = reportOf(standing);
    const first = /<div class="callout (\w+)">(.*?)<\/div>/.exec(html);
    expect(first?.[1]).toBe(state?.severity === 'unknown' ? 'plain' : 'attention');
    expect(first?.[2]).toContain(standing.headline);
    expect(html).not.toMatch(ALL_IS_WELL);
    expect(html).not.toContain('callout good');
  });

  it('is told by the summary that is kept, for events, logs and the next run', () => {
    expect(readSaid(JSON.parse(JSON.stringify(runOf(standing))))).toMatchObject({
      severity: standing.severity,
      headline: standing.headline,
      states: [{ id }],
    });
  });
});

describe('several states', () => {
  it('all hold at once, the most urgent first, and decide the headline', () => {
    const { id: _, ...all } = { id: '', ...ALONE['file-refused'], ...ALONE['rows-skipped'] };
    const facts: Facts = { ...WELL, ...all, ...ALONE['model-worse'], challenge: null };
    const { states, severity, headline } = standOf(facts);
    expect(states.map(({ id }) => id)).toEqual(['model-worse', 'file-refused', 'rows-skipped']);
    expect(severity).toBe('act');
    expect(headline).toBe(states[0]?.sentence);
  });

  it('puts what is being seen to after what is not', () => {
    const challenge = { challenger: 'm2', rows: 12, openedAt: WELL.at };
    const facts: Facts = { ...WELL, ...ALONE['model-worse'], ...ALONE['file-refused'], challenge };
    expect(standOf(facts).states.map(({ id, severity }) => `${severity} ${id}`)).toEqual([
      'act file-refused',
      'look model-worse',
      'look challenger-waiting',
    ]);
  });
});

type Case = readonly [situation: string, changes: Partial<Facts>, expected: readonly string[]];
const RISK = exampleCheck().risk;
const running = { id: 'r2', verb: 'run', startedAt: '2026-03-02T08:59:00.000Z' };
const CASES: readonly Case[] = [
  ['the first run is in progress', { ...ALONE['no-data'], running }, ['unknown no-data']],
  ['a run is in progress after one that failed', { ...ALONE['run-failed'], running }, ['look run-failed']],
  [
    'the first run failed: that alone is told',
    { ...ALONE['no-data'], ...ALONE['run-failed'] },
    ['act run-failed'],
  ],
  [
    'the drift was of another model',
    {
      check: exampleCheck({ drift: true, modelVersion: 'old' }),
    },
    ['unknown model-unchecked'],
  ],
  [
    'the drift was found before the model went live again',
    {
      ...ALONE['model-worse'],
      model: { version: '3f2a9c01b7de', liveSince: '2026-03-01T09:00:00.000Z' },
    },
    ['unknown model-unchecked'],
  ],
  [
    'the clock was put back after the model went live',
    {
      ...ALONE['model-worse'],
      model: { version: '3f2a9c01b7de', liveSince: '2026-03-09T09:00:00.000Z' },
    },
    ['act model-worse'],
  ],
  [
    'a column was broken in the check of the model before',
    {
      check: exampleCheck({ ...ALONE['input-broken']?.check, modelVersion: 'old' }),
    },
    ['act input-broken', 'unknown model-unchecked'],
  ],
  [
    'a column was broken, and the model that learned from it has seen no new row',
    {
      check: exampleCheck({ rows: 0, unlabelled: 0, inputs: null }),
      checkBefore: exampleCheck({ ...ALONE['input-broken']?.check, modelVersion: 'old' }),
    },
    ['act input-broken', 'unknown no-outcomes'],
  ],
  [
    'a column had moved before the model that learned from it',
    {
      check: exampleCheck({ ...ALONE['input-moved']?.check, modelVersion: 'old' }),
    },
    ['unknown model-unchecked'],
  ],
  [
    'the rule raw found drift and the detector none',
    {
      check: exampleCheck({ rule: 'raw', drift: true }),
    },
    ['act model-worse'],
  ],
  [
    'the rule raw found none and the detector a change of both',
    {
      check: exampleCheck({
        rule: 'raw',
        risk: RISK === null ? null : { ...RISK, alarm: true, change: 'both' },
      }),
    },
    ['act model-worse'],
  ],
  ['a version without the detector found no drift', { check: exampleCheck({ risk: null }) }, ['none well']],
  [
    'nothing comes, and the configuration calls that overdue',
    {
      deliveries: { times: ['2026-02-28T08:00:00.000Z'], overdueDays: 1 },
    },
    ['look data-overdue'],
  ],
  [
    'nothing comes, and the configuration never calls that overdue',
    {
      ...ALONE['data-overdue'],
      deliveries: { ...WELL.deliveries, overdueDays: 0 },
    },
    ['none well'],
  ],
  [
    'nothing comes after three deliveries: there is no rhythm yet',
    {
      ...ALONE['data-overdue'],
      deliveries: { times: WELL.deliveries.times.slice(1), overdueDays: null },
    },
    ['none well'],
  ],
  [
    'deliveries a minute apart are not overdue after an hour',
    {
      at: '2026-03-01T09:10:00.000Z',
      deliveries: {
        times: [4, 3, 2, 1].map((minute) => `2026-03-01T08:0${minute}:00.000Z`),
        overdueDays: null,
      },
    },
    ['none well'],
  ],
];

describe('what to do about a model that is not right', () => {
  const actionOf = (changes: Partial<Facts>) => standOf({ ...WELL, ...changes }).states[0]?.action;
  const off = ALONE['probabilities-off']?.check;

  it('is a run where the rule that decides has found drift, and else what no run does by itself', () => {
    expect(actionOf({ check: exampleCheck({ ...off }) })).toContain(
      'Start a run: it recalibrates the model.',
    );
    const other = actionOf({ check: exampleCheck({ ...off, rule: 'raw', drift: false }) });
    expect(other).toContain('By the rule "raw" this is no drift, so no run trains another model');
    expect(other).not.toContain('Start a run');
  });

  it('is a training where the held-out rows are too few: those that come later are not those of the live model', () => {
    expect(standOf(factsOf('too-few-held-out')).states[0]?.action).toContain('then train anew');
  });
});

describe('an input that older rows alone show to be broken', () => {
  it('is worth a look, once the newest delivery is whole', () => {
    const alarms = (ALONE['input-broken']?.check?.alarms ?? []).map((alarm) => ({
      ...alarm,
      file: null,
      isOld: true,
    }));
    const check = exampleCheck({ alarms });
    const [state] = standOf({ ...WELL, check }).states;
    const once = { times: WELL.deliveries.times.slice(0, 2), overdueDays: null };
    expect(standOf({ ...WELL, check, deliveries: once }).severity).toBe('act');
    expect(state).toMatchObject({
      id: 'input-broken',
      severity: 'look',
      action: expect.stringMatching(/^The newest delivery does not show it/),
    });
  });
});

describe('states by situation', () => {
  it.each(CASES)('%s', (_, changes, expected) => {
    const { states } = standOf({ ...WELL, ...changes });
    expect(states.map(({ id, severity }) => `${severity} ${id}`)).toEqual(expected);
  });

  it('is overdue from the moment that twice the longest wait is over', () => {
    const at = (time: string) => standOf({ ...WELL, at: time }).states[0];
    expect(at('2026-03-15T08:00:00.000Z')?.id).toBe('well');
    expect(at('2026-03-15T08:00:01.000Z')).toMatchObject({
      id: 'data-overdue',
      since: '2026-03-15T08:00:00.000Z',
      sentence:
        'No new file has come for 14 days. The newest came on 1 Mar 2026; the longest wait before it, of the last 3, was 7 days.',
    });
  });

  it('says what to do about a model that is worse by what has been done', () => {
    const actionOf = (changes: Partial<Facts>) =>
      standOf({ ...WELL, ...ALONE['model-worse'], ...changes }).states[0]?.action;
    expect(actionOf({})).toBe('Start a run: it trains a new model.');
    const refusal = { at: '2026-03-01T08:00:40.000Z', reason: 'Its F1 is lower.' };
    expect(actionOf({ refusal })).toMatch(/^A retrained model was refused on 1 Mar 2026/);
    expect(actionOf({ running })).toMatch(/^A run is in progress/);
  });

  it('keeps since when an alarm has been up, unless another model has gone live since', () => {
    const sinceOf = (since: string) =>
      standOf({ ...WELL, ...ALONE['model-worse'], before: [{ id: 'model-worse', since }] }).states[0]?.since;
    expect(sinceOf('2026-02-20T00:00:00.000Z')).toBe('2026-02-20T00:00:00.000Z');
    expect(sinceOf('2026-01-20T00:00:00.000Z')).toBe('2026-03-01T08:00:30.000Z');
  });
});
