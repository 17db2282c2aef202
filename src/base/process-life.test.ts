import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { hasEnded } from './process-life.ts';

describe('hasEnded', () => {
  const { pid } = spawnSync(process.execPath, ['--version']);

  it('knows a process of this machine that is gone', () => {
    expect(hasEnded(hostname(), pid)).toBe(true);
  });

  it.each<[string, string, number]>([
    ['this process', hostname(), process.pid],
    ['its parent, which lives', hostname(), process.ppid],
    ['one of another machine', `not-${hostname()}`, pid],
    ['what is no process', hostname(), Number.NaN],
    ['a group of processes', hostname(), -pid],
  ])('does not say so of %s', (_, host, number) => {
    expect(hasEnded(host, number)).toBe(false);
  });
});
