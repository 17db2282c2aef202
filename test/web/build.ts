/** Before the tests of the dashboard: builds what is older than its sources and makes the workspace that each copies. */
import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import buildCommand from '../e2e/build.ts';
import { CHROMIUM } from './chromium.ts';
import { createSampleWorkspace } from './sample-workspace.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of the workspace to copy. */
    sampleWorkspace: string;
  }
}

const PAGE = 'dist/web/index.html';

/** Vitest calls it before the first test of the project, and what it answers after the last. */
export default async function setup(project: TestProject): Promise<() => void> {
  if (CHROMIUM === null) {
    process.stderr.write(
      'The browser tests are LEFT OUT: there is no Chromium. Install it (apt-get install -y chromium), or set CHROMIUM to its path.\n',
    );
    project.provide('sampleWorkspace', '');
    return () => undefined;
  }
  buildCommand();
  if (!isFresh()) execFileSync('npx', ['vite', 'build', 'web', '--logLevel', 'warn'], { stdio: 'inherit' });
  const { root } = await createSampleWorkspace();
  project.provide('sampleWorkspace', root);
  return () => rmSync(root, { recursive: true, force: true });
}

function isFresh(): boolean {
  const built = statSync(PAGE, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const names = readdirSync('web', { recursive: true, encoding: 'utf8' });
  return names.every((name) => statSync(join('web', name)).mtimeMs < built);
}
