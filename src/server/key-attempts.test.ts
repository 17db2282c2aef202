import { expect, it } from 'vitest';
import { createKeyAttempts, MAX_WRONG_KEYS } from './key-attempts.ts';

function tryWrong(
  attempts: ReturnType<typeof createKeyAttempts>,
  address: string,
  times = MAX_WRONG_KEYS,
): void {
  for (let k = 0; k < times; k++) attempts.wrong(address);
}

it('locks an address after so many wrong keys, to the end of the minute, and no other', () => {
  let now = 5000;
  const attempts = createKeyAttempts(() => now);
  tryWrong(attempts, '192.0.2.1', MAX_WRONG_KEYS - 1);
  expect(attempts.lockedSeconds('192.0.2.1')).toBe(0);
  now += 10_000;
  attempts.wrong('192.0.2.1');
  expect(attempts.lockedSeconds('192.0.2.1')).toBe(50);
  expect(attempts.lockedSeconds('192.0.2.2')).toBe(0);
  now += 50_000;
  expect(attempts.lockedSeconds('192.0.2.1')).toBe(0);
  attempts.wrong('192.0.2.1');
  expect(attempts.lockedSeconds('192.0.2.1')).toBe(0);
});

it('takes the addresses of one IPv6 network for one', () => {
  const attempts = createKeyAttempts(() => 0);
  tryWrong(attempts, '2001:db8::1');
  expect(attempts.lockedSeconds('2001:db8:0:0:7::2')).toBe(60);
  expect(attempts.lockedSeconds('2001:db8:0:1::1')).toBe(0);
  tryWrong(attempts, '::ffff:192.0.2.1');
  expect(attempts.lockedSeconds('::ffff:192.0.2.2')).toBe(0);
});

it('knows which key was right from where', () => {
  const attempts = createKeyAttempts(() => 0);
  attempts.right('192.0.2.1', 1);
  expect(attempts.isProven('192.0.2.1', 1)).toBe(true);
  expect(attempts.isProven('192.0.2.1', 0)).toBe(false);
  expect(attempts.isProven('192.0.2.2', 1)).toBe(false);
});

it('remembers no more than so many addresses', () => {
  const attempts = createKeyAttempts(() => 0);
  tryWrong(attempts, '192.0.2.1');
  for (let k = 0; k < 10_000; k++) attempts.wrong(`198.51.${k >> 8}.${k & 255}`);
  expect(attempts.lockedSeconds('192.0.2.1')).toBe(0);
});
