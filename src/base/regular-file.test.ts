import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { irregularity, openRegularFile, readTextFile } from './regular-file.ts';

const SECRET = 'what nobody may read';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tidewatch-regular-'));
  mkdirSync(join(home, 'work/in'), { recursive: true });
  writeFileSync(join(home, 'secret.csv'), SECRET);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));
const at = (name: string) => join(home, 'work/in', name);

/** What opening says of a path, its content where it is opened. */
async function told(path: string, within?: string): Promise<string> {
  try {
    const handle = await openRegularFile(path, within);
    const text = await handle.readFile('utf8');
    await handle.close();
    return text;
  } catch (error) {
    expect(error).toMatchObject({ code: 'input-unreadable', details: { path, reason: expect.any(String) } });
    return error instanceof Error ? error.message : '';
  }
}

describe('a file that is opened', () => {
  it('is no pipe, folder, socket or device, nor a link to one', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    symlinkSync('pipe', at('link'));
    symlinkSync('/dev/zero', at('device'));
    const server = createServer().listen(at('socket'));
    await new Promise((listening) => server.once('listening', listening));
    try {
      expect(await told(at('pipe'))).toMatch(/it is a pipe; expected a file/);
      expect(await told(at('link'))).toMatch(/it is a pipe/);
      expect(await told(at('device'))).toMatch(/it is a device/);
      expect(await told(at('socket'))).toMatch(/it is a socket/);
      expect(await told(home)).toMatch(/it is a folder/);
      expect(() => readTextFile(at('pipe'))).toThrow(/it is a pipe/);
    } finally {
      server.close();
    }
  });

  it('may be behind a link, but not out of a folder that is given', async () => {
    const work = join(home, 'work');
    writeFileSync(join(work, 'here.csv'), 'here');
    symlinkSync('../here.csv', at('inside.csv'));
    symlinkSync('../../secret.csv', at('outside.csv'));
    symlinkSync('outside.csv', at('by-way-of.csv'));
    expect(await told(at('inside.csv'), work)).toBe('here');
    expect(await told(at('outside.csv'))).toBe(SECRET);
    for (const name of ['outside.csv', 'by-way-of.csv']) {
      const refused = await told(at(name), work);
      expect(refused).toMatch(/it is a link that leads out/);
      expect(refused).not.toContain(SECRET);
      expect(irregularity(at(name), work)).toMatch(/leads out/);
    }
    expect(irregularity(at('inside.csv'), work)).toBeNull();
  });

  it('is not at the end of a link that leads to nothing, or back to itself', () => {
    symlinkSync('gone.csv', at('dangling.csv'));
    symlinkSync('ring.csv', at('ring.csv'));
    for (const name of ['dangling.csv', 'ring.csv'])
      expect(irregularity(at(name), home)).toMatch(/it is a link that leads to nothing/);
    expect(irregularity(at('gone.csv'), home)).toBeNull();
  });

  it('may be in a folder that is itself a link to another place', async () => {
    mkdirSync(join(home, 'mount'));
    writeFileSync(join(home, 'mount/a.csv'), 'mounted');
    symlinkSync('../mount', join(home, 'work/data'));
    expect(await told(join(home, 'work/data/a.csv'), join(home, 'work'))).toBe('mounted');
  });
});
