/** What an operator gets wrong, or a machine: each is told with a code and with what to do, and none is `internal`. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsCsv } from './clients.ts';
import { COMMAND, type Outcome, parseAnswer } from './command.ts';
import {
  createWorkspace,
  openWorkspace,
  removeWorkspaces,
  temporaryFolder,
  type Workspace,
} from './workspace.ts';

const mounted: string[] = [];
afterAll(() => {
  for (const folder of mounted) spawnSync('umount', ['--lazy', folder]);
  removeWorkspaces();
});

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

/** Runs the command in a shell, which may set limits first. */
function tidewatch(
  root: string,
  args: readonly string[],
  { limits = '', uid = undefined as number | undefined } = {},
): Outcome {
  const script = `${limits} exec "$0" "$@"`;
  const { status, signal, stdout, stderr } = spawnSync(
    'bash',
    ['-c', script, process.execPath, COMMAND, ...args, '--json', '-w', root],
    { encoding: 'utf8', timeout: 20_000, ...(uid === undefined ? {} : { uid, gid: uid }) },
  );
  return { exit: status, signal, stdout, stderr };
}

function codeOf(outcome: Outcome): string {
  const { error } = parseAnswer<{ error?: { code: string; message: string } }>(outcome);
  if (error === undefined) return 'done';
  expect(error.message.length, error.message).toBeGreaterThan(60);
  expect(outcome.stderr).not.toMatch(/^ {4}at /m);
  return error.code;
}

/** A folder that has something in it stands where a file should be. */
function folderInPlaceOf(root: string, path: string): void {
  rmSync(join(root, path), { recursive: true, force: true });
  mkdirSync(join(root, path, 'inside'), { recursive: true });
}

/** A file stands where a folder should be. */
function fileInPlaceOf(root: string, path: string): void {
  rmSync(join(root, path), { recursive: true, force: true });
  writeFileSync(join(root, path), 'x');
}

interface Case {
  readonly name: string;
  prepare(root: string): void;
  readonly args?: readonly string[];
  readonly codes: readonly string[];
}

const RUN = ['run'];
const unusable = ['path-unusable'];

const replaced: readonly Case[] = [
  ...['ingesteddata/finaldata.csv', 'ingesteddata/ingestedfiles.txt', 'ingesteddata/snapshot.json'].map(
    (path) => ({
      name: `a folder in place of ${path}`,
      prepare: (root: string) => folderInPlaceOf(root, path),
      codes: unusable,
    }),
  ),
  ...['practicemodels/trainedmodel.json', 'practicemodels/latestscore.txt', 'practicemodels/report.pdf'].map(
    (path) => ({
      name: `a folder in place of ${path}`,
      prepare: (root: string) => folderInPlaceOf(root, path),
      codes: [...unusable, 'input-unreadable'],
    }),
  ),
  ...['ingesteddata', 'practicemodels', 'production_deployment', 'sourcedata'].map((path) => ({
    name: `a file in place of ${path}`,
    prepare: (root: string) => fileInPlaceOf(root, path),
    codes: [...unusable, 'input-empty', 'not-found'],
  })),
  ...['ingesteddata', 'practicemodels', 'production_deployment', 'sourcedata', 'testdata'].map((path) => ({
    name: `links in a circle in place of ${path}`,
    prepare: (root: string) => {
      rmSync(join(root, path), { recursive: true, force: true });
      symlinkSync(path, join(root, path));
    },
    codes: [...unusable, 'input-empty'],
  })),
  {
    name: 'a folder in place of config.json',
    prepare: (root) => folderInPlaceOf(root, 'config.json'),
    codes: ['input-unreadable'],
  },
  {
    name: 'a folder in place of the store',
    prepare: (root) => {
      for (const ending of ['', '-wal', '-shm']) rmSync(join(root, `tidewatch.db${ending}`), { force: true });
      folderInPlaceOf(root, 'tidewatch.db');
    },
    codes: ['store-unavailable'],
  },
  {
    name: 'a store that is no database',
    prepare: (root) => writeFileSync(join(root, 'tidewatch.db'), 'x'.repeat(9000)),
    codes: ['store-unavailable'],
  },
  {
    name: 'a name that is too long',
    prepare: (root) =>
      openWorkspace(root).configure({ input_folder_path: 'sourcedata', output_folder_path: 'a'.repeat(300) }),
    codes: unusable,
  },
  {
    name: 'predictions into a folder',
    prepare: (root) => mkdirSync(join(root, 'out.csv', 'inside'), { recursive: true }),
    args: ['predict', 'testdata/test.csv', '-o', 'out.csv'],
    codes: unusable,
  },
  {
    name: 'predictions of a folder that is a file',
    prepare: () => undefined,
    args: ['predict', 'testdata/test.csv', '-o', 'config.json/out.csv'],
    codes: unusable,
  },
  {
    name: 'a memory limit that is too small',
    prepare: (root) =>
      openWorkspace(root).configure({ input_folder_path: 'sourcedata', gate: 'always', memory_limit: '1MB' }),
    codes: ['out-of-memory'],
  },
  {
    name: 'a memory limit of nothing',
    prepare: (root) =>
      openWorkspace(root).configure({ input_folder_path: 'sourcedata', gate: 'always', memory_limit: '0MB' }),
    codes: ['out-of-memory', 'config-invalid'],
  },
];

describe('a run that finds its files replaced', () => {
  it.each(replaced)('says what is wrong: $name', ({ prepare, args = RUN, codes }) => {
    const { root } = origin.copy();
    prepare(root);
    const place = (arg: string) => (/[/.]/.test(arg) ? join(root, arg) : arg);
    const outcome = tidewatch(root, args.map(place));
    expect(codes, `${outcome.stdout}\n${outcome.stderr}`).toContain(codeOf(outcome));
  });
});

describe.skipIf(process.platform !== 'linux')('a run with limits', () => {
  it.each([
    ['on the size of a file', 'ulimit -f 40;', ['disk-full', 'store-unavailable']],
    ['on the size of larger files', 'ulimit -f 400;', ['disk-full', 'store-unavailable']],
  ])('%s says which', (_, limits, codes) => {
    const { root } = origin.copy();
    const outcome = tidewatch(root, RUN, { limits });
    expect(codes, `${outcome.stdout}\n${outcome.stderr}`).toContain(codeOf(outcome));
  });

  it('on open files says so, though not even the program itself can be read', () => {
    const { root } = origin.copy();
    const { exit, stderr } = tidewatch(root, RUN, { limits: 'ulimit -n 30;' });
    expect(stderr).toMatch(/^tidewatch: No more files may be open.*EMFILE.*ulimit -n/);
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect(exit).toBe(7);
  });
});

describe.skipIf(!existsSync('/dev/full'))('output into a full disk', () => {
  it('is told as such, with its exit code', () => {
    const { root } = origin;
    const command = `"${process.execPath}" "${COMMAND}" config -w "${root}" > /dev/full`;
    const { status, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
    expect(stderr).toMatch(/^tidewatch: Not all of the output was written\. The disk is full/);
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect(status).toBe(7);
  });
});

/** A user without rights; only root may become one. */
const NOBODY = 65534;

describe.skipIf(process.getuid?.() !== 0)(
  'a run without rights (skipped where the tests do not run as root)',
  () => {
    const copyFor = (uid: number): string => {
      const { root } = origin.copy();
      chownSync(root, uid, uid);
      for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
        if (path !== 'production_deployment/current')
          spawnSync('chown', ['-h', `${uid}:${uid}`, join(root, path)]);
      }
      return root;
    };

    it.each([
      ['config.json', 0o000, ['file-not-permitted']],
      ['tidewatch.db', 0o000, ['store-unavailable']],
      ['sourcedata', 0o000, ['file-not-permitted']],
      ['testdata', 0o000, ['file-not-permitted']],
      ['ingesteddata', 0o555, ['file-not-permitted']],
      ['ingesteddata', 0o000, ['file-not-permitted']],
      ['practicemodels', 0o555, ['file-not-permitted']],
      ['production_deployment/.deployments', 0o555, ['file-not-permitted']],
      ['production_deployment', 0o000, ['file-not-permitted']],
      ['.', 0o555, ['workspace-read-only']],
    ])('to %s (mode %o) says so', (path, mode, codes) => {
      const root = copyFor(NOBODY);
      chmodSync(join(root, path), mode);
      const outcome = tidewatch(root, RUN, { uid: NOBODY });
      expect(codes, `${outcome.stdout}\n${outcome.stderr}`).toContain(codeOf(outcome));
    });

    it('to read a file of the input folder names it, and goes on without it', () => {
      const root = copyFor(NOBODY);
      chmodSync(join(root, 'sourcedata/c.csv'), 0);
      const outcome = tidewatch(root, RUN, { uid: NOBODY });
      expect(parseAnswer(outcome)).toMatchObject({
        result: 'no-new-data',
        files: [{ name: 'c.csv', status: 'rejected', reason: expect.stringMatching(/permi|may not/) }],
      });
    });

    it('to write anything, on a disk that is mounted read-only, says so', () => {
      const disk = temporaryFolder();
      if (spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', disk]).status !== 0) return;
      mounted.push(disk);
      cpSync(origin.root, disk, { recursive: true, verbatimSymlinks: true });
      spawnSync('mount', ['-o', 'remount,ro', disk]);
      for (const args of [RUN, ['ingest'], ['train'], ['models', 'rollback']]) {
        const outcome = tidewatch(disk, args);
        expect(['store-unavailable', 'file-not-permitted', 'workspace-read-only'], outcome.stderr).toContain(
          codeOf(outcome),
        );
      }
    });

    it('to a port below 1024 says so', () => {
      const root = copyFor(NOBODY);
      openWorkspace(root).configure({ server: { port: 81 } });
      const outcome = tidewatch(root, ['serve'], { uid: NOBODY });
      // Null: it was stopped after a while, since on this machine anybody may listen there.
      if (outcome.exit !== null) expect(codeOf(outcome)).toBe('listen-refused');
    });
  },
);

describe('serve', () => {
  it('says that a port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((done) => server.once('listening', done));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const outcome = tidewatch(origin.root, ['serve', '--port', String(port)]);
    server.close();
    expect(codeOf(outcome)).toBe('listen-refused');
  });
});
