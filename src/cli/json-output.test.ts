/** What the commands print with --json has the keys that docs/json-output.md says. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateDemoFiles } from '../core/demo-data.ts';
import { runProgram } from './program.ts';

const documented = [
  ...readFileSync('docs/json-output.md', 'utf8').matchAll(/^\| `([^`]+)` \| (.*) \|$/gm),
].map(([, command = '', keys = '']) => ({
  command,
  keys: [...keys.matchAll(/`(\w+)`/g)].map((key) => key[1]),
}));

let root = '';

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'tidewatch-json-'));
  for (const [path, content] of generateDemoFiles(2)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  const config = {
    input_folder_path: 'practicedata',
    output_folder_path: 'ingesteddata',
    test_data_path: 'testdata',
    output_model_path: 'models',
    prod_deployment_path: 'production_deployment',
    npm_timeout_ms: 0,
  };
  writeFileSync(join(root, 'config.json'), JSON.stringify(config));
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

/** What commands need to be told beside their name. */
const argumentsOf = (command: string): string[] =>
  command === 'predict' ? [join(root, 'testdata/testdata.csv'), '-o', join(root, 'predictions.csv')] : [];

describe('the object that --json prints', () => {
  it('is documented for the commands that people script', () => {
    expect(documented.map(({ command }) => command)).toEqual(
      expect.arrayContaining(['run', 'risks', 'doctor']),
    );
  });

  // In the order of the document, in which each command finds what those before it made.
  it.each(documented)('has the documented keys: $command', { timeout: 60_000 }, async ({ command, keys }) => {
    const out: string[] = [];
    const exit = await runProgram([...command.split(' '), ...argumentsOf(command), '-w', root, '--json'], {
      out: { write: (text) => void out.push(text) },
      err: { write: () => undefined },
      width: 80,
      colour: true,
      interactive: true,
      env: {},
    });
    // The doctor of a workspace on a machine without a schedule or with little space may warn, or find a problem.
    if (command !== 'doctor') expect(exit, out.join('')).toBe(0);
    expect(Object.keys(JSON.parse(out.join('')) as object).sort()).toEqual([...keys].sort());
  });
});
