/** A running server over a copy of the sample workspace and a browser in front of it, watched for every fault of a page. */
import { mkdirSync, rmSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { inject } from 'vitest';
import { serve } from '../e2e/served.ts';
import { openWorkspace, type Workspace } from '../e2e/workspace.ts';
import { CHROMIUM } from './chromium.ts';

const SCREENSHOTS = 'test/web/screenshots';
/** Pages wait for a server that shares its processor with other tests. */
const PATIENCE_MS = 20_000;

export interface Stage {
  readonly url: string;
  readonly workspace: Workspace;
  /** A new page in a browser that knows nothing yet. */
  open(options?: BrowserContextOptions): Promise<Page>;
  /** What pages have done wrong so far: errors on the console, requests to other places. Empties the list. */
  faults(): string[];
  stopServer(): Promise<void>;
  close(): Promise<void>;
}

interface StageOptions {
  /** The key that the server asks for. */
  readonly apiKey?: string;
  /** Another workspace than a copy of the sample. */
  readonly workspace?: Workspace;
}

/** Starts both. */
export async function openStage({ apiKey, workspace: other }: StageOptions = {}): Promise<Stage> {
  const workspace = other ?? openWorkspace(inject('sampleWorkspace')).copy();
  const env: Record<string, string> = apiKey === undefined ? {} : { TIDEWATCH_API_KEY: apiKey };
  const { url, ...server } = await serve(workspace.root, [], { env });
  const browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] });
  const faults: string[] = [];
  const stopServer = async (): Promise<void> => {
    server.process.kill('SIGTERM');
    await server.ended;
  };
  return {
    url,
    workspace,
    open: (options = {}) => openPage(browser, url, options, faults),
    faults: () => faults.splice(0),
    stopServer,
    close: async () => {
      await browser.close();
      await stopServer();
      rmSync(workspace.root, { recursive: true, force: true });
    },
  };
}

async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions,
  faults: string[],
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  page.on('pageerror', ({ message }) => faults.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
  });
  page.on('request', (request) => {
    const target = request.url();
    if (!target.startsWith(url) && !/^(data|blob):/.test(target)) faults.push(`asked for ${target}`);
  });
  return page;
}

/** Goes to an address of the dashboard and waits until all that it asks for is there. */
export async function visit(page: Page, url: string, hash: string): Promise<void> {
  await page.goto(`${url}/${hash}`);
  await settled(page);
}

/** Waits until nothing on the page is loading. */
export async function settled(page: Page): Promise<void> {
  await page.locator('main h1').waitFor();
  await page.waitForFunction(() => document.querySelector('.state.pulse, .refreshing') === null);
}

export async function keepScreenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: `${SCREENSHOTS}/${name}.png`, fullPage: true });
}
