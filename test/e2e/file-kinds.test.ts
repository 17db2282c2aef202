/** Files as people have them: Excel workbooks and arrays of JSON from `init` to `predict`, and what lies beside the data. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QuarantineAnswer } from '../../src/pipeline/data/quarantine.ts';
import type { RunSummary } from '../../src/pipeline/run/run-summary.ts';
import type { FileProposal } from '../../src/steps/propose.ts';
import { type Made, makeWorkbook } from '../workbooks.ts';
import { clientRows, clientsCsv, csvOf } from './clients.ts';
import { parseAnswer, tidewatch } from './command.ts';
import {
  createWorkspace,
  openWorkspace,
  removeWorkspaces,
  temporaryFolder,
  type Workspace,
} from './workspace.ts';

afterAll(removeWorkspaces);

const CLIENTS = Array.from({ length: 120 }, (_, k) => ({
  client: k % 10 === 0 ? `=c${k}` : `c${k}`,
  usage: ((k * 37) % 101) / 4,
  plan: ['basic', 'plus'][k % 2] as string,
  churned: ((k * 37) % 101) + ((k * 61) % 89) < 70,
}));
const NAMES = ['client', 'usage', 'plan', 'churned'];

const KINDS: Record<string, Buffer | string> = {
  'clients.xlsx': makeWorkbook([
    { name: 'About', rows: [['Clients'], ['as of today']] },
    {
      name: 'Data',
      rows: [['Clients'], null, NAMES, ...CLIENTS.map((client): Made[] => Object.values(client))],
    },
  ]),
  'clients.json': JSON.stringify(CLIENTS, null, 2),
};

describe.each(Object.entries(KINDS))('%s', (name, content) => {
  it('is looked at, learned from and predicted like any file of data', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, name), content);
    const made = await tidewatch(['init', join(folder, name), '-w', join(folder, 'w'), '--json']);
    expect(made.stderr).toBe('');
    const proposal = parseAnswer<FileProposal>(made);
    expect(proposal).toMatchObject({
      rows: 120,
      columns: {
        id: 'client',
        numeric: ['usage'],
        categorical: ['plan'],
        target: 'churned',
        positive: 'true',
      },
    });
    const workspace = openWorkspace(join(folder, 'w'));
    const run = parseAnswer<RunSummary>(await workspace.tidewatch('run', '--json'));
    expect(run).toMatchObject({
      result: 'first-deployment',
      rows: { read: 120, kept: 120 },
      files: [{ name }],
    });
    const out = join(folder, 'out.csv');
    const predicted = await workspace.tidewatch('predict', join(folder, name), '-o', out);
    expect(predicted.exit).toBe(0);
    const lines = readFileSync(out, 'utf8').trimEnd().split('\n');
    // A spreadsheet would run an id that begins like a formula.
    expect(lines.slice(1).map((line) => line.split(',')[0])).toEqual(
      CLIENTS.map(({ client }) => (client.startsWith('=') ? `'${client}` : client)),
    );
    const doctor = await workspace.tidewatch('doctor');
    expect(doctor.stdout).toContain('1 file, each with the columns that are expected');
  }, 60_000);
});

describe('rows of a workbook beside files of a decimal comma', () => {
  it('come back from the quarantine with the numbers that the workbook has', async () => {
    const folder = temporaryFolder();
    const lines = CLIENTS.map(({ usage, ...client }) =>
      Object.values({ ...client, usage: String(usage + 1000).replace('.', ',') }).join(';'),
    );
    const csv = ['Clients', 'client;plan;churned;usage', ...lines].join('\n');
    writeFileSync(join(folder, 'a.csv'), `${csv}\n`);
    await tidewatch(['init', join(folder, 'a.csv'), '-w', join(folder, 'w')]);
    const workspace = openWorkspace(join(folder, 'w'));
    const rows: Made[][] = [
      ['d1', 12.345, 'basic', true],
      ['d2', 12.345, 'basic', 'maybe'],
      ['007', 0.5, 'plus', 'maybe'],
    ];
    writeFileSync(
      join(folder, 'w', 'sourcedata', 'b.xlsx'),
      makeWorkbook([{ name: 'Data', rows: [NAMES, ...rows] }]),
    );
    await workspace.tidewatch('ingest');
    for (const [line, text] of [
      ['3', '"d2",12.345,"basic",true'],
      ['4', '007,0.5,plus,false'],
    ] as const) {
      const answer = await workspace.tidewatch('quarantine', 'readmit', 'b.xlsx', line, '--text', text);
      expect(answer.stderr).toBe('');
    }
    expect((await workspace.tidewatch('ingest')).exit).toBe(0);
    const kept = readFileSync(join(folder, 'w', 'ingesteddata', 'finaldata.csv'), 'utf8');
    expect(kept).toContain('\nd1,12.345,basic,true\n');
    expect(kept).toContain('\nd2,12.345,basic,true\n');
    expect(kept).toContain('\n007,0.5,plus,false\n');
  }, 30_000);
});

describe('a run that refuses its rows', () => {
  let workspace: Workspace;
  beforeAll(() => {
    workspace = createWorkspace(
      {
        'practicedata/a.csv': clientsCsv({ rows: 60 }),
        'practicedata/b.csv': csvOf([
          ...clientRows({ from: 100, rows: 5 }),
          ...clientRows({ from: 200, rows: 30 }).map((row) => row.replace(/,[01]$/, ',maybe')),
          'short,1',
        ]),
        'testdata/test.csv': clientsCsv({ from: 500, rows: 40 }),
      },
      { model: 'logistic' },
    );
  });

  it('names the file and the commonest reasons with their rows, and the quarantine is counted', async () => {
    const run = await workspace.tidewatch('run');
    expect(run.exit).toBe(3);
    expect(run.stderr).toMatch(/31 of 96 rows .* were not accepted/);
    expect(run.stderr).toMatch(
      /The commonest reasons: .*"maybe".* \(30 rows, first b\.csv, line 7\); .* \(1 row, first b\.csv, line 37\)/,
    );
    const listed = parseAnswer<QuarantineAnswer>(
      await workspace.tidewatch('quarantine', 'list', '--json', '--limit', '2'),
    );
    expect(listed.files).toMatchObject([{ name: 'b.csv', rows: 31 }]);
    expect((await workspace.tidewatch('quarantine', 'list')).stdout).toContain('Files: b.csv (31)');
  });
});

describe('what lies beside the data', () => {
  it('is named by every run and by the doctor, and is no alarm and no new data', async () => {
    const workspace = createWorkspace(
      {
        'practicedata/a.csv': clientsCsv({ rows: 60 }),
        'practicedata/clients.txt': 'a\tb\n',
        'testdata/test.csv': clientsCsv({ from: 500, rows: 40 }),
      },
      { model: 'logistic' },
    );
    mkdirSync(join(workspace.root, 'practicedata', 'old'));
    const ignored = [
      { name: 'clients.txt', status: 'ignored', reason: expect.stringContaining('rename it to clients.csv') },
      { name: 'old', status: 'ignored', reason: expect.stringContaining('it is a folder') },
    ];
    const first = await workspace.tidewatch('run', '--json');
    expect(parseAnswer<RunSummary>(first).files).toMatchObject([
      { name: 'a.csv', status: 'accepted' },
      ...ignored,
    ]);
    const second = await workspace.tidewatch('run', '--json');
    expect(second.exit).toBe(first.exit);
    expect(parseAnswer<RunSummary>(second)).toMatchObject({ result: 'no-new-data', files: ignored });
    expect((await workspace.tidewatch('run')).stdout).toMatch(
      /ignored {3}clients\.txt: files that end in \.txt are not read/,
    );
    expect((await workspace.tidewatch('doctor')).stdout).toMatch(/input files +warning +2 of what lies in/);
  });
});
