import { readFileSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM } from './chromium.ts';
import { clientFile } from './client-files.ts';
import { PAGES } from './pages.ts';
import { openStage, type Stage, settled, visit } from './stage.ts';

/** The first cells of the rows of a table. */
async function cellsOf(page: Page, table: string, column: number): Promise<string[]> {
  const cells = page.getByRole('table', { name: table }).locator(`tbody tr > :nth-child(${column})`);
  await cells.first().waitFor();
  return cells.allInnerTexts();
}

describe.skipIf(CHROMIUM === null)('what people do on the dashboard', () => {
  let stage: Stage;
  let page: Page;
  beforeAll(async () => {
    stage = await openStage();
    page = await stage.open();
  });
  afterEach(() => expect(stage.faults()).toEqual([]));
  afterAll(() => stage.close());

  const toClients = () => visit(page, stage.url, PAGES.clients);

  it('says today what is to be done, and whom to call first', async () => {
    await visit(page, stage.url, PAGES.today);
    const headline = page.getByRole('region', { name: 'How things stand' });
    expect(await headline.textContent()).toMatch(/3 rows.* have errors and were skipped/);
    await headline.getByRole('link').first().click();
    await page.getByRole('table', { name: 'Rows of this file' }).waitFor();
    await page.goBack();
    await page
      .getByRole('region', { name: 'Call these first' })
      .getByRole('link', { name: /^c\d/ })
      .first()
      .click();
    await page.getByRole('heading', { name: 'Why' }).waitFor();
  });

  it('filters by owner, segment and id, keeps that in the address, and pages through the rest', async () => {
    await toClients();
    await page.getByLabel('Owner').selectOption('Ben');
    await page.getByLabel('Segment').selectOption('retail');
    await page.waitForURL(/owner=Ben&segment=retail/);
    await settled(page);
    expect(new Set(await cellsOf(page, 'Clients by rank', 8))).toEqual(new Set(['Ben']));
    await page.reload();
    await settled(page);
    expect(new Set(await cellsOf(page, 'Clients by rank', 9))).toEqual(new Set(['retail']));
    await toClients();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.waitForURL(/offset=25/);
    await settled(page);
    expect((await cellsOf(page, 'Clients by rank', 1))[0]).toBe('26');
    await page.getByLabel('Search').fill('C016');
    await page.waitForURL(/q=C016/);
    await settled(page);
    const found = await cellsOf(page, 'Clients by rank', 2);
    expect(found.length).toBeGreaterThan(1);
    expect(found.length).toBeLessThan(10);
    expect(found.every((id) => id.startsWith('c016'))).toBe(true);
    await page.getByLabel('Search').fill('nobody');
    await page.getByText('No client fits these filters.').waitFor();
  });

  it('lists those who have left apart, with the filters taken along', async () => {
    await visit(page, stage.url, '#/clients?owner=Ada&limit=200');
    const lists = page.getByRole('navigation', { name: 'Lists of clients' });
    const countOf = async (tab: string) =>
      Number((await lists.getByRole('link', { name: tab }).textContent())?.replace(/\D/g, ''));
    await settled(page);
    const listed = await cellsOf(page, 'Clients by rank', 2);
    expect((await countOf('To call')) + (await countOf('Left'))).toBe(400);
    await lists.getByRole('link', { name: 'Left' }).click();
    await page.getByRole('heading', { name: 'Clients who have left' }).waitFor();
    expect(page.url()).toContain('?owner=Ada&limit=200&status=left');
    await settled(page);
    const left = await cellsOf(page, 'Clients by rank', 2);
    expect(listed.filter((id) => left.includes(id))).toEqual([]);
    expect(new Set(await cellsOf(page, 'Clients by rank', 7))).toEqual(new Set(['Ada']));
    expect(await page.getByRole('button', { name: /^Export/ }).textContent()).toContain(
      `${left.length} clients`,
    );
    await page.getByRole('link', { name: left[0] ?? '', exact: true }).click();
    await page.getByRole('region', { name: 'At a glance' }).getByText('not on the list').waitFor();
  });

  it('takes a client off the list when somebody says that it left, and puts it back', async () => {
    await toClients();
    const [first, second = '', third = ''] = await cellsOf(page, 'Clients by rank', 2);
    const say = async (outcome: 'Left' | 'Stayed'): Promise<void> => {
      await visit(page, stage.url, `#/clients/${second}`);
      await page.getByLabel(outcome, { exact: true }).check();
      await page.getByRole('button', { name: 'Save outcome' }).click();
      await page.getByText('Saved.').waitFor();
    };
    await say('Left');
    await page.getByRole('region', { name: 'At a glance' }).getByText('not on the list').waitFor();
    await toClients();
    expect((await cellsOf(page, 'Clients by rank', 2)).slice(0, 2)).toEqual([first, third]);
    await visit(page, stage.url, PAGES.today);
    const calls = page.getByRole('region', { name: 'Call these first' });
    await calls.getByRole('link', { name: third }).waitFor();
    expect(await calls.getByRole('link', { name: second }).count()).toBe(0);
    await say('Stayed');
    await toClients();
    expect((await cellsOf(page, 'Clients by rank', 2)).slice(0, 3)).toEqual([first, second, third]);
  });

  it('exports the clients that fit, not the page alone', async () => {
    await visit(page, stage.url, '#/clients?owner=Ada');
    const told = await page.getByRole('button', { name: /^Export/ }).textContent();
    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: /^Export/ }).click();
    const lines = readFileSync(await (await waiting).path(), 'utf8')
      .trim()
      .split(/\r?\n/);
    expect(lines[0]).toMatch(/^rank,id,probability/);
    expect(told).toContain(`Export ${lines.length - 1} clients`);
    expect(lines.length - 1).toBeGreaterThan(25);
  });

  it('keeps a note and an outcome, which the next run learns from as a label', async () => {
    await visit(page, stage.url, PAGES.client);
    await page.getByLabel('Left', { exact: true }).check();
    await page.getByRole('region', { name: 'How did it end?' }).getByLabel('Your name').fill('Kim');
    await page.getByRole('button', { name: 'Save outcome' }).click();
    await page.getByText('counts now; the next run learns from it').waitFor();
    await page.getByLabel('New note').fill('Will not sign again.');
    await page.getByRole('button', { name: 'Add note' }).click();
    await page.getByText('Added.').waitFor();
    await page.reload();
    await page.getByText('Will not sign again.').waitFor();
    const said = page.getByRole('region', { name: 'How did it end?' });
    expect(await said.getByText(/^left/).locator('..').textContent()).toContain('Kim');
  });

  it('runs from the page, step by step, and shows what is new without a reload', async () => {
    stage.workspace.write('sourcedata/march.csv', clientFile({ seed: 5, rows: 300, ticketWeight: -0.35 }));
    await visit(page, stage.url, PAGES.runs);
    const before = (await cellsOf(page, 'Runs', 1)).length;
    await page.getByRole('button', { name: 'Run now' }).click();
    await page.getByText('A run is under way').first().waitFor();
    await page.getByRole('link', { name: 'See what it did' }).waitFor({ timeout: 60_000 });
    await page.waitForFunction(
      (count) => document.querySelectorAll('table[aria-label="Runs"] tbody tr').length > count,
      before,
    );
    await page.getByRole('link', { name: 'See what it did' }).click();
    await page.getByText('march.csv').first().waitFor();
    expect(await page.locator('.steps strong').allInnerTexts()).toContain('ingest');
    const messages = () => page.locator('table[aria-label="Log of the run"] .log-message').allInnerTexts();
    await page.getByText(/^march\.csv: 300 rows read/).waitFor();
    expect((await messages()).at(-1)).toMatch(/^run finished/);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
    await page.getByLabel('Show').selectOption('errors alone');
    await page.getByText('No line of that kind.').waitFor();
    await visit(page, stage.url, PAGES.client);
    await page.getByText(/is a label since/).waitFor();
  });

  it('tries a threshold by keyboard and tells whom it would add', async () => {
    await visit(page, stage.url, PAGES.threshold);
    const slider = page.getByRole('slider', { name: 'Threshold to try' });
    await slider.focus();
    for (let k = 0; k < 10; k++) await page.keyboard.press('ArrowLeft');
    await page.getByText(/^Adds \d+ client/).waitFor();
    await page.getByRole('button', { name: /^Back to/ }).click();
    await page.getByText(/^The list stays at/).waitFor();
  });

  it('promotes a model after a question that wants a reason, and rolls back', async () => {
    await visit(page, stage.url, PAGES.versions);
    const promote = page.getByRole('button', { name: /^Promote/ }).last();
    const version = (await promote.getAttribute('aria-label'))?.split(' ')[1] ?? '';
    await promote.click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByRole('button', { name: 'Promote' }).isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await promote.click();
    await dialog.getByRole('textbox').fill('the newer one calls too many');
    await dialog.getByRole('button', { name: 'Promote' }).click();
    await page.getByText(`${version} is live now.`, { exact: false }).waitFor();
    await page.getByText('the newer one calls too many').waitFor();
    await page.getByRole('button', { name: 'Roll back' }).click();
    await dialog.getByRole('textbox').fill('it was right after all');
    await dialog.getByRole('button', { name: 'Roll back' }).click();
    await page.getByText('it was right after all').waitFor();
    await settled(page);
    expect((await cellsOf(page, 'Deployments', 2))[0]).not.toBe(version);
  });

  it('compares two versions on the same rows', async () => {
    await visit(page, stage.url, PAGES.compare);
    expect(await cellsOf(page, 'On the same test rows', 1)).toEqual([
      'F1',
      'ROC AUC',
      'Brier score (lower is better)',
    ]);
  });

  it('mends a row that was not accepted and puts it back', async () => {
    await visit(page, stage.url, '#/data/quarantine?file=february.csv');
    await page.getByRole('checkbox', { name: 'Put back line 402' }).check();
    await page.getByLabel('Line 402 as it should be').fill('c9001,4,2,basic,900,Ada,retail,0');
    await page.getByRole('button', { name: 'Put back 1 row' }).click();
    await page.getByText(/1 row put into .* the next run reads it/).waitFor();
    await page.getByText('put back', { exact: true }).waitFor();
  });

  it('keeps the colours that were chosen', async () => {
    await visit(page, stage.url, PAGES.model);
    const light = await page.locator('.server-chart img').first().getAttribute('src');
    await page.getByRole('button', { name: 'Dark colours' }).click();
    await page.reload();
    await settled(page);
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
    expect(await page.locator('.server-chart img').first().getAttribute('src')).not.toBe(light);
    await page.getByRole('button', { name: 'Light colours' }).click();
  });

  it('can be walked through by keyboard, past the navigation and into a client', async () => {
    await toClients();
    await page.reload();
    await settled(page);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN');
    const reached: string[] = [];
    for (let k = 0; k < 8; k++) {
      await page.keyboard.press('Tab');
      reached.push(await page.evaluate(() => document.activeElement?.tagName ?? ''));
    }
    expect(reached.slice(0, 8)).toEqual(['A', 'A', 'INPUT', 'SELECT', 'SELECT', 'SELECT', 'SELECT', 'A']);
    const ring = await page.evaluate(
      () => getComputedStyle(document.activeElement ?? document.body).outlineStyle,
    );
    expect(ring).toBe('solid');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Why' }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN');
  });
});
