/** Completion scripts in real shells, and the help and the suggestions of the command line. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../program.ts';
import { dynamicWords } from './dynamic-words.ts';
import { SHELLS, type Shell } from './shell-script.ts';

let folder = '';
const scripts = new Map<Shell, string>();

async function tidewatch(
  args: readonly string[],
  width = 100,
): Promise<{ exit: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const exit = await runProgram(args, {
    out: { write: (text) => void out.push(text) },
    err: { write: (text) => void err.push(text) },
    width,
    colour: false,
    interactive: false,
    env: {},
  });
  return { exit, out: out.join(''), err: err.join('') };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tidewatch-completion-'));
  for (const shell of SHELLS) {
    const { out } = await tidewatch(['completion', shell]);
    scripts.set(shell, join(folder, shell));
    writeFileSync(join(folder, shell), out);
  }
  writeFileSync(join(folder, 'clients one.csv'), '');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What bash offers for a line that ends where the cursor is. */
function offered(line: string): string[] {
  const words = line.split(' ');
  const program = `
    tidewatch() { printf '%s\\n' champion 64b4b74b2fcd "asked:$*" | tr ' ' '_'; }
    source "$1"; shift
    COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 ))
    _tidewatch
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const text = execFileSync('bash', ['-c', program, 'bash', scripts.get('bash') ?? '', ...words], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return text.split('\n').filter((word) => word !== '');
}

const has = (program: string): boolean => spawnSync(program, ['--version']).status === 0;

/** Whether the shell finds no fault in its script, which it only parses. */
const isRead = (shell: Shell, flag: string): boolean =>
  spawnSync(shell, [flag, scripts.get(shell) ?? '']).status === 0;

describe.skipIf(!has('bash'))('completion in bash', () => {
  it('offers commands by their beginning, and those below a command', () => {
    expect(offered('tidewatch do')).toEqual(['doctor']);
    expect(offered('tidewatch models pro')).toEqual(['promote']);
    expect(offered('tidewatch ')).toContain('risks');
    expect(offered('tidewatch ')).not.toContain('help');
  });

  it('offers the options of the command before the cursor, and no other', () => {
    expect(offered('tidewatch doctor --o')).toEqual(['--online']);
    expect(offered('tidewatch run --o')).toEqual([]);
    expect(offered('tidewatch -w x doctor --onl')).toEqual(['--online']);
  });

  it('offers the choices of an option, also after an equals sign', () => {
    expect(offered('tidewatch run --log wa')).toEqual(['warn']);
    expect(offered('tidewatch run --log = wa')).toEqual(['warn']);
    expect(offered('tidewatch completion z')).toEqual(['zsh']);
  });

  it('offers files whose names have spaces as one word', () => {
    expect(offered('tidewatch predict cli')).toEqual(['clients one.csv']);
  });

  it('offers models of the workspace that the line names', () => {
    expect(offered('tidewatch models show 64')).toEqual(['64b4b74b2fcd']);
    expect(offered('tidewatch models show -w /srv/a asked')).toEqual([
      'asked:completion_--words_models_-w_/srv/a',
    ]);
  });
});

describe('completion in other shells', () => {
  it.skipIf(!has('zsh'))('is a script that zsh reads', () => {
    expect(isRead('zsh', '-n')).toBe(true);
  });

  it.skipIf(!has('fish'))('is a script that fish reads', () => {
    expect(isRead('fish', '--no-execute')).toBe(true);
  });

  it('asks for one of the shells that there are', async () => {
    expect(await tidewatch(['completion', 'tcsh'])).toMatchObject({ exit: 2 });
    expect(await tidewatch(['completion'])).toMatchObject({ exit: 2 });
  });

  it('offers the aliases, and no error, where the workspace cannot be read', async () => {
    expect(await dynamicWords(['-w', join(folder, 'nowhere')])).toBe('champion\nchallenger\nprevious\n');
  });
});

describe('the help', () => {
  it('suggests the nearest command and the nearest option', async () => {
    const command = await tidewatch(['docter']);
    expect(command).toMatchObject({ exit: 2, err: expect.stringContaining('Did you mean doctor?') });
    const option = await tidewatch(['doctor', '--onlin']);
    expect(option).toMatchObject({ exit: 2, err: expect.stringContaining('Did you mean --online?') });
    const below = await tidewatch(['models', 'promot']);
    expect(below.err).toContain('Did you mean promote?');
  });

  it('has an example for every command', async () => {
    const { out } = await tidewatch(['completion', 'bash']);
    const paths = [...out.matchAll(/ path='([^']+)'/g)].map((found) => found[1] ?? '');
    expect(paths.length).toBeGreaterThan(30);
    for (const path of paths) {
      const { out: help } = await tidewatch([...path.split(' '), '--help']);
      const isParent = paths.some((other) => other.startsWith(`${path} `));
      if (!isParent || path === 'schedule')
        expect(help, path).toMatch(new RegExp(`^ .*tidewatch ${path}`, 'm'));
    }
  });

  it.each([60, 80, 120])('keeps its own lists within %i columns', async (width) => {
    const { out } = await tidewatch(['--help'], width);
    const lists = out.slice(0, out.indexOf('First steps:'));
    for (const line of lists.split('\n')) expect(line.length, line).toBeLessThanOrEqual(width);
  });
});
