import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { findInCrontab, installInCrontab, removeFromCrontab, renderCrontabLine } from './crontab.ts';
import type { ScheduledCommand } from './scheduled-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'crontab-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const commandIn = (workspace: string, change: Partial<ScheduledCommand> = {}): ScheduledCommand => ({
  nodePath: '/usr/local/bin/node',
  scriptPath: '/opt/tidewatch/dist/main.js',
  args: ['run'],
  workspace,
  logPath: `${workspace}/tidewatch.log`,
  ...change,
});
const every = '*/10 * * * *';
const lineOf = (workspace: string, expression = every) => renderCrontabLine(expression, commandIn(workspace));

/** What cron gives to the shell: the rest of the line after five fields, `\%` as `%`, cut at a bare `%`. */
function shellCommand(line: string): string {
  const command = line.split(' ').slice(5).join(' ');
  return (command.split(/(?<!\\)%/)[0] ?? '').replaceAll('\\%', '%');
}

describe('the line for the crontab', () => {
  it('names everything by absolute path and ends in a comment with the workspace', () => {
    expect(lineOf('/srv/attrition')).toBe(
      '*/10 * * * * PATH=/usr/local/bin:/usr/bin:/bin /usr/local/bin/node /opt/tidewatch/dist/main.js run ' +
        '--workspace /srv/attrition >> /srv/attrition/tidewatch.log 2>&1 # tidewatch: /srv/attrition',
    );
  });

  it('writes a nickname out', () => {
    expect(lineOf('/w', '@hourly')).toMatch(/^0 \* \* \* \* PATH=/);
  });

  it.each(['plain', 'two words', "it's", '100 % sure', '$HOME `id` "x"', '# not a comment', 'ä 😀', '; &&'])(
    'runs as it should in a workspace called "%s"',
    (name) => {
      const workspace = join(folder, name);
      mkdirSync(workspace);
      const script = join(workspace, 'say.mjs');
      writeFileSync(script, 'console.log(JSON.stringify([process.argv.slice(2), process.env.NAME]));');
      const logPath = join(workspace, 'a log.txt');
      const line = renderCrontabLine(every, {
        ...commandIn(workspace),
        nodePath: process.execPath,
        scriptPath: script,
        logPath,
        environment: { NAME: `${name} %` },
      });
      for (let time = 0; time < 2; time++) execFileSync('/bin/sh', ['-c', shellCommand(line)], { cwd: '/' });
      const said = JSON.stringify([['run', '--workspace', workspace], `${name} %`]);
      expect(readFileSync(logPath, 'utf8')).toBe(`${said}\n${said}\n`);
    },
  );

  it.each([
    ['a relative path', commandIn('srv/x')],
    ['a line break', commandIn('/srv/a\nb')],
    ['a backslash', commandIn('/srv/a\\b')],
    ['a path that is too long', commandIn(`/srv/${'x'.repeat(400)}`)],
    ['a variable that is none', commandIn('/srv/x', { environment: { 'A B': '1' } })],
  ])('is refused with %s', (_, command) => {
    expect(() => renderCrontabLine(every, command)).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  it('is refused with a bad expression', () => {
    expect(() => lineOf('/w', '61 * * * *')).toThrow(/minute is "61"/);
  });
});

describe('the crontab', () => {
  const others = '# my jobs\nMAILTO=me\n\n 5 4 * * *  backup   \n@reboot x % y';

  it('gets the entry at its end', () => {
    expect(installInCrontab('', lineOf('/w'), '/w')).toBe(`${lineOf('/w')}\n`);
    expect(installInCrontab(`${others}\n`, lineOf('/w'), '/w')).toBe(`${others}\n${lineOf('/w')}\n`);
    expect(installInCrontab(others, lineOf('/w'), '/w')).toBe(`${others}\n${lineOf('/w')}\n`);
  });

  it('keeps one entry a workspace, in its place', () => {
    const [first, second] = [lineOf('/w'), lineOf('/w', '0 6 * * *')];
    expect(installInCrontab(`a\n${first}\nb\n${first}\n`, second, '/w')).toBe(`a\n${second}\nb\n`);
    expect(installInCrontab(`a\n${first}\nb\n`, first, '/w')).toBe(`a\n${first}\nb\n`);
  });

  it('tells a workspace from one whose path begins or ends alike', () => {
    const text = ['/w', '/w/w', '/x/w', '/w 2'].reduce(
      (crontab, workspace) => installInCrontab(crontab, lineOf(workspace), workspace),
      '',
    );
    expect(text.split('\n')).toHaveLength(5);
    const rest = removeFromCrontab(text, '/w');
    expect(rest).toBe(['/w/w', '/x/w', '/w 2'].map((workspace) => `${lineOf(workspace)}\n`).join(''));
    expect(findInCrontab(rest, '/w')).toBeNull();
  });

  it('shows the entry of a workspace, if it is in force', () => {
    const line = lineOf('/w 100 %', '0 6 * * mon-fri');
    const text = `${others}\n${line}\n`;
    expect(findInCrontab(text, '/w 100 %')).toEqual({ expression: '0 6 * * mon-fri', line });
    expect(findInCrontab(text, '/w')).toBeNull();
    expect(findInCrontab('', '/w')).toBeNull();
    expect(findInCrontab(`#${line}\n`, '/w 100 %')).toBeNull();
  });

  it('has all its other lines, byte for byte, after an install and a removal', () => {
    const text = fc.array(fc.string({ unit: 'binary' }).map((line) => `${line.replaceAll('\n', '')}\n`));
    const name = fc.string({ minLength: 1 }).filter((value) => !/[\p{Cc}\\]/u.test(value));
    fc.assert(
      fc.property(text, name, (lines, value) => {
        const before = lines.join('');
        const workspace = `/w/${value}`;
        const line = renderCrontabLine(every, commandIn(workspace));
        const installed = installInCrontab(before, line, workspace);
        expect(findInCrontab(installed, workspace)?.expression).toBe(every);
        expect(installInCrontab(installed, line, workspace)).toBe(installed);
        expect(removeFromCrontab(installed, workspace)).toBe(before);
      }),
      { numRuns: 200 },
    );
  });
});
