/** Files that are none, that lead elsewhere, or that hold numbers beyond reckoning: each is said to be so, and no more. */
import { execFileSync } from 'node:child_process';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IngestSummary } from '../../src/pipeline/bound/single-steps.ts';
import { clientRows, clientsCsv, csvOf } from './clients.ts';
import { parseAnswer, start } from './command.ts';
import { createWorkspace, removeWorkspaces, temporaryFolder, type Workspace } from './workspace.ts';

const SECRET = 'root:x:0:0:secret';
const GOOD = clientRows({ rows: 60 });
const FILES = { 'practicedata/a.csv': csvOf(GOOD), 'testdata/test.csv': clientsCsv({ from: 500, rows: 40 }) };

let deployed: Workspace;
beforeAll(async () => {
  deployed = createWorkspace(FILES, { model: 'logistic', max_rejected_share: 0.5 });
  await deployed.run();
});
afterAll(removeWorkspaces);

const pipeAt = (path: string): void => void execFileSync('mkfifo', [path]);

function errorOf(outcome: { readonly stdout: string }): { readonly code: string; readonly message: string } {
  return (JSON.parse(outcome.stdout) as { error: { code: string; message: string } }).error;
}

describe('what is no file', () => {
  it('is left out of the input folder with its reason, whatever its format, and a run goes on without it', async () => {
    const made = deployed.copy();
    const input = join(made.root, 'practicedata');
    const outside = join(temporaryFolder(), 'secret.csv');
    writeFileSync(outside, SECRET);
    for (const name of ['pipe.csv', 'pipe.csv.gz', 'pipe.ndjson', 'pipe.parquet']) pipeAt(join(input, name));
    symlinkSync('/dev/zero', join(input, 'zero.csv'));
    symlinkSync(outside, join(input, 'outside.csv'));
    symlinkSync(outside, join(input, 'outside.parquet'));
    for (const name of ['ring.csv', 'ring.csv.part']) symlinkSync(name, join(input, name));
    made.write('kept/b.csv', clientsCsv({ from: 200, rows: 10 }));
    symlinkSync('../kept/b.csv', join(input, 'inside.csv'));
    const outcome = await made.tidewatch('ingest', '--json');
    const { files, rows } = parseAnswer<IngestSummary>(outcome);
    expect(rows).toMatchObject({ kept: 70, quarantined: 0 });
    const told = Object.fromEntries(files.map(({ name, status, reason }) => [name, reason ?? status]));
    const pipe = 'it is a pipe; expected a file';
    expect(told).toEqual({
      'a.csv': 'accepted',
      'inside.csv': 'accepted',
      'pipe.csv': pipe,
      'pipe.csv.gz': pipe,
      'pipe.ndjson': pipe,
      'pipe.parquet': pipe,
      'ring.csv': expect.stringMatching(/it is a link that leads to nothing/),
      'ring.csv.part': expect.stringMatching(/its name says that it is still being written/),
      'zero.csv': 'it is a device; expected a file',
      'outside.csv': expect.stringMatching(/it is a link that leads out of the workspace/),
      'outside.parquet': expect.stringMatching(/it is a link that leads out of the workspace/),
    });
    expect(outcome.stdout + outcome.stderr).not.toContain('secret');
    expect((await made.run()).result).not.toBeNull();
    expect((await made.run()).result).toBe('no-new-data');
    const doctor = await made.tidewatch('doctor');
    expect(doctor.stdout).toMatch(/8 of 10 files cannot be taken/);
    expect(doctor.stdout + doctor.stderr).not.toContain('secret:');
    expect(doctor.stdout).not.toMatch(/A path cannot be used/);
  });

  it('alone in the input folder, or at all in that of the test data, is said', async () => {
    const made = deployed.copy();
    pipeAt(join(made.root, 'testdata/more.csv'));
    const scored = await made.tidewatch('score', '--json');
    expect(errorOf(scored)).toMatchObject({ code: 'input-unreadable' });
    expect(errorOf(scored).message).toMatch(/more\.csv is not read: it is a pipe/);
    rmSync(join(made.root, 'practicedata/a.csv'));
    pipeAt(join(made.root, 'practicedata/a.csv'));
    const ingested = await made.tidewatch('ingest', '--json');
    expect(errorOf(ingested).message).toMatch(/No file of .* can be taken\. a\.csv: it is a pipe/);
  });

  it('is refused where a command names it', async () => {
    const made = deployed.copy();
    const pipe = join(made.root, 'clients.csv');
    pipeAt(pipe);
    const out = join(temporaryFolder(), 'out.csv');
    const empty = temporaryFolder();
    for (const args of [
      ['predict', pipe, '-o', out, '-w', made.root],
      ['predict', '/dev/zero', '-o', out, '-w', made.root],
      ['risks', '--data', 'clients.csv', '-w', made.root],
      ['init', pipe, '-w', empty],
    ]) {
      const outcome = await start([...args, '--json']).ended;
      expect([args[0], errorOf(outcome).code]).toEqual([args[0], 'input-unreadable']);
      expect(errorOf(outcome).message).toMatch(/it is a (?:pipe|device); expected a file/);
    }
  });

  it.each([
    ['config.json', /config\.json is not read: it is a pipe/],
    ['practicemodels/trainedmodel.json', /it is a pipe|cannot be read/],
    ['ingesteddata/snapshot.json', /it is a pipe/],
  ])('is not waited for in place of %s', async (path, told) => {
    const made = deployed.copy();
    rmSync(join(made.root, path));
    pipeAt(join(made.root, path));
    const outcome = await made.tidewatch('score', '--json');
    expect(errorOf(outcome).message).toMatch(told);
  });
});

describe('numbers beyond reckoning', () => {
  const HUGE = 'huge,1.7e308,1.7e308,5,0';

  it('are quarantined with their column, and no run fails for them', async () => {
    const made = deployed.copy();
    made.write('practicedata/b.csv', csvOf([...clientRows({ from: 200, rows: 30 }), HUGE]));
    expect((await made.run()).rows).toMatchObject({ kept: 90, quarantined: 1 });
    expect(made.read('ingesteddata/quarantine/b.csv.quarantine.csv')).toMatch(
      /b\.csv,32,"lastmonth_activity, lastyear_activity",.*beyond 1e\+100, the largest number that is taken/,
    );
  });

  it('refuse a file that is to be predicted, with their place', async () => {
    const made = deployed.copy();
    made.write('new.csv', csvOf([HUGE]));
    const out = join(made.root, 'out.csv');
    const outcome = await made.tidewatch('predict', join(made.root, 'new.csv'), '-o', out, '--json');
    expect(outcome.exit).toBe(3);
    expect(errorOf(outcome)).toMatchObject({ code: 'value-invalid' });
    expect(errorOf(outcome).message).toMatch(/new\.csv, line 2: lastmonth_activity: got "1\.7e308", beyond/);
  });

  it('are read again where an earlier version had taken them in', async () => {
    const made = deployed.copy();
    const path = 'ingesteddata/.compiled.json';
    made.write(path, made.read(path).replace(/"tidewatch-compiled\/\d+"/, '"tidewatch-compiled/2"'));
    const outcome = await made.tidewatch('ingest', '--json');
    expect(parseAnswer<IngestSummary>(outcome).rows).toMatchObject({ read: 60, kept: 60 });
    expect(made.read(path)).not.toContain('"tidewatch-compiled/2"');
  });
});
