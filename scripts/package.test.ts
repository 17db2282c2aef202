import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as {
  scripts: Readonly<Record<string, string>>;
};

it('npm start serves the workspace that npm run demo makes', () => {
  const made = /demo --dir (\S+)/.exec(scripts['demo'] ?? '')?.[1];
  const served = /serve --workspace (\S+)/.exec(scripts['start'] ?? '')?.[1];
  expect(made).toBe('.demo');
  expect(served).toBe(made);
});
