/** Files as spreadsheets and other systems write them: taken by init, run, predict and the quarantine alike. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QuarantineAnswer, ReadmitSummary } from '../../src/pipeline/data/quarantine.ts';
import { clientRows, clientsCsv } from './clients.ts';
import { parseAnswer, tidewatch } from './command.ts';
import { openWorkspace, removeWorkspaces, temporaryFolder, type Workspace } from './workspace.ts';

/** What a spreadsheet of another country writes: titles, semicolons, a line that describes the columns, one byte a letter. */
const described = (rows: readonly string[]) =>
  [
    'Kunden, Stand "M\u00e4rz"',
    '',
    'corporation;lastmonth_activity;lastyear_activity;number_of_employees;exited',
    'Name;calls;calls;people;',
    ...rows.map((row) =>
      row
        .replace('client', 'M\u00fcller; & S\u00f6hne ')
        .replace(/^([^,]*)/, '"$1"')
        .replaceAll(',', ';'),
    ),
    '',
  ].join('\r\n');
const ROWS = clientRows({ rows: 80 });

const folder = temporaryFolder();
let workspace: Workspace;
afterAll(removeWorkspaces);

const init = async (name: string, ...args: string[]) => {
  const root = join(folder, `workspace-${name}`);
  const outcome = await tidewatch(['init', join(folder, name), '-w', root, ...args]);
  return { ...outcome, workspace: openWorkspace(root) };
};

describe('a file with titles and descriptions, semicolons and bytes of Windows-1252', () => {
  beforeAll(async () => {
    const bad = 'client900,many,1,1,0';
    writeFileSync(join(folder, 'a.csv'), Buffer.from(described([...ROWS, bad]), 'latin1'));
    const made = await init('a.csv', '--numeric', 'lastmonth_activity,lastyear_activity,number_of_employees');
    expect([made.exit, made.stderr]).toEqual([0, '']);
    expect(made.stdout).toContain(
      'Read as: semicolons, Windows-1252, 2 title lines above the header, 1 description line under the header.',
    );
    expect(made.stdout).toMatch(/M\u00fcller; & S\u00f6hne 0 +0 +0 +1 +0/);
    workspace = made.workspace;
  });

  it('is the input that config.json says it is', () => {
    expect(JSON.parse(workspace.read('config.json'))).toMatchObject({
      input: { skip_lines: 2, description_lines: 1 },
    });
  });

  it('is read by a run, and the bad row has the line that a person sees', async () => {
    const { rows } = await workspace.run();
    expect(rows).toMatchObject({ kept: 80, quarantined: 1 });
    const listed = parseAnswer<QuarantineAnswer>(await workspace.tidewatch('quarantine', 'list', '--json'));
    expect(listed.header).toBe('corporation;lastmonth_activity;lastyear_activity;number_of_employees;exited');
    expect(listed.rows).toMatchObject([{ line: 85, raw: '"M\u00fcller; & S\u00f6hne 900";many;1;1;0' }]);
  });

  it('gives its bad row back mended, in its own dialect', async () => {
    const text = '"M\u00fcller; & S\u00f6hne 900";7;1;1;0';
    const { file } = parseAnswer<ReadmitSummary>(
      await workspace.tidewatch('quarantine', 'readmit', 'a.csv', '85', '--text', text, '--json'),
    );
    expect(workspace.read(`sourcedata/${file}`).split('\n')[1]).toBe(text);
    expect((await workspace.run()).rows).toMatchObject({ kept: 81 });
    expect(workspace.read('ingesteddata/finaldata.csv')).toContain('M\u00fcller; & S\u00f6hne 900,7,1,1,0\n');
  });

  it('is predicted as the same rows are in any other dialect', async () => {
    const csv = clientsCsv({ from: 300, rows: 9 });
    const files = {
      'plain.csv': csv,
      'tabs.csv': Buffer.from(`\uFEFF${csv.replaceAll(',', '\t')}`, 'utf16le'),
      'bars.csv': `Clients\n\n${csv.replaceAll(',', '|')}`,
      'excel.csv': `sep=;\r\n${csv.replaceAll(',', ';').replaceAll('\n', '\r\n')}`,
    };
    const answers = [];
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(folder, name), content);
      const out = join(folder, `out-${name}`);
      const { exit, stderr } = await workspace.tidewatch('predict', join(folder, name), '-o', out);
      expect([exit, stderr]).toEqual([0, expect.not.stringContaining('error')]);
      answers.push(readFileSync(out, 'utf8'));
    }
    expect(answers[0]?.split('\n')).toHaveLength(11);
    expect(new Set(answers).size).toBe(1);
  });
});

describe('the encoding that a person names', () => {
  it('is kept, and what this system writes beside such files is still UTF-8', async () => {
    const text = described([...ROWS, 'client900,many,1,1,0'])
      .replaceAll('client', '')
      .replaceAll('&', '\u00a4');
    writeFileSync(join(folder, 'euro.csv'), Buffer.from(text, 'latin1'));
    const asked = await init('euro.csv', '--no-copy');
    expect(asked.stdout).toMatch(
      /read as Windows-1252; ISO 8859-15 has other characters.*--encoding iso-8859-15/s,
    );
    writeFileSync(join(folder, 'euro2.csv'), Buffer.from(text, 'latin1'));
    const numbers = ['--numeric', 'lastmonth_activity,lastyear_activity,number_of_employees'];
    const made = await init('euro2.csv', '--encoding', 'ISO-8859-15', ...numbers);
    expect(made.stdout).toMatch(/M\u00fcller; \u20ac S\u00f6hne 0/);
    const mended = '"M\u00fcller; \u20ac S\u00f6hne 900";7;1;1;0';
    await made.workspace.run();
    await made.workspace.tidewatch('quarantine', 'readmit', 'euro2.csv', '85', '--text', mended);
    expect(readdirSync(join(made.workspace.root, 'sourcedata'))).toHaveLength(2);
    await made.workspace.run();
    expect(made.workspace.read('ingesteddata/finaldata.csv')).toContain(
      'M\u00fcller; \u20ac S\u00f6hne 900,7,1,1,0\n',
    );
  });

  it.each([
    [['--encoding', 'cp850'], /--encoding is "cp850"; expected one of utf-8, utf-16le/],
    [['--delimiter', ':'], /--delimiter is ":"; expected comma, semicolon, tab or bar/],
    [['--skip-lines', '-1'], /--skip-lines is "-1"; expected a whole number from 0 to 1000/],
    [['--description-lines', '11'], /--description-lines is "11"; expected a whole number from 0 to 10/],
  ])('or another of %j that nobody knows is refused', async (args, message) => {
    writeFileSync(join(folder, 'n.csv'), clientsCsv({ rows: 30 }));
    const { exit, stderr } = await init('n.csv', ...args);
    expect([exit === 0, stderr]).toEqual([false, expect.stringMatching(message)]);
  });
});
