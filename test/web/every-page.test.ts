import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM } from './chromium.ts';
import { PAGES } from './pages.ts';
import { keepScreenshot, openStage, type Stage, visit } from './stage.ts';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

describe.skipIf(CHROMIUM === null)('every page of the dashboard', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  it.each(['light', 'dark'] as const)(
    'has nothing that axe finds, in %s colours',
    { timeout: 180_000 },
    async (colorScheme) => {
      const page = await stage.open({ colorScheme });
      const found: string[] = [];
      for (const [name, hash] of Object.entries(PAGES)) {
        await visit(page, stage.url, hash);
        const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
        for (const { id, nodes } of violations) {
          found.push(`${name}: ${id} at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
        }
        await keepScreenshot(page, `${name}-${colorScheme}`);
      }
      expect(found).toEqual([]);
      expect(stage.faults()).toEqual([]);
    },
  );

  it('fits a phone, with nothing beside it to scroll to', { timeout: 180_000 }, async () => {
    const page = await stage.open({ viewport: { width: 360, height: 740 }, hasTouch: true });
    const wide: string[] = [];
    for (const [name, hash] of Object.entries(PAGES)) {
      await visit(page, stage.url, hash);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (over > 0) wide.push(`${name}: ${over} px`);
      await keepScreenshot(page, `${name}-phone`);
    }
    const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
    expect(wide).toEqual([]);
    expect(violations).toEqual([]);
    expect(stage.faults()).toEqual([]);
  });

  it('prints without what only a screen can use', async () => {
    const page = await stage.open();
    await visit(page, stage.url, PAGES.clients);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.nav').isVisible()).toBe(false);
    expect(await page.getByRole('button').filter({ visible: true }).count()).toBe(0);
    expect(await page.getByRole('table', { name: 'Clients by rank' }).isVisible()).toBe(true);
  });
});
