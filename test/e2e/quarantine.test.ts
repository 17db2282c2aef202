/** `tidewatch quarantine`: rows that were not accepted are shown, mended, re-admitted once, and read by the next run. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QuarantineAnswer, ReadmitSummary } from '../../src/pipeline/data/quarantine.ts';
import { clientRows, clientsCsv, csvOf } from './clients.ts';
import { parseAnswer, start } from './command.ts';
import { createWorkspace, removeWorkspaces, type Workspace } from './workspace.ts';

const GOOD = clientRows({ rows: 60 });
/** Two rows in UTF-8, so that one that is not is at fault. */
const UTF8 = ['Z\u00fcrich,3,4,5,1', 'K\u00f6ln,3,4,5,1'].map((row) => Buffer.from(row).toString('latin1'));
const ODD = ['odd,x,1,2,0', 'nul,\0,1,2,0', 'M\xfcller,3,4,5,1', '"two\nlines",y,1,2,0'];
const OTHER = clientRows({ from: 200, rows: 20 });

let workspace: Workspace;
beforeAll(async () => {
  workspace = createWorkspace(
    {
      'practicedata/a.csv': Buffer.from(csvOf([...GOOD, ...ODD, ...UTF8]), 'latin1'),
      'practicedata/b.csv': csvOf([...OTHER, 'few,1']),
      'testdata/test.csv': clientsCsv({ from: 500, rows: 40 }),
    },
    { model: 'logistic', max_rejected_share: 0.5 },
  );
  await workspace.run();
});
afterAll(removeWorkspaces);

const inputs = () => readdirSync(join(workspace.root, 'practicedata')).sort();

async function quarantine(...args: string[]) {
  const outcome = await workspace.tidewatch('quarantine', ...args);
  return { ...outcome, shown: outcome.stdout + outcome.stderr };
}
const list = async (...args: string[]) =>
  parseAnswer<QuarantineAnswer>(await quarantine('list', '--json', ...args));

describe('tidewatch quarantine list', () => {
  it('shows every row that was not accepted, whatever its bytes', async () => {
    const { files, file, header, rows, next } = await list();
    expect(files).toMatchObject([
      { name: 'a.csv', rows: 4 },
      { name: 'b.csv', rows: 1 },
    ]);
    expect([file, next]).toEqual(['a.csv', null]);
    expect(`${header}\n`).toBe(csvOf([]));
    expect(rows.map(({ line, raw }) => [line, raw])).toEqual([
      [62, ODD[0]],
      [63, ODD[1]],
      [64, 'M\uFFFDller,3,4,5,1'],
      [65, ODD[3]],
    ]);
  });

  it('goes on where the page before ended, and names a file for the next one', async () => {
    const first = await list('--limit', '3');
    const second = await list('--limit', '3', '--after', String(first.next));
    expect([...first.rows, ...second.rows].map(({ line }) => line)).toEqual([62, 63, 64, 65]);
    const { shown, exit } = await quarantine('list', '--limit', '1');
    expect(exit).toBe(0);
    expect(shown).toMatch(
      /Rows of a\.csv[\s\S]*odd,x,1,2,0[\s\S]*b\.csv \(1\)[\s\S]*--file a\.csv --after \d+/,
    );
    expect((await list('--file', 'b.csv')).rows).toMatchObject([{ line: 22, raw: 'few,1' }]);
  });

  it('refuses a place inside a row and a file that has no quarantine, and says what there is', async () => {
    const inside = await quarantine('list', '--after', '130');
    expect([inside.exit === 0, inside.stderr]).toEqual([false, expect.stringMatching(/where no row begins/)]);
    const absent = await quarantine('list', '--file', '../a.csv');
    expect([absent.exit === 0, absent.stderr]).toEqual([false, expect.stringMatching(/Near it: a\.csv/)]);
  });
});

describe('tidewatch quarantine readmit', () => {
  it('writes nothing where a row would be quarantined again, or has bytes that are not UTF-8', async () => {
    for (const [line, why] of [
      ['62', /would be quarantined again.*lastmonth_activity: got "x"/s],
      ['64', /Line 64 of a\.csv has bytes that are not UTF-8/],
      ['1', /Line 1 of a\.csv is not in quarantine/],
    ] as const) {
      const { exit, stderr } = await quarantine('readmit', 'a.csv', line);
      expect([exit === 0, stderr]).toEqual([false, expect.stringMatching(why)]);
    }
    const two = await quarantine('readmit', 'a.csv', '62', '63', '--text', 'x,1,2,3,0');
    expect([two.exit === 0, two.stderr]).toEqual([false, expect.stringMatching(/--text is for one line/)]);
    expect(inputs()).toEqual(['a.csv', 'b.csv']);
  });

  it('puts a mended row into a new input file once, which the next run reads', async () => {
    const args = ['readmit', 'a.csv', '64', '--text', 'M\u00fcller,3,4,5,1'];
    const { file, readmitted } = parseAnswer<ReadmitSummary>(await quarantine(...args, '--json'));
    expect(readmitted).toBe(1);
    expect(workspace.read(`practicedata/${file}`)).toBe(csvOf(['M\u00fcller,3,4,5,1']));
    const again = await quarantine(...args);
    expect([again.exit, again.stdout]).toEqual([
      0,
      expect.stringContaining(`line 64: It is in ${file} already`),
    ]);
    expect(inputs()).toHaveLength(3);
    expect((await list()).rows.map(({ readmitted: where }) => where)).toEqual([null, null, file, null]);
    expect((await workspace.run()).rows).toMatchObject({ kept: 83, quarantined: 5 });
  });

  it('takes lines as they are once the configuration accepts them', async () => {
    workspace.configure({ model: 'logistic', max_rejected_share: 0.5, missing_values: ['x', 'y'] });
    const { exit, stdout } = await quarantine('readmit', 'a.csv', '62', '65');
    expect([exit, stdout]).toEqual([
      0,
      expect.stringMatching(/2 rows are in readmitted-\S+ of the input folder/),
    ]);
  });
});

describe('a row that is re-admitted', () => {
  const DIE_AT = { NODE_OPTIONS: `--import ${pathToFileURL(resolve('test/e2e/die-at.mjs'))}` };
  let given: Workspace;
  beforeAll(async () => {
    given = createWorkspace(
      {
        'practicedata/a.csv': csvOf([...GOOD, 'odd,x,1,2,0']),
        'testdata/test.csv': clientsCsv({ from: 500, rows: 40 }),
      },
      { model: 'logistic', max_rejected_share: 0.5 },
    );
    await given.tidewatch('ingest');
  });
  const readmitArgs = ({ root }: Workspace, months: number) => [
    ...['quarantine', 'readmit', 'a.csv', '62', '--json'],
    ...['--text', `odd,${months},1,2,0`, '-w', root],
  ];
  const folderOf = ({ root }: Workspace) => join(root, 'practicedata');
  const admitted = (made: Workspace) =>
    readdirSync(folderOf(made))
      .filter((name) => name.startsWith('readmitted-'))
      .flatMap((name) =>
        readFileSync(join(folderOf(made), name), 'utf8')
          .trim()
          .split('\n')
          .slice(1),
      );
  const leftovers = (made: Workspace) => readdirSync(folderOf(made)).filter((name) => name.startsWith('.'));

  it('is in the data once where several ask for it at the same time', async () => {
    const made = given.copy();
    const asked = [1, 2, 3, 4].map((months) => start(readmitArgs(made, months)).ended);
    const answers = (await Promise.all(asked)).map(({ stdout }) => JSON.parse(stdout));
    expect(admitted(made)).toHaveLength(1);
    expect(answers.filter(({ readmitted }) => readmitted === 1)).toHaveLength(1);
    for (const { error, skipped } of answers) expect(error?.code ?? skipped).not.toBe('internal');
  });

  it('is in the data once after a kill at any change on the disk, and nothing is left over', async () => {
    const whole = given.copy();
    const trace = join(whole.root, 'trace.txt');
    await start(readmitArgs(whole, 1), { env: { ...DIE_AT, DIE_TRACE: trace } }).ended;
    const changes = readFileSync(trace, 'utf8').trim().split('\n');
    const from = changes.findIndex((change) => change.includes('readmitted-'));
    expect(from).toBeGreaterThan(0);
    for (let at = from + 1; at <= changes.length; at++) {
      const made = given.copy();
      const killed = await start(readmitArgs(made, 1), { env: { ...DIE_AT, DIE_AT: String(at) } }).ended;
      expect(killed.signal, killed.stderr).toBe('SIGKILL');
      // The second asks for another text: it must find the first one's row, or put in its own.
      const again = await start(readmitArgs(made, 2)).ended;
      expect(again.exit, again.stderr).toBe(0);
      expect([changes[at - 1], admitted(made).length, leftovers(made)]).toEqual([changes[at - 1], 1, []]);
    }
  });

  it('can be put in again where its file is gone, under the same name', async () => {
    const made = given.copy();
    const first = parseAnswer<ReadmitSummary>(await start(readmitArgs(made, 1)).ended);
    rmSync(join(folderOf(made), first.file ?? ''));
    expect(parseAnswer<ReadmitSummary>(await start(readmitArgs(made, 1)).ended)).toEqual(first);
    expect(parseAnswer<ReadmitSummary>(await start(readmitArgs(made, 2)).ended)).toMatchObject({
      readmitted: 0,
      skipped: [{ line: 62, reason: `It is in ${first.file} already.` }],
    });
  });
});

describe('the quarantine of NDJSON', () => {
  const JSON_ROWS = OTHER.map((row) => {
    const [corporation, lastmonth, lastyear, employees, exited] = row.split(',');
    return (
      `{"corporation":"${corporation}","lastmonth_activity":${lastmonth},"lastyear_activity":${lastyear},` +
      `"number_of_employees":${employees},"exited":${exited}}`
    );
  });
  const BAD = '{"corporation":"bad","lastmonth_activity":{"v":1},"exited":true}';

  it('is shown, mended, put back as NDJSON and read by the next run, and every verb takes such files', async () => {
    const made = createWorkspace(
      {
        'practicedata/a.csv': csvOf(GOOD),
        'practicedata/b.ndjson': `${[...JSON_ROWS, BAD].join('\n')}\n`,
        'testdata/test.csv': clientsCsv({ from: 500, rows: 40 }),
        'testdata/more.jsonl': `${JSON_ROWS.join('\n')}\n`,
      },
      { model: 'logistic', max_rejected_share: 0.5 },
    );
    expect((await made.run()).rows).toMatchObject({ kept: 80, quarantined: 1 });
    const shown = parseAnswer<QuarantineAnswer>(await made.tidewatch('quarantine', 'list', '--json'));
    expect(shown).toMatchObject({ file: 'b.ndjson', header: 'json', rows: [{ line: 21, raw: BAD }] });
    const refused = await made.tidewatch('quarantine', 'readmit', 'b.ndjson', '21');
    expect(refused.exit).not.toBe(0);
    expect(refused.stderr).toMatch(/would be quarantined again.*lastmonth_activity: got an object/s);
    const mended = BAD.replace('{"v":1}', '7');
    const done = parseAnswer<ReadmitSummary>(
      await made.tidewatch('quarantine', 'readmit', 'b.ndjson', '21', '--text', mended, '--json'),
    );
    expect(done.file).toMatch(/^readmitted-.*\.ndjson$/);
    expect((await made.run()).rows).toMatchObject({ kept: 81, quarantined: 1 });
    for (const verb of [
      ['doctor', '--json'],
      ['score', '--json'],
      ['predict', join(made.root, 'practicedata/b.ndjson'), '-o', join(made.root, 'p.csv')],
      ['risks', '--data', 'testdata/more.jsonl', '--json'],
    ]) {
      const { exit, stderr, stdout } = await made.tidewatch(...verb);
      if (verb[0] === 'doctor') expect(stdout).toContain('3 files, each with the columns');
      if (verb[0] === 'predict')
        expect(stderr).toMatch(/b\.ndjson, line 21: lastmonth_activity: got an object/);
      else expect([verb[0], exit, stderr, stdout.length > 0]).toEqual([verb[0], 0, expect.anything(), true]);
    }
  });
});
