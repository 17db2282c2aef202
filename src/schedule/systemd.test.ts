import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseCronExpression } from './cron-expression.ts';
import type { ScheduledCommand } from './scheduled-command.ts';
import { renderOnCalendar, renderService, renderTimer, unitName } from './systemd.ts';

const folder = mkdtempSync(join(tmpdir(), 'systemd-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const ANALYZE = 'systemd-analyze';
const analyze = (...args: string[]) => spawnSync(ANALYZE, args, { encoding: 'utf8' });
const noSystemd = analyze('--version').error !== undefined;

const command: ScheduledCommand = {
  nodePath: '/usr/bin/node',
  scriptPath: '/opt/tide watch/main.js',
  args: ['run'],
  workspace: '/srv/100% "a" $b \\c',
  logPath: '/srv/100%/the log',
};

describe('the service', () => {
  it('runs once, with every word quoted and escaped as systemd reads it', () => {
    const lines = renderService(command).split('\n');
    expect(lines).toContain('Type=oneshot');
    expect(lines).toContain('SuccessExitStatus=4 9');
    expect(lines).toContain('WorkingDirectory=/srv/100%% "a" $b \\c');
    expect(lines).toContain('Environment="PATH=/usr/bin:/usr/local/bin:/bin"');
    expect(lines).toContain(
      'ExecStart="/usr/bin/node" "/opt/tide watch/main.js" "run" "--workspace" "/srv/100%% \\"a\\" $$b \\\\c"',
    );
    expect(lines).toContain('StandardOutput=append:/srv/100%%/the log');
  });

  it.each(['srv/x', '/srv/a\nExecStart=/bin/rm'])('refuses the workspace %j', (workspace) => {
    expect(() => renderService({ ...command, workspace })).toThrow(
      expect.objectContaining({ code: 'usage' }),
    );
  });
});

describe('the timer', () => {
  it.each([
    ['*/10 * * * *', '*-*-* *:00,10,20,30,40,50:00'],
    ['* * * * *', '*-*-* *:*:00'],
    ['@hourly', '*-*-* *:00:00'],
    ['30 6 * * *', '*-*-* 06:30:00'],
    ['0 6 * * 1-5', 'Mon,Tue,Wed,Thu,Fri *-*-* 06:00:00'],
    ['0 0 1 */3 *', '*-01,04,07,10-01 00:00:00'],
  ])('says "%s" as "%s"', (expression, calendar) => {
    expect(renderTimer(expression, '/srv/x').split('\n')).toContain(`OnCalendar=${calendar}`);
  });

  it('refuses what cron can say and systemd cannot', () => {
    expect(() => renderTimer('0 0 1 * 1', '/srv/x')).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining('crontab') }),
    );
    expect(() => renderTimer('every day', '/srv/x')).toThrow(/fields/);
  });

  it.skipIf(noSystemd).each(['*/10 * * * *', '5,35 8-18/2 * jan-jun mon-fri', '0 0 29 2 *', '@weekly'])(
    'is understood by systemd for "%s"',
    (expression) => {
      const calendar = renderOnCalendar(parseCronExpression(expression));
      const { stdout } = analyze('calendar', calendar);
      expect(stdout).toMatch(/Next elapse: (?!never)/);
    },
  );
});

describe('the units together', () => {
  it('have a name of their own for each workspace', () => {
    const names = ['/srv/a', '/srv/b/a', '/srv/a b', '/srv/a-b', '/'].map(unitName);
    expect(new Set(names).size).toBe(5);
    for (const name of names) expect(name).toMatch(/^tidewatch-[\w.-]+-[0-9a-f]{8}$/);
  });

  it.skipIf(noSystemd)('are accepted by systemd, in a folder with a difficult name', () => {
    const workspace = join(folder, '100% "a" $b \\c');
    mkdirSync(workspace);
    const name = unitName(workspace);
    const units = {
      service: renderService({
        ...command,
        nodePath: process.execPath,
        workspace,
        logPath: join(workspace, 'log'),
      }),
      timer: renderTimer('*/10 * * * *', workspace),
    };
    const paths = Object.entries(units).map(([kind, text]) => {
      const path = join(folder, `${name}.${kind}`);
      writeFileSync(path, text);
      return path;
    });
    const { status, stderr } = analyze('verify', '--man=no', ...paths);
    expect(stderr.split('\n').filter((line) => line.includes(name))).toEqual([]);
    expect(status).toBe(0);
  });
});
