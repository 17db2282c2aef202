/** What is told of waits for the state's server. */
import { expect, it } from 'vitest';
import { logWaits, type StoreWait, waitText } from './store-wait.ts';

const waiting = (waitedMs: number): StoreWait => ({
  kind: 'waiting',
  place: 'mysql://h/db',
  why: 'connect ECONNREFUSED',
  waitedMs,
  leftMs: 60_000 - waitedMs,
});
const back = (waitedMs: number): StoreWait => ({ kind: 'back', place: 'mysql://h/db', waitedMs });

function logged(waits: readonly StoreWait[]): string[] {
  const lines: string[] = [];
  const hear = logWaits({ warn: (_, message = '') => void lines.push(message) });
  for (const wait of waits) hear(wait);
  return lines;
}

it('says what is waited for, why, how much longer, and when it is back', () => {
  expect(waitText(waiting(7300))).toBe(
    'waiting for the state store mysql://h/db, 53 s more at most: connect ECONNREFUSED',
  );
  expect(waitText(back(4230))).toBe('the state store mysql://h/db is back after 4.2 s');
});

it('warns as a wait begins and each time it has doubled, and says when it is over', () => {
  const tries = Array.from({ length: 21 }, (_, index) => waiting(2000 * index));
  const left = logged([...tries, back(41_000)]).map((line) => /\d+ s more|back after .*/.exec(line)?.[0]);
  expect(left).toEqual([
    '60 s more',
    '58 s more',
    '56 s more',
    '52 s more',
    '44 s more',
    '28 s more',
    'back after 41.0 s',
  ]);
});

it('warns of the next wait from its beginning, whether the last one ended or was given up', () => {
  expect(logged([waiting(0), back(20), waiting(0), waiting(20), back(30)])).toHaveLength(4);
  expect(logged([waiting(0), waiting(5000), waiting(0), waiting(20)])).toHaveLength(3);
});
