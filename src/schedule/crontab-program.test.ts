import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readCrontab, writeCrontab } from './crontab-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'crontab-program-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let programs = 0;

/** A real program with the manners of crontab, and the file that it keeps. */
function installProgram(body: string): { program: string; kept: string } {
  const program = join(folder, `crontab-${++programs}`);
  const kept = `${program}.kept`;
  writeFileSync(program, `#!/bin/sh\nKEPT='${kept}'\n${body}\n`, { mode: 0o755 });
  return { program, kept };
}

const CRONTAB = `
case "$1" in
  -l) if [ -f "$KEPT" ]; then cat "$KEPT"; else echo "no crontab for $(id -un)" >&2; exit 1; fi ;;
  -) cat > "$KEPT" ;;
  *) exit 2 ;;
esac`;

describe('the crontab of the user', () => {
  it('is empty before there is one, and then what was written', async () => {
    const { program, kept } = installProgram(CRONTAB);
    expect(await readCrontab(program)).toBe('');
    const text = `# ä 😀\n*/10 * * * * a \\% b\n${'0 0 * * * x\n'.repeat(20_000)}`;
    await writeCrontab(text, program);
    expect(readFileSync(kept, 'utf8')).toBe(text);
    expect(await readCrontab(program)).toBe(text);
  });

  it('says what to do where cron is not installed', async () => {
    const missing = { code: 'command-missing', message: expect.stringMatching(/Install cron.*--schedule/) };
    await expect(readCrontab(join(folder, 'nothing'))).rejects.toMatchObject(missing);
    await expect(writeCrontab('x', join(folder, 'nothing'))).rejects.toMatchObject(missing);
  });

  it('says what cron said where it refuses', async () => {
    const { program, kept } = installProgram(
      'echo "You (ann) are not allowed to use this program" >&2; exit 1',
    );
    const refused = { code: 'command-failed', message: expect.stringContaining('You (ann) are not allowed') };
    await expect(readCrontab(program)).rejects.toMatchObject(refused);
    await expect(writeCrontab('x'.repeat(1e6), program)).rejects.toMatchObject(refused);
    expect(existsSync(kept)).toBe(false);
  });
});
