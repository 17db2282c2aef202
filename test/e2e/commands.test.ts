/** Every command as a person or a script meets it: help, one JSON object, exit codes, and errors that say what to do. */
import { spawn } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunSummary } from '../../src/pipeline/run/run-summary.ts';
import { clientRows, clientsCsv, csvOf } from './clients.ts';
import { COMMAND, type Outcome, parseAnswer, tidewatch } from './command.ts';
import { readTrio } from './trio.ts';
import {
  createWorkspace,
  listDisk,
  openWorkspace,
  removeWorkspaces,
  temporaryFolder,
  type Workspace,
} from './workspace.ts';

const HEADER = csvOf([]);
const GOOD = clientsCsv({ rows: 60 });
const TEST = { 'testdata/test.csv': clientsCsv({ from: 500, rows: 40 }) };
const VERBS = ['run', 'ingest', 'train', 'score', 'deploy', 'diagnose', 'report', 'call', 'config'];

afterAll(removeWorkspaces);

/** The error of a command that failed, told in both ways. */
function failureOf(outcome: Outcome): { code: string; message: string; exit: number | null } {
  const { error } = parseAnswer<{ error: { code: string; message: string } }>(outcome);
  expect(outcome.stderr).toContain(error.message);
  expect(outcome.stderr).not.toMatch(/\n\s+at /);
  return { code: error.code, message: error.message, exit: outcome.exit };
}

describe.concurrent('the help', () => {
  it('lists every command and every exit code', async () => {
    const { exit, stdout, stderr } = await tidewatch(['--help']);
    expect([exit, stderr]).toEqual([0, '']);
    for (const verb of [...VERBS, 'demo', 'init', 'serve', 'schedule'])
      expect(stdout).toMatch(new RegExp(`^  ${verb}\\b`, 'm'));
    for (const code of [0, 1, 2, 3, 4, 5, 6, 7, 130])
      expect(stdout).toMatch(new RegExp(`(^| )${code}  \\S`, 'm'));
  });

  it.each([...VERBS, 'demo', 'init', 'serve', 'schedule', 'schedule install'])(
    'of %s says what it does, gives an example, and leads to the exit codes',
    async (verb) => {
      const { exit, stdout, stderr } = await tidewatch([...verb.split(' '), '--help']);
      expect([exit, stderr]).toEqual([0, '']);
      expect(stdout).toContain(`Usage: tidewatch ${verb}`);
      expect(stdout).toContain('Exit codes: ');
      if (verb !== 'schedule install') expect(stdout).toContain(`tidewatch ${verb} `);
    },
  );
});

describe.concurrent('the command line', () => {
  it.each([
    [['frobnicate'], /unknown command 'frobnicate'/],
    [['rnu'], /Did you mean run\?/],
    [['run', '--nope'], /unknown option '--nope'/],
    [['run', 'extra'], /too many arguments/],
    [['run', '--log', 'loud'], /debug, info, warn, error, silent/],
    [['serve', '--port', '99999'], /whole number from 0 to 65535/],
    [['diagnose', '--only', 'sumary'], /did you mean "summary"\?/],
    [['demo', '--seed', '1.5', '--dir', 'never-made'], /whole number from 0/],
    [[], /Usage: tidewatch/],
  ])('refuses %j as usage, with advice', async (args, advice) => {
    const { exit, stderr, stdout } = await tidewatch(args);
    expect([exit, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(advice);
  });

  it('tells a usage error as one JSON object where asked to', async () => {
    expect(failureOf(await tidewatch(['run', '--nope', '--json']))).toMatchObject({ code: 'usage', exit: 2 });
  });

  it('prints its version', async () => {
    expect((await tidewatch(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('ends well where the reader of its output has seen enough', async () => {
    const child = spawn(
      'sh',
      ['-c', '"$0" "$1" config --schema 2>err | true; cat err', process.execPath, COMMAND],
      {
        cwd: temporaryFolder(),
      },
    );
    let text = '';
    child.stdout.on('data', (part) => {
      text += part;
    });
    await new Promise((done) => child.once('close', done));
    expect(text).toBe('');
  });
});

describe.concurrent('a workspace', () => {
  const changed = (key: string, value: unknown) => createWorkspace({}, { [key]: value }).root;

  it.each<[string, () => string, string, RegExp]>([
    ['that is none', () => temporaryFolder(), 'config-missing', /tidewatch init/],
    [
      'with a misspelt key',
      () => changed('treshold', 0.5),
      'config-invalid',
      /"treshold"; did you mean "threshold"\?/,
    ],
    ['with a value out of range', () => changed('threshold', 7), 'config-invalid', /"threshold": .*<1/],
    [
      'that leads outside',
      () => changed('output_model_path', '../x'),
      'path-outside-workspace',
      /output_model_path/,
    ],
    [
      'whose configuration is not JSON',
      () => {
        const workspace = createWorkspace({});
        workspace.write('config.json', '{ nope');
        return workspace.root;
      },
      'config-invalid',
      /config\.json is not JSON/,
    ],
    [
      'that lacks a folder',
      () => {
        const workspace = createWorkspace({});
        workspace.write('config.json', '{"input_folder_path": "a"}');
        return workspace.root;
      },
      'config-invalid',
      /"output_folder_path"/,
    ],
  ])('%s is refused with advice, and nothing is made in it', async (_, make, code, advice) => {
    const root = make();
    const before = listDisk(root, { times: true });
    const failure = failureOf(await tidewatch(['run', '--json', '-w', root]));
    expect(failure).toMatchObject({ code, exit: 2 });
    expect(failure.message).toMatch(advice);
    expect(listDisk(root, { times: true })).toEqual(before);
  });

  it('may have spaces, quotes and letters of any alphabet in its path and in its files', async () => {
    const root = join(temporaryFolder("tidewatch o'brien “ü” "), 'wörk 空間');
    const workspace = openWorkspace(root);
    const name = `dätä 'one' "two" é.csv`;
    for (const [path, text] of Object.entries({ ...TEST, [`practicedata/${name}`]: GOOD }))
      workspace.write(path, text);
    workspace.configure({});
    const run = await workspace.run();
    expect(run.result).toBe('first-deployment');
    expect(run.files.map((file) => file.name)).toEqual([name]);
    expect(readTrio(root)).not.toBeNull();
    expect((await workspace.run()).result).toBe('no-new-data');
  });

  it('is made by init, found from inside, and not made twice', async () => {
    const cwd = temporaryFolder();
    const made = await tidewatch(['init', '--target', 'churned', '--numeric', 'a, b', '--json'], { cwd });
    expect(made.exit).toBe(0);
    expect(parseAnswer(made)).toMatchObject({ config: join(cwd, 'config.json') });
    const { values } = parseAnswer<{ values: { key: string; value: unknown; origin: string }[] }>(
      await tidewatch(['config', '--json'], { cwd }),
    );
    expect(values).toContainEqual(
      expect.objectContaining({ key: 'columns.numeric', value: ['a', 'b'], origin: 'config.json' }),
    );
    expect(values).toContainEqual(
      expect.objectContaining({ key: 'drift.years_per_false_alarm', value: 5, origin: 'config.json' }),
    );
    expect(values).toContainEqual(expect.objectContaining({ key: 'seed', origin: 'default' }));
    const before = listDisk(cwd, { times: true });
    expect(failureOf(await tidewatch(['init', '--json'], { cwd }))).toMatchObject({
      code: 'workspace-exists',
      exit: 2,
    });
    expect(listDisk(cwd, { times: true })).toEqual(before);
  });
});

describe.concurrent('step by step', () => {
  it('each command does its part, prints one object, and says what must come first', async () => {
    const workspace = createWorkspace({ ...TEST, 'practicedata/a.csv': GOOD });
    const json = async (...args: string[]): Promise<Record<string, unknown>> => {
      const outcome = await workspace.tidewatch(...args, '--json');
      return { exit: outcome.exit, ...parseAnswer(outcome) };
    };
    const code = (answer: Record<string, unknown>) => (answer['error'] as { code: string }).code;
    const early: [string, string, number][] = [
      ['train', 'nothing-ingested', 5],
      ['score', 'nothing-trained', 5],
      ['deploy', 'nothing-trained', 5],
      ['report', 'nothing-trained', 5],
      ['call', 'call-failed', 6],
    ];
    for (const [verb, wanted, exit] of early) {
      const answer = await json(verb);
      expect([verb, code(answer), answer.exit]).toEqual([verb, wanted, exit]);
    }
    expect(await json('ingest')).toMatchObject({ exit: 0, rows: { read: 60, kept: 60 } });
    expect(await json('train')).toMatchObject({ exit: 0, rows: 60 });
    const unscored = await json('deploy');
    expect([code(unscored), unscored.exit]).toEqual(['nothing-scored', 5]);
    expect(readTrio(workspace.root)).toBeNull();
    const score = await json('score');
    expect(score).toMatchObject({ exit: 0, rows: 40 });
    const deployed = await json('deploy', '--reason', 'checked by hand');
    expect(deployed).toMatchObject({ exit: 0, f1: score['f1'], reason: 'checked by hand' });
    expect(readTrio(workspace.root)?.id).toBe(deployed['id']);
    expect(await json('diagnose', '--only', 'predictions,summary')).toMatchObject({
      exit: 0,
      predictions: { rows: 40 },
    });
    expect(await json('report')).toMatchObject({ exit: 0 });
    expect(await json('call')).toMatchObject({
      exit: 0,
      calls: Array(4).fill(expect.objectContaining({ status: 200 })),
    });
    expect(await json('run')).toMatchObject({ exit: 0, result: 'no-new-data' });
  });

  it('a person is told the result, the rows, and the files that were left out and why', async () => {
    const workspace = createWorkspace({
      ...TEST,
      'practicedata/a.csv': csvOf([...clientRows({ rows: 60 }), 'odd,x,1,1,0']),
      'practicedata/b.csv': 'corporation,exited\na,1\n',
    });
    const { exit, stdout, stderr } = await workspace.tidewatch('run');
    expect([exit, stderr]).toEqual([9, '']);
    expect(stdout).toMatch(/^first-deployment: b\.csv was refused.*"lastmonth_activity"/);
    expect(stdout).toMatch(/^ACT .*Correct the file/m);
    expect(stdout).toMatch(/^LOOK .*1 row of 61 \(1\.6 %\) has errors and was skipped/m);
    expect(stdout).toContain('61 read = 60 kept + 0 duplicates + 1 quarantined');
    expect(stdout).toMatch(/^rejected {2}b\.csv: .*"lastmonth_activity"/m);
    expect(workspace.read('ingesteddata/quarantine/a.csv.quarantine.csv')).toContain('odd,x,1,1,0');
  });
});

it('a demonstration where no folder can be made ends and says so', async () => {
  const failure = failureOf(await tidewatch(['demo', '--dir', '/proc/tidewatch', '--json']));
  expect(failure).toMatchObject({ code: 'path-unusable', exit: 7 });
  expect(failure.message).toContain('/proc/tidewatch cannot be made');
});

describe.concurrent('a file whose columns have other names', () => {
  const renamed = clientsCsv({ from: 2000, rows: 40 }).replace('lastyear_activity', 'Last Year Activities');
  const meant =
    /"lastyear_activity" is missing; did you mean "Last Year Activities"\? If so, run: tidewatch columns alias "Last Year Activities" lastyear_activity \(or/;

  it('is left out by a run, which asks whether they were meant, until a command says so', async () => {
    const workspace = createWorkspace({ ...TEST, 'practicedata/a.csv': GOOD });
    await workspace.run();
    workspace.write('practicedata/next-month.csv', renamed);
    const { stdout } = await workspace.tidewatch('run');
    const told = stdout.split('\n').find((line) => line.includes('next-month.csv'));
    expect(told).toMatch(meant);
    const said = await workspace.tidewatch('columns', 'alias', 'Last Year Activities', 'lastyear_activity');
    expect([said.exit, said.stdout]).toEqual([
      0,
      `"Last Year Activities" is read as lastyear_activity from now on.\nNext: tidewatch run -w ${workspace.root}\n`,
    ]);
    const after = (await workspace.tidewatch('run')).stdout;
    expect(after).not.toContain('did you mean');
    expect(after).toContain('next-month.csv: read "Last Year Activities" as lastyear_activity');
  });

  it('is refused by predict and as test data in the same words', async () => {
    const workspace = createWorkspace({ ...TEST, 'practicedata/a.csv': GOOD });
    await workspace.run();
    workspace.write('testdata/test.csv', renamed);
    const path = join(workspace.root, 'testdata/test.csv');
    for (const command of [['predict', path, '-o', join(workspace.root, 'p.csv')], ['score']]) {
      const failure = failureOf(await workspace.tidewatch(...command, '--json'));
      expect(failure).toMatchObject({ code: 'column-missing', exit: 3 });
      expect(failure.message).toMatch(meant);
    }
  });
});

describe.concurrent('data that cannot be used', () => {
  let deployed: Workspace;
  beforeAll(async () => {
    deployed = createWorkspace({ ...TEST, 'practicedata/a.csv': GOOD });
    await deployed.run();
    deployed.configure({ input_folder_path: 'arrived' });
    mkdirSync(join(deployed.root, 'arrived'));
  });

  it.each<[string, Record<string, string | Uint8Array>, string, RegExp]>([
    ['a header without rows', { 'a.csv': HEADER }, 'input-empty', /hold no rows\. Put data there/],
    ['an empty file', { 'a.csv': '' }, 'input-unreadable', /a\.csv: the file is empty/],
    [
      'only bad rows',
      { 'a.csv': csvOf(['a,x,1,1,1', 'b,2,2,2,7']) },
      'too-many-rejected',
      /quarantine.*Mend the input/,
    ],
    [
      'a missing column',
      { 'a.csv': 'corporation,exited\na,1\n' },
      'column-missing',
      /"lastmonth_activity".*`columns`/,
    ],
    [
      'bytes that are no text',
      { 'a.csv': new Uint8Array(500).map((_, i) => (i * 91) % 256) },
      'input-unreadable',
      /a\.csv/,
    ],
    [
      'a name that lies about its format',
      { 'a.csv.gz': GOOD, 'b.parquet': GOOD },
      'input-unreadable',
      /a\.csv\.gz.*b\.parquet/,
    ],
  ])('as %s stops the run with advice, and what is deployed stays', async (_, files, code, advice) => {
    const workspace = deployed.copy();
    for (const [name, content] of Object.entries(files)) workspace.write(`arrived/${name}`, content);
    const before = listDisk(workspace.root, { times: true });
    const failure = failureOf(await workspace.tidewatch('run', '--json'));
    expect(failure).toMatchObject({ code, exit: 3 });
    expect(failure.message).toMatch(advice);
    const after = listDisk(workspace.root, { times: true });
    for (const [path, entry] of Object.entries(before)) {
      if (/^(practicedata|arrived|production_deployment|practicemodels|ingesteddata\/\w)/.test(path))
        expect(after[path]).toBe(entry);
    }
    // It is told again, not taken for seen.
    expect((await workspace.tidewatch('run', '--json')).exit).toBe(3);
  });

  it('of one class is refused when a model must be trained of it', async () => {
    const workspace = createWorkspace({ ...TEST, 'practicedata/a.csv': csvOf(['a,1,2,3,1', 'b,2,3,4,1']) });
    const failure = failureOf(await workspace.tidewatch('run', '--json'));
    expect(failure).toMatchObject({ code: 'one-class', exit: 3 });
    expect(failure.message).toMatch(/both classes; add data or check columns\.target/);
    expect(readTrio(workspace.root)).toBeNull();
  });

  it.each<[string, Record<string, string>, string, RegExp]>([
    ['is absent', {}, 'input-empty', /testdata cannot be listed/],
    [
      'has a bad row',
      { 'testdata/t.csv': csvOf(['a,x,1,1,1']) },
      'value-invalid',
      /t\.csv, line 2: lastmonth_activity: got "x"/,
    ],
    [
      'has no labels',
      { 'testdata/t.csv': 'corporation,lastmonth_activity,lastyear_activity,number_of_employees\na,1,2,3\n' },
      'column-missing',
      /"exited"/,
    ],
  ])(
    'for the test that %s stops the first deployment, and the next run does it',
    async (_, files, code, advice) => {
      const workspace = createWorkspace({ ...files, 'practicedata/a.csv': GOOD });
      const failure = failureOf(await workspace.tidewatch('run', '--json'));
      expect(failure).toMatchObject({ code, exit: 3 });
      expect(failure.message).toMatch(advice);
      expect(readTrio(workspace.root)).toBeNull();
      workspace.write('testdata/t.csv', TEST['testdata/test.csv']);
      expect((await workspace.run()).result).toBe('first-deployment');
    },
  );

  it('in a folder that is gone or empty says where to put it', async () => {
    const workspace = createWorkspace(TEST);
    expect(failureOf(await workspace.tidewatch('run', '--json'))).toMatchObject({
      code: 'input-empty',
      exit: 3,
    });
    workspace.write('practicedata/notes.txt', 'hello');
    const { message } = failureOf(await workspace.tidewatch('run', '--json'));
    expect(message).toMatch(/it holds only notes\.txt\. Put files there that end in \.csv/);
  });

  it('behind a link that leads nowhere is rejected by name, and the rest is taken', async () => {
    const workspace = createWorkspace({ ...TEST, 'practicedata/a.csv': GOOD });
    symlinkSync('nowhere.csv', join(workspace.root, 'practicedata/b.csv'));
    const outcome = await workspace.tidewatch('run', '--json');
    expect(outcome.exit).toBe(0);
    expect(parseAnswer<RunSummary & Record<string, unknown>>(outcome).rows?.kept).toBe(60);
  });
});

describe.concurrent('data that is odd but right', () => {
  const odd = ['null', 'NA', 'NaN', 'None', 'undefined', '0', 'true'].map(
    (name, i) => `${name},${i},${i},${i + 1},${i % 2}`,
  );

  it('keeps clients whose names other programs take for missing', async () => {
    const workspace = createWorkspace({
      ...TEST,
      'practicedata/a.csv': csvOf([...clientRows({ rows: 40 }), ...odd]),
    });
    expect((await workspace.run()).rows).toEqual({ read: 47, kept: 47, duplicates: 0, quarantined: 0 });
    const data = workspace.read('ingesteddata/finaldata.csv');
    for (const row of odd) expect(data).toContain(`\n${row}\n`);
  });

  it('gives the same model from a file with a byte order mark and CRLF', async () => {
    const plain = createWorkspace({ ...TEST, 'practicedata/a.csv': GOOD });
    const marked = createWorkspace({
      'testdata/test.csv': `\uFEFF${TEST['testdata/test.csv']}`.replaceAll('\n', '\r\n'),
      'practicedata/a.csv': `\uFEFF${GOOD}`.replaceAll('\n', '\r\n'),
    });
    const [first, second] = await Promise.all([plain.run(), marked.run()]);
    expect(second.rows).toEqual(first.rows);
    expect(second.model).toEqual(first.model);
    expect(second.score).toEqual(first.score);
    expect(marked.read('ingesteddata/finaldata.csv')).toBe(plain.read('ingesteddata/finaldata.csv'));
  });
});
