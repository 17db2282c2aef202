import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { hasEnded, PROCESS_NAME, pidOf, processName } from './process-life.ts';

const isLinux = process.platform === 'linux';
const source = new URL('./process-life.ts', import.meta.url).href;
const SAY = `import('tsx/esm/api').then(async ({ register }) => {
  register();
  process.stdout.write((await import('${source}')).processName());
})`;

/** The name of a process that has ended. */
function endedProcess(): string {
  return spawnSync(process.execPath, ['-e', SAY], { encoding: 'utf8' }).stdout;
}

const withPart = (index: number, part: string) =>
  processName()
    .split('-')
    .map((each, place) => (place === index ? part : each))
    .join('-');

describe('the name of a process', () => {
  it('has a form of its own and begins with its number', () => {
    expect(processName()).toMatch(new RegExp(`^${PROCESS_NAME}$`));
    expect(pidOf(processName())).toBe(process.pid);
    expect(processName()).toBe(processName());
  });
});

describe.runIf(isLinux)('hasEnded', () => {
  const gone = endedProcess();

  it('knows a process of this boot and namespace that is gone', () => {
    expect(gone).toMatch(new RegExp(`^${PROCESS_NAME}$`));
    expect(hasEnded(gone)).toBe(true);
  });

  it('knows one whose number another process has by now, this one too', () => {
    expect(hasEnded(withPart(1, '1'))).toBe(true);
    expect(hasEnded(gone.replace(/^\d+/, String(process.ppid)))).toBe(true);
  });

  it('knows one that has ended and that its parent has not asked after', async () => {
    // The shell becomes a program that waits for none of its children.
    const parent = spawn('sh', [
      '-c',
      `"${process.execPath}" -e "${SAY.replaceAll('\n', ' ')}" & exec sleep 60`,
    ]);
    const [said] = (await once(parent.stdout, 'data')) as [Buffer];
    await expect.poll(() => hasEnded(said.toString())).toBe(true);
    parent.kill();
  });

  it.each<[string, string]>([
    ['this process', processName()],
    ['one of another PID namespace, whose numbers are others', gone.replace(/-\d+(-[0-9a-f]+)$/, '-1$1')],
    ['one of another boot, or of another machine', gone.replace(/[0-9a-f]+$/, 'abc')],
    ['one that told nothing but its number', gone.replace(/-.*/, '')],
    ['one of a system that tells nothing but that', gone.replace(/-.*/, '-0-0-0')],
    ['what is no process', 'x'],
    ['nothing', ''],
  ])('does not say so of %s', (_, name) => {
    expect(hasEnded(name)).toBe(false);
  });
});
