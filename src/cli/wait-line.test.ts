/** Waits for the state's server as a person at a terminal and the mail of cron see them. */
import { expect, it } from 'vitest';
import type { StoreWait } from '../store/databases/store-wait.ts';
import { createStepLine } from './step-line.ts';
import { reportWaits } from './wait-line.ts';

const waiting = (waitedMs: number): StoreWait => ({
  kind: 'waiting',
  place: 'mysql://h/db',
  why: 'connect ECONNREFUSED',
  waitedMs,
  leftMs: 60_000 - waitedMs,
});
const OUTAGE: readonly StoreWait[] = [
  waiting(0),
  waiting(600),
  waiting(1200),
  { kind: 'back', place: 'mysql://h/db', waitedMs: 4200 },
];

function told(interactive: boolean, waits: readonly StoreWait[], width = 100): string {
  const parts: string[] = [];
  const terminal = { err: { write: (part: string) => void parts.push(part) }, interactive, width, env: {} };
  const hear = reportWaits(terminal, createStepLine(terminal));
  for (const wait of waits) hear(wait);
  return parts.join('');
}

it('redraws one line on a terminal at each try, and says for good when it is back', () => {
  const lines = told(true, OUTAGE).split('\r\u001b[K');
  expect(lines).toEqual([
    '',
    'waiting for the state store mysql://h/db, 60 s more at most: connect ECONNREFUSED',
    'waiting for the state store mysql://h/db, 59 s more at most: connect ECONNREFUSED',
    'tidewatch: the state store mysql://h/db is back after 4.2 s\n',
  ]);
});

it('writes two plain lines where there is no terminal', () => {
  expect(told(false, OUTAGE)).toBe(
    'tidewatch: waiting for the state store mysql://h/db, 60 s more at most: connect ECONNREFUSED\n' +
      'tidewatch: the state store mysql://h/db is back after 4.2 s\n',
  );
});

it('writes no second line where it was given up and begins again', () => {
  expect(
    told(false, [waiting(600), waiting(60_000), waiting(0), waiting(700), waiting(0)]).split('\n'),
  ).toHaveLength(2);
});

it('does not mention what is over at once', () => {
  const moment: readonly StoreWait[] = [waiting(0), waiting(40), { kind: 'back', place: 'p', waitedMs: 90 }];
  for (const interactive of [true, false]) expect(told(interactive, moment)).toBe('');
});

it('keeps to the width of the terminal', () => {
  for (const line of told(true, OUTAGE.slice(0, 3), 40).split('\r\u001b[K'))
    expect(line.length).toBeLessThan(40);
});
