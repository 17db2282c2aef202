/** Today in each state: the page shows what the table of states says, in words and not in colour alone. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Facts } from '../../src/pipeline/states/facts.ts';
import { standOf } from '../../src/pipeline/states/table.ts';
import type { Today } from '../../src/server/contract.ts';
import { ALONE, factsOf, WELL } from '../example-facts.ts';
import { CHROMIUM } from './chromium.ts';
import { PAGES } from './pages.ts';
import { keepScreenshot, openStage, type Stage, visit } from './stage.ts';

const WORDS = {
  act: 'Somebody must act',
  look: 'Worth a look',
  unknown: 'Not known',
  none: 'All is well',
} as const;
const SEVERAL: Facts = {
  ...WELL,
  ...ALONE['model-worse'],
  ...ALONE['file-refused'],
  ...ALONE['rows-skipped'],
  ...ALONE['data-overdue'],
};
const SHOWN: readonly (readonly [name: string, facts: Facts])[] = [
  ...Object.keys(ALONE).map((id) => [id, factsOf(id)] as const),
  ['well', WELL],
  ['several', SEVERAL],
];

describe.skipIf(CHROMIUM === null)('Today', () => {
  let stage: Stage;
  let page: Page;
  let today: Today;
  let shown: Today;
  beforeAll(async () => {
    stage = await openStage();
    today = (await (await fetch(`${stage.url}/api/v1/today`)).json()) as Today;
    page = await stage.open();
    await page.route('**/api/v1/today', (route) => route.fulfill({ json: shown }));
  });
  afterAll(() => stage.close());

  it.each(SHOWN)('says %s first, in words, with what to do', async (name, facts) => {
    const standing = standOf(facts);
    const { model, data, check } = facts;
    shown = {
      ...today,
      ...standing,
      model: model === null || today.model === null ? null : { ...today.model, ...model },
      data: data === null || today.data === null ? null : { ...today.data, ...data },
      lastRun: facts.lastRun,
      drift:
        check === null || today.drift === null
          ? null
          : { ...today.drift, at: check.at, modelVersion: check.modelVersion, reason: check.reason },
    };
    await visit(page, stage.url, PAGES.runs);
    await visit(page, stage.url, PAGES.today);
    const headline = page.getByRole('region', { name: 'How things stand' });
    await headline.getByText(standing.headline.slice(0, 40)).waitFor();
    const text = (await headline.textContent()) ?? '';
    for (const { severity, sentence, action, title } of standing.states) {
      expect(text).toContain(sentence);
      expect(text).toContain(action ?? '');
      if (severity !== 'none') expect(text).toContain(title);
      expect(await headline.getByRole('img', { name: WORDS[severity] }).count()).toBeGreaterThan(0);
    }
    expect(text.startsWith(WORDS[standing.severity])).toBe(true);
    const main = (await page.locator('main').textContent()) ?? '';
    if (standing.severity !== 'none') expect(main).not.toMatch(/all is well|nothing to do/i);
    const isWell = standing.severity === 'none';
    expect(await headline.locator('.sign.none').count()).toBe(isWell ? 1 : 0);
    const ofModel = standing.states.some(({ about }) => about === 'model');
    if (ofModel) expect(await page.getByText('no alarm', { exact: true }).count()).toBe(0);
    const { violations } = await new AxeBuilder({ page }).include('.headline').analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
    await keepScreenshot(page, `state-${name}`);
    expect(stage.faults()).toEqual([]);
  });

  it('fits a phone where several states hold, in dark colours too', async () => {
    const phone = await stage.open({ viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
    shown = { ...today, ...standOf(SEVERAL) };
    await phone.route('**/api/v1/today', (route) => route.fulfill({ json: shown }));
    await visit(phone, stage.url, PAGES.today);
    await phone.getByText('The live model has become worse.', { exact: false }).waitFor();
    expect(await phone.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
    await keepScreenshot(phone, 'state-several-phone');
  });
});
