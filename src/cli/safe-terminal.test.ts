/** What reaches a terminal: nothing of the data can move its cursor, hide text, or turn its direction. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runProgram } from './program.ts';
import { safeTerminal } from './safe-terminal.ts';
import type { Terminal } from './terminal.ts';

function terminalOf(changes: Partial<Terminal> = {}) {
  const [out, err]: [string[], string[]] = [[], []];
  const terminal = safeTerminal({
    out: { write: (text) => void out.push(text) },
    err: { write: (text) => void err.push(text) },
    width: 80,
    colour: false,
    interactive: false,
    env: {},
    ...changes,
  });
  return { terminal, out, err };
}

const HOSTILE =
  'a\u001b]0;title\u0007b\u001b[2Jc\u009b31md\re\u0000f\u007fg\u202eh\u2066i\u2028j\u200ek\u001b[31ml';
const SHOWN =
  'a\\u001b]0;title\\u0007b\\u001b[2Jc\\u009b31md\\u000de\\u0000f\\u007fg\\u202eh\\u2066i\\u2028j\\u200ek\\u001b[31ml';

describe('the terminal of a person', () => {
  it('shows control characters and marks of direction as escapes, and keeps lines and tabs', () => {
    const { terminal, out, err } = terminalOf();
    terminal.out.write(`${HOSTILE}\n\tx`);
    terminal.err.write(HOSTILE);
    expect(out.join('')).toBe(`${SHOWN}\n\tx`);
    expect(err.join('')).toBe(SHOWN);
  });

  it('keeps its own colours and its own redrawn line, and nothing else that is like them', () => {
    const { terminal, out, err } = terminalOf({ colour: true, interactive: true });
    terminal.out.write('\u001b[1mhead\u001b[22m \u001b[8mhidden\u001b[31;5mx');
    expect(out.join('')).toBe('\u001b[1mhead\u001b[22m \\u001b[8mhidden\\u001b[31;5mx');
    terminal.err.write('\r\u001b[Kreading a\r\u001b[Kb');
    expect(err.join('')).toBe('\r\u001b[Kreading a\\u000d\\u001b[Kb');
  });

  it('leaves the value of JSON as it is', () => {
    const value = { text: HOSTILE, more: '"\\\ud83d\ude00' };
    const { terminal, out } = terminalOf();
    terminal.out.write(JSON.stringify(value, null, 2));
    expect(JSON.parse(out.join(''))).toEqual(value);
    expect(out.join('')).not.toMatch(/(?!\n)\p{Cc}|[\u202a-\u202e\u2066-\u2069\u2028]/u);
  });

  it('passes data for a file as it is, unless a person reads it', () => {
    const piped = terminalOf();
    piped.terminal.data?.write(HOSTILE);
    expect(piped.out.join('')).toBe(HOSTILE);
    const read = terminalOf({ isTerminal: true });
    read.terminal.data?.write(HOSTILE);
    expect(read.out.join('')).toBe(SHOWN);
  });
});

describe('the commands', () => {
  const root = mkdtempSync(join(tmpdir(), 'tidewatch-terminal-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const folders = ['practicedata', 'ingesteddata', 'testdata', 'models', 'production_deployment'];
  const keys = [
    'input_folder_path',
    'output_folder_path',
    'test_data_path',
    'output_model_path',
    'prod_deployment_path',
  ];
  const column = 'wide\u001b]0;column\u0007\u202e';

  const said = async (...args: readonly string[]) => {
    const [out, err]: [string[], string[]] = [[], []];
    const exit = await runProgram([...args, '-w', root], {
      out: { write: (text) => void out.push(text) },
      err: { write: (text) => void err.push(text) },
      width: 100,
      colour: true,
      interactive: true,
      env: {},
    });
    return { exit, out: out.join(''), err: err.join('').replaceAll('\r\u001b[K', '') };
  };

  it('show names of files and columns, values, owners and arguments without their control characters', async () => {
    for (const name of folders) mkdirSync(join(root, name));
    const config = {
      ...Object.fromEntries(keys.map((key, k) => [key, folders[k]])),
      columns: { numeric: [column], owner: 'owner' },
      max_rejected_share: 0,
    };
    writeFileSync(join(root, 'config.json'), JSON.stringify(config));
    const file = join(root, 'practicedata', 'a\u001b[2J\u009b.csv');
    writeFileSync(file, `corporation,"${column}",owner,exited\na,\u001b[8mno,Ann\u001b[31m,1\nb,2,Bob,0\n`);
    const commands = [
      ['ingest'],
      ['quarantine', 'list'],
      ['config'],
      ['risks', '--data', `none\u001b[2J.csv`],
      [`\u001b[2Jwrong\u202e`],
      ['runs', 'logs'],
      ['doctor'],
    ];
    for (const args of commands) {
      const { out, err } = await said(...args);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
      const text = `${out}${err}`.replace(/\u001b\[(?:[12]|22|3[1-9])m/g, '');
      expect(text, args.join(' ')).not.toMatch(/(?![\n\t])\p{Cc}|[\u2028-\u202e\u2066-\u2069]/u);
      expect(text.length).toBeGreaterThan(20);
    }
    const { err } = await said('ingest');
    expect(err).toContain('a\\u001b[2J\\u009b.csv');
  });
});
