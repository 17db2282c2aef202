/** Runs on a disk that is full: they say so, and what is deployed stays whole. Needs the right to mount a disk. */
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsCsv } from './clients.ts';
import { parseAnswer } from './command.ts';
import { readTrio } from './trio.ts';
import {
  createWorkspace,
  openWorkspace,
  removeWorkspaces,
  temporaryFolder,
  type Workspace,
} from './workspace.ts';

const mounted: string[] = [];

/** Mounts a disk of six megabytes, or gives null where that is not permitted. */
function mountSmallDisk(): string | null {
  const folder = temporaryFolder();
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', folder]);
  if (status !== 0) return null;
  mounted.push(folder);
  return folder;
}

/** Leaves only `free` bytes of a disk; returns the path of what fills it. */
function fill(disk: string, free: number): string {
  const { bavail, bsize } = statfsSync(disk);
  const path = join(disk, 'filler');
  writeFileSync(path, Buffer.alloc(Math.max(0, bavail * bsize - free)));
  return path;
}

const mayMount = process.platform === 'linux' && mountSmallDisk() !== null;

afterAll(() => {
  for (const folder of mounted) spawnSync('umount', ['--lazy', folder]);
  removeWorkspaces();
});

describe.skipIf(!mayMount)('a run on a full disk (skipped where no disk can be mounted)', () => {
  let origin: Workspace;
  beforeAll(async () => {
    origin = createWorkspace({
      'practicedata/a.csv': clientsCsv({ rows: 60 }),
      'testdata/test.csv': clientsCsv({ from: 500, rows: 40 }),
      'sourcedata/c.csv': clientsCsv({ from: 1000, rows: 4000, flipped: true }),
    });
    await origin.run();
    origin.configure({ input_folder_path: 'sourcedata', gate: 'always' });
  });

  // The state, finaldata.csv, the snapshot, or a record of a step: each amount stops the run at another place.
  it.concurrent.each([0, 160, 208, 320, 640])(
    'with %d kB of room says disk-full, keeps what is deployed, and is done once there is more',
    async (kilobytes) => {
      const disk = mountSmallDisk() ?? '';
      cpSync(origin.root, disk, { recursive: true, verbatimSymlinks: true });
      const workspace = openWorkspace(disk);
      const before = readTrio(disk);
      const filler = fill(disk, kilobytes * 1024);
      const outcome = await workspace.tidewatch('run', '--json');
      expect(outcome.stderr).toContain('full');
      expect(parseAnswer(outcome)).toMatchObject({ error: { code: 'disk-full' } });
      expect(outcome.exit).toBe(7);
      const after = readTrio(disk);
      if (kilobytes < 600) expect(after).toEqual(before);

      rmSync(filler);
      await workspace.run();
      expect(readTrio(disk)?.modelVersion).not.toBe(before?.modelVersion);
      expect(workspace.read('ingesteddata/finaldata.csv').trim().split('\n')).toHaveLength(4001);
      expect(JSON.parse(workspace.read('practicemodels/apireturns.txt'))).toMatchObject({
        scoring: { body: { modelVersion: readTrio(disk)?.modelVersion } },
      });
    },
  );
});
