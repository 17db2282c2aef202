import { afterEach, describe, expect, it } from 'vitest';
import { createWorkspace } from '../e2e/workspace.ts';
import { CHROMIUM } from './chromium.ts';
import { PAGES } from './pages.ts';
import { openStage, type Stage, settled, visit } from './stage.ts';

describe.skipIf(CHROMIUM === null)('the dashboard where not all is well', () => {
  let stage: Stage | null = null;
  afterEach(async () => {
    await stage?.close();
    stage = null;
  });

  it('asks for the key of the server, refuses a wrong one, and forgets it with the tab', async () => {
    stage = await openStage({ apiKey: 'a-key-for-tests' });
    const page = await stage.open();
    await page.goto(stage.url);
    await page.getByText('Enter the key of this server first.').first().waitFor();
    expect(await page.locator('main').textContent()).not.toContain('Authorization');
    await page.getByLabel(/^API key/).fill('wrong');
    await page.getByRole('button', { name: 'Use this key' }).click();
    await page.getByText('The key is not right').waitFor();
    await page.getByLabel(/^API key/).fill('a-key-for-tests');
    await page.getByRole('button', { name: 'Use this key' }).click();
    await page.getByRole('region', { name: 'How things stand' }).waitFor();
    await visit(page, stage.url, PAGES.model);
    await page.getByRole('img', { name: 'Confusion matrix on the test data' }).waitFor();
    expect(await page.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain('a-key-for-tests');
    expect(await page.evaluate(() => document.cookie)).toBe('');
    await page.getByRole('button', { name: 'Forget the key' }).click();
    await page.getByText('This server asks for a key').waitFor();
  });

  it('says that the server is gone and from when its numbers are, and comes back by itself', async () => {
    stage = await openStage();
    const page = await stage.open();
    await visit(page, stage.url, PAGES.clients);
    await page.context().setOffline(true);
    await page.getByLabel('Owner').selectOption('Ben');
    await page.getByText(/What you see is from/).waitFor();
    await page.context().setOffline(false);
    await page.getByLabel('Owner').selectOption('Ada');
    await settled(page);
    await page.getByText(/What you see is from/).waitFor({ state: 'detached' });
    await stage.stopServer();
    await page.getByText('Not connected to the server.', { exact: false }).waitFor();
    expect(await page.getByRole('table', { name: 'Clients by rank' }).isVisible()).toBe(true);
  });

  it('shows what to do first where nothing has run', async () => {
    stage = await openStage({ workspace: createWorkspace({}, { input_folder_path: 'sourcedata' }) });
    const page = await stage.open();
    for (const hash of Object.values(PAGES)) {
      await visit(page, stage.url, hash);
      expect(await page.locator('main').textContent(), hash).not.toMatch(/undefined|NaN|\[object/);
    }
    await visit(page, stage.url, PAGES.runs);
    await page.getByText('Nothing of that kind ran yet.').waitFor();
    await visit(page, stage.url, PAGES.quarantine);
    await page.getByText('There is nothing to do here.', { exact: false }).waitFor();
  });
});
