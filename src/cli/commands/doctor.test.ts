/** The doctor on workspaces that are well, new, and broken in one way each; it must find that and change nothing. */
import {
  appendFileSync,
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApp } from '../../app.ts';
import { sha256 } from '../../base/hash.ts';
import { processName } from '../../base/process-life.ts';
import { silentProgress } from '../../base/progress.ts';
import { generateDemoFiles } from '../../core/demo-data.ts';
import { judgeSides, judgeTestRows } from '../../pipeline/doctor/data-checks.ts';
import type { DoctorReport } from '../../pipeline/doctor/doctor.ts';
import { checkNode, judgeMemory, judgeSpace } from '../../pipeline/doctor/machine-checks.ts';
import { runProgram } from '../program.ts';

const made: string[] = [];
/** A process that has ended: no number is so high. */
const GONE = processName().replace(/^\d+/, '4194303');
let whole = '';

const CONFIG = {
  input_folder_path: 'practicedata',
  output_folder_path: 'ingesteddata',
  test_data_path: 'testdata',
  output_model_path: 'models',
  prod_deployment_path: 'production_deployment',
  npm_timeout_ms: 0,
};

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'tidewatch-doctor-'));
  made.push(path);
  return path;
}

function write(root: string, path: string, content: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), content);
}

beforeAll(async () => {
  whole = folder();
  for (const [path, content] of generateDemoFiles(1)) write(whole, path, content);
  write(whole, 'config.json', JSON.stringify(CONFIG));
  const app = await openApp({ workspace: whole, logLevel: 'silent', progress: silentProgress, env: {} });
  try {
    await app.run('command');
  } finally {
    await app.close();
  }
}, 120_000);

afterAll(() => {
  for (const path of made) rmSync(path, { recursive: true, force: true });
});

/** A copy of the workspace that is well. */
function copy(): string {
  const root = folder();
  cpSync(whole, root, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  return root;
}

/** Every path with its kind, size and time of change, but for the memory that SQLite shares between processes. */
function disk(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.endsWith('.db-shm'))
    .sort()
    .map((name) => {
      const stat = lstatSync(join(root, name));
      return `${name} ${stat.mode} ${stat.isDirectory() ? '' : stat.size} ${stat.mtimeMs}`;
    });
}

async function doctor(
  root: string,
  env: Record<string, string> = {},
): Promise<{
  exit: number;
  report: DoctorReport;
  statusOf(check: string): string;
  found(check: string): string;
}> {
  const out: string[] = [];
  const before = disk(root);
  const exit = await runProgram(['doctor', '-w', root, '--json'], {
    out: { write: (text) => void out.push(text) },
    err: { write: () => undefined },
    width: 100,
    colour: false,
    interactive: false,
    env: { HOME: root, ...env },
  });
  expect(disk(root)).toEqual(before);
  const report = JSON.parse(out.join('')) as DoctorReport;
  const finding = (check: string) => report.findings.find((each) => each.check === check);
  return {
    exit,
    report,
    statusOf: (check) => finding(check)?.status ?? 'none',
    found: (check) => `${finding(check)?.found} ${finding(check)?.mend}`,
  };
}

function inStore(root: string, sql: string): void {
  const file = new Database(join(root, 'tidewatch.db'));
  file.exec(sql);
  file.exec('pragma wal_checkpoint(truncate)');
  file.close();
}

describe('the doctor', () => {
  it('counts the labels of test data as they are read: in other words, and without those that are no outcome', async () => {
    const root = copy();
    const labels = ['gone', 'quit', 'here', 'back', 'new', 'NA', ' quit ', 'here'];
    const lines = labels.map((label, k) => `t${k},${k},${k},${k},${label}`);
    const header = 'corporation,lastmonth_activity,lastyear_activity,number_of_employees,exited';
    write(root, 'testdata/testdata.csv', `${header}\n${lines.join('\n')}\n`);
    const columns = { positive: ['gone', 'quit'], negative: ['here', 'back'], drop: ['new'] };
    write(root, 'config.json', JSON.stringify({ ...CONFIG, columns, labels: { missing: 'keep' } }));
    expect((await doctor(root)).found('test data')).toContain('8 rows, 6 labelled, 3 of them left');
  });

  it('finds nothing wrong where nothing is', async () => {
    const { exit, report } = await doctor(whole);
    expect(report.findings.filter(({ status }) => status === 'problem')).toEqual([]);
    expect(exit).toBe(0);
    expect(report.healthy).toBe(true);
    expect(report.findings.filter(({ status }) => status === 'warning').map(({ check }) => check)).toEqual([
      'schedule',
    ]);
  });

  it('says of a folder that is no workspace how to make one', async () => {
    const { exit, report, found, statusOf } = await doctor(folder());
    expect(exit).toBe(8);
    expect(found('configuration')).toMatch(/tidewatch init/);
    expect(statusOf('folders')).toBe('skipped');
    expect(report.problems).toBe(1);
  });

  it('names the nearest key of a misspelt one', async () => {
    const root = copy();
    write(root, 'config.json', JSON.stringify({ ...CONFIG, memory_limits: '1GB' }));
    const { found, statusOf } = await doctor(root);
    expect(statusOf('configuration')).toBe('problem');
    expect(found('configuration')).toContain('did you mean "memory_limit"?');
  });

  it.each<[string, string, 'problem' | 'warning', RegExp, (root: string) => void]>([
    [
      'a folder is gone',
      'folders',
      'problem',
      /mkdir -p .*models/,
      (root) => rmSync(join(root, 'models'), { recursive: true }),
    ],
    [
      'a column is misnamed',
      'input files',
      'problem',
      /odd\.csv: the columns? .*missing/,
      (root) => write(root, 'practicedata/odd.csv', 'a,b\n1,2\n'),
    ],
    [
      'a Parquet file is half there',
      'input files',
      'problem',
      /half\.parquet: it is not a whole Parquet file/,
      (root) => write(root, 'practicedata/half.parquet', 'PAR1 and then the copy stopped'),
    ],
    [
      'a copy stopped hours ago',
      'input files',
      'warning',
      /dataset9\.csv\.part/,
      (root) => {
        write(root, 'practicedata/dataset9.csv.part', 'corporation');
        utimesSync(join(root, 'practicedata/dataset9.csv.part'), 1_700_000_000, 1_700_000_000);
      },
    ],
    [
      'the test data is gone',
      'test data',
      'problem',
      /no data file/,
      (root) => rmSync(join(root, 'testdata/testdata.csv')),
    ],
    [
      'the store is no database',
      'state store',
      'problem',
      /not a SQLite database/,
      (root) =>
        write(
          root,
          'tidewatch.db',
          'This is a letter, and a long one at that, and no database at all.'.repeat(99),
        ),
    ],
    [
      'a page of the store is damaged',
      'state store',
      'problem',
      /damaged/,
      (root) => {
        const path = join(root, 'tidewatch.db');
        const bytes = readFileSync(path);
        bytes.fill(0xab, 8192, bytes.length - 8192);
        writeFileSync(path, bytes);
      },
    ],
    [
      'the store is of a newer version',
      'state store',
      'problem',
      /newer version/,
      (root) =>
        inStore(root, `insert into kysely_migration (name, timestamp) values ('9999-future', '2099')`),
    ],
    [
      'a dead process holds the lock',
      'run lock',
      'warning',
      /has ended/,
      (root) =>
        inStore(
          root,
          `update leases set owner = 'machine:${GONE}:r', acquired_at = '2026-01-01T00:00:00.000Z',
             expires_at = '2099-01-01T00:00:00.000Z'`,
        ),
    ],
    [
      'the last run failed',
      'last run',
      'problem',
      /failed: The disk was full/,
      (root) =>
        inStore(
          root,
          `update runs set status = 'failed', error_code = 'disk-full', error_message = 'The disk was full.'`,
        ),
    ],
    [
      'the last run was killed',
      'last run',
      'warning',
      /broken off/,
      (root) => inStore(root, `update runs set status = 'running'`),
    ],
    [
      'the records are from the future',
      'clock',
      'problem',
      /timedatectl/,
      (root) => inStore(root, `update runs set started_at = '2199-01-01T00:00:00.000Z'`),
    ],
    [
      'the compiled data was edited',
      'snapshot',
      'problem',
      /its hash differs/,
      (root) => appendFileSync(join(root, 'ingesteddata/finaldata.csv'), 'x\n'),
    ],
    [
      'the snapshot is gone',
      'snapshot',
      'problem',
      /tidewatch ingest/,
      (root) => rmSync(join(root, 'ingesteddata/snapshots'), { recursive: true }),
    ],
    [
      'what was compiled is gone',
      'snapshot',
      'problem',
      /though a model is live.*tidewatch ingest/s,
      (root) => rmSync(join(root, 'ingesteddata/snapshot.json')),
    ],
    [
      'a deployed file was edited',
      'deployment',
      'problem',
      /latestscore\.txt is not the file that was deployed/,
      (root) => {
        const id = readlinkSync(join(root, 'production_deployment/.deployments/current'));
        writeFileSync(join(root, 'production_deployment/.deployments', id, 'latestscore.txt'), '0.99\n');
      },
    ],
    [
      'a deployed file was put in the place of its link',
      'deployment',
      'problem',
      /latestscore\.txt in .* is not that of the live deployment/,
      (root) => {
        rmSync(join(root, 'production_deployment/latestscore.txt'));
        write(root, 'production_deployment/latestscore.txt', '0.99\n');
      },
    ],
    [
      'a deployed model was changed, and its manifest with it',
      'deployment',
      'problem',
      /was changed after it was trained.*doctor --fix/s,
      (root) => {
        const path = join(root, 'production_deployment/.deployments/current');
        const text = readFileSync(join(path, 'trainedmodel.json'), 'utf8');
        const changed = text.replace(/"threshold": [\d.]+/, '"threshold": 0.123');
        const manifest = readFileSync(join(path, 'manifest.json'), 'utf8');
        writeFileSync(join(path, 'trainedmodel.json'), changed);
        writeFileSync(join(path, 'manifest.json'), manifest.replace(sha256(text), sha256(changed)));
      },
    ],
    [
      'the store does not know what is live',
      'deployment',
      'warning',
      /does not know the live deployment .*doctor --fix/s,
      (root) => inStore(root, 'delete from deployments'),
    ],
    [
      'the deployed files were put back',
      'deployment',
      'warning',
      /has later after it/,
      (root) =>
        inStore(
          root,
          `insert into deployments (id, run_id, model_version, deployed_at, reason)
           select 'later', run_id, model_version, deployed_at, '' from deployments`,
        ),
    ],
    [
      'two clocks were at work',
      'clock',
      'warning',
      /recorded after .* and says an earlier time/,
      (root) =>
        inStore(
          root,
          `insert into runs (id, verb, started_by, version, started_at, status)
           values ('later', 'run', 'command', '0', '2020-01-01T00:00:00.000Z', 'succeeded')`,
        ),
    ],
    [
      'nothing is deployed',
      'deployment',
      'warning',
      /No model is live/,
      (root) => {
        rmSync(join(root, 'production_deployment'), { recursive: true });
        mkdirSync(join(root, 'production_deployment'));
      },
    ],
    [
      'the trained model is cut off',
      'trained model',
      'problem',
      /model-invalid/,
      (root) => truncateSync(join(root, 'models/trainedmodel.json'), 500),
    ],
    [
      'the scores of clients are gone',
      'kept rows',
      'warning',
      /1 of 1 files .* are not in .*ingesteddata\/kept, such as [0-9a-f]{64}\.rows: former scores/,
      (root) => rmSync(join(root, 'ingesteddata/kept'), { recursive: true }),
    ],
    [
      'rows that a model was watched on are gone',
      'kept rows',
      'problem',
      /1 of 2 files .*cannot be told from new ones.*tidewatch train/,
      (root) =>
        inStore(
          root,
          `insert into watched_rows (run_id, model_version, purpose, row_keys, rows, reference)
           select id, 'm', 'judged', '', 1, '${'a'.repeat(64)}' from runs limit 1`,
        ),
    ],
    [
      'a killed process left a file behind',
      'leftovers',
      'warning',
      /rm ingesteddata\/\.finaldata\.csv\.4194303/,
      (root) => write(root, `ingesteddata/.finaldata.csv.${GONE}.0a1b2c3d.part`, 'half'),
    ],
  ])('finds that %s', async (_, check, status, text, damage) => {
    const root = copy();
    damage(root);
    const { exit, found, statusOf } = await doctor(root);
    expect(found(check)).toMatch(text);
    expect(statusOf(check)).toBe(status);
    expect(exit).toBe(status === 'problem' ? 8 : 0);
  });

  it('finds that a server open to others has no key, and is content with one', async () => {
    const root = copy();
    write(root, 'config.json', JSON.stringify({ ...CONFIG, server: { host: '0.0.0.0' } }));
    const without = await doctor(root);
    expect(without.statusOf('API key')).toBe('problem');
    const withKey = await doctor(root, { TIDEWATCH_API_KEY: 'a-long-enough-key-for-anyone' });
    expect(withKey.statusOf('API key')).toBe('ok');
  });

  it('does its other checks where one cannot look at its file', async () => {
    const root = copy();
    rmSync(join(root, 'ingesteddata/snapshot.json'));
    symlinkSync('snapshot.json', join(root, 'ingesteddata/snapshot.json'));
    mkdirSync(join(root, 'odd'));
    rmSync(join(root, 'models/trainedmodel.json'));
    mkdirSync(join(root, 'models/trainedmodel.json'));
    const { statusOf, found, report } = await doctor(root);
    expect(statusOf('trained model')).toBe('problem');
    expect(found('trained model')).toMatch(/trainedmodel\.json is not read: it is a folder; expected a file/);
    expect(statusOf('deployment')).toBe('ok');
    expect(report.findings).toHaveLength(21);
  });

  it.skipIf(process.getuid?.() === 0)('finds that a folder may not be written', async () => {
    const root = copy();
    chmodSync(join(root, 'models'), 0o500);
    const { statusOf } = await doctor(root);
    chmodSync(join(root, 'models'), 0o700);
    expect(statusOf('folders')).toBe('problem');
  });
});

describe('doctor --fix', () => {
  async function fix(root: string): Promise<DoctorReport> {
    const out: string[] = [];
    await runProgram(['doctor', '--fix', '-w', root, '--json'], {
      out: { write: (text) => void out.push(text) },
      err: { write: () => undefined },
      width: 100,
      colour: false,
      interactive: false,
      env: { HOME: root },
    });
    return JSON.parse(out.join('')) as DoctorReport;
  }
  const history = 'production_deployment/.deployments';

  it('does nothing where nothing is wrong', async () => {
    const root = copy();
    const before = disk(root);
    expect((await fix(root)).fixed).toEqual([]);
    expect(disk(root)).toEqual(before);
  });

  it.each<[string, string, string, RegExp, (root: string) => void]>([
    [
      'a store that is no database',
      'state store',
      'move-store recover',
      /was not recorded; it is now/,
      (root) => write(root, 'tidewatch.db', 'This is a letter, and no database.'.repeat(99)),
    ],
    [
      'a store that was lost',
      'deployment',
      'recover',
      /was not recorded; it is now/,
      (root) => {
        for (const name of readdirSync(root).filter((each) => each.startsWith('tidewatch.db')))
          rmSync(join(root, name));
        write(root, 'tidewatch.db', '');
      },
    ],
    [
      'damaged deployed files',
      'deployment',
      'recover',
      /the same model was put back/,
      (root) => write(root, `${history}/current/latestscore.txt`, '0.99\n'),
    ],
    [
      'links that were followed',
      'deployment',
      'recover',
      /they are links again/,
      (root) => {
        const deployed = join(root, 'production_deployment');
        cpSync(deployed, `${deployed}.copy`, { recursive: true, dereference: true });
        rmSync(deployed, { recursive: true });
        cpSync(`${deployed}.copy`, deployed, { recursive: true });
        rmSync(`${deployed}.copy`, { recursive: true });
      },
    ],
    [
      'a run that was killed',
      'last run',
      'recover',
      /is live/,
      (root) => inStore(root, `update runs set status = 'running'`),
    ],
    [
      'compiled data that was edited',
      'snapshot',
      'ingest',
      /compiled again/,
      (root) => appendFileSync(join(root, 'ingesteddata/finaldata.csv'), 'x\n'),
    ],
    [
      'compiled data that was lost with its folder',
      'snapshot',
      'ingest',
      /compiled again/,
      (root) => rmSync(join(root, 'ingesteddata'), { recursive: true }),
    ],
    [
      'files that killed processes left',
      'leftovers',
      'remove-leftovers',
      /^1 temporary/,
      (root) => write(root, `ingesteddata/.finaldata.csv.${GONE}.0a1b2c3d.part`, 'half'),
    ],
  ])('mends %s', async (_, check, fixes, told, damage) => {
    const root = copy();
    damage(root);
    const live = readFileSync(join(whole, 'production_deployment/trainedmodel.json'), 'utf8');
    const { fixed, findings } = await fix(root);
    expect(fixed.map((each) => [each.fix, each.done])).toEqual(fixes.split(' ').map((name) => [name, true]));
    expect(fixed.at(-1)?.told).toMatch(told);
    expect(fixed[0]?.checks).toContain(check);
    expect(findings.find((each) => each.check === check)?.status).toBe('ok');
    expect(readFileSync(join(root, 'production_deployment/trainedmodel.json'), 'utf8')).toBe(live);
    expect(lstatSync(join(root, 'production_deployment/trainedmodel.json')).isSymbolicLink()).toBe(true);
  });

  it('keeps the store that it moves away, and says why where it can do nothing', async () => {
    const root = copy();
    const letter = 'This is a letter, and no database.'.repeat(99);
    write(root, 'tidewatch.db', letter);
    await fix(root);
    const kept = readdirSync(root).find((name) => name.startsWith('tidewatch.db.damaged-')) ?? '';
    expect(readFileSync(join(root, kept), 'utf8')).toBe(letter);

    const locked = copy();
    write(locked, `${history}/current/latestscore.txt`, '0.99\n');
    inStore(
      locked,
      `update leases set owner = 'machine:${processName()}:r', acquired_at = '2026-01-01T00:00:00.000Z',
         expires_at = '2099-01-01T00:00:00.000Z'`,
    );
    expect((await fix(locked)).fixed).toMatchObject([{ fix: 'recover', done: false }]);
  });
});

describe('what the doctor thinks of numbers', () => {
  it('refuses a Node that is too old', () => {
    expect(checkNode('20.19.0', '20.19').status).toBe('ok');
    expect(checkNode('24.0.0', '20.19').status).toBe('ok');
    expect(checkNode('20.9.0', '20.19')).toMatchObject({
      status: 'problem',
      mend: expect.stringContaining('20.19'),
    });
  });

  it('weighs the space on the disk against the data', () => {
    expect(judgeSpace(10e9, 1e9).status).toBe('ok');
    expect(judgeSpace(2e9, 1e9).status).toBe('problem');
    expect(judgeSpace(50e6, 1e3).status).toBe('warning');
  });

  it('weighs memory_limit against the memory that there is', () => {
    expect(judgeMemory('1GB', 8e9).status).toBe('ok');
    expect(judgeMemory('4 GiB', 4.5e9).status).toBe('warning');
    expect(judgeMemory('4GB', 2e9)).toMatchObject({
      status: 'problem',
      mend: expect.stringContaining('"1200MB"'),
    });
  });

  it('asks for test rows as many as intervals and the sequential rule need', () => {
    const count = (rows: number, labelled: number, left: number) =>
      judgeTestRows({ rows, labelled, left }, 'Add.');
    expect(count(0, 0, 0).status).toBe('problem');
    expect(count(100, 100, 0).status).toBe('problem');
    expect(count(20, 20, 8).status).toBe('warning');
    expect(count(200, 200, 5)).toMatchObject({
      status: 'warning',
      found: expect.stringContaining('cannot judge a model'),
      mend: 'Add. About 400 labelled rows would do.',
    });
    expect(count(200, 200, 20).status).toBe('ok');
    expect(count(200, 200, 195).status).toBe('warning');
  });

  it('says what clients that are held out gain a workspace, and warns where test clients are trained on', () => {
    const window = { kind: 'files', clients: 50, since: null, trained: 50 } as const;
    expect(judgeSides({ window }, false, true)).toMatchObject({
      status: 'warning',
      found: expect.stringContaining('All 50 test clients'),
      mend: expect.stringContaining('"holdout"'),
    });
    const apart = judgeSides({ window: { ...window, trained: 0 } }, false, true);
    expect([apart.status, apart.found]).toEqual(['ok', expect.stringContaining('"holdout"')]);
    expect(judgeSides(null, true, true).status).toBe('ok');
    expect(judgeSides(null, false, false).found).toContain('No column names clients');
  });
});
