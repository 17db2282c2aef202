import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkspace } from '../e2e/workspace.ts';
import { CHROMIUM } from './chromium.ts';
import { clientFile } from './client-files.ts';
import { PAGES } from './pages.ts';
import { keepScreenshot, openStage, type Stage, settled, visit } from './stage.ts';

/** Names as long as a source may have them, without a place to break. */
const LOGINS = 'logins_'.repeat(30).slice(0, 200);
const PLAN = 'P'.repeat(200);
const OWNER = 'O'.repeat(60);

function longFile(choices: Parameters<typeof clientFile>[0]): string {
  return clientFile(choices)
    .replace('logins', LOGINS)
    .replace('plan', PLAN)
    .replaceAll(',Ada,', `,${OWNER},`);
}

describe.skipIf(CHROMIUM === null)('the dashboard over columns with names of 200 letters', () => {
  let stage: Stage | null = null;
  const opened = (): Stage => {
    if (stage === null) throw new Error('the stage is not open');
    return stage;
  };

  beforeAll(async () => {
    const workspace = createWorkspace(
      {
        'sourcedata/january.csv': longFile({ seed: 1, rows: 300, ticketWeight: 0.15 }),
        'testdata/testdata.csv': longFile({ seed: 2, rows: 200, ticketWeight: 0.15 }),
      },
      {
        input_folder_path: 'sourcedata',
        output_model_path: 'models',
        columns: {
          id: 'client',
          target: 'left',
          numeric: [LOGINS, 'tickets'],
          categorical: [PLAN],
          value: 'value',
          owner: 'owner',
          segment: 'segment',
        },
        gate: 'always',
      },
    );
    await workspace.run();
    workspace.write('sourcedata/february.csv', longFile({ seed: 3, rows: 300, ticketWeight: -0.35 }));
    await workspace.run();
    stage = await openStage({ workspace });
  });
  afterAll(() => stage?.close());

  it.each([1280, 390])('is no wider than a window of %i pixels, on any page', async (width) => {
    const { url, open } = opened();
    const page = await open({ viewport: { width, height: 900 } });
    const wide: string[] = [];
    for (const [name, hash] of Object.entries(PAGES)) {
      await visit(page, url, hash);
      await settled(page);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (over > 0) wide.push(`${name}: ${over} px`);
    }
    expect(wide).toEqual([]);
  });

  it('shows the verdict of a column beside its name on Drift, without scrolling', async () => {
    const { url, open } = opened();
    const page = await open();
    await visit(page, url, PAGES['drift of inputs']);
    await keepScreenshot(page, 'long-names');
    for (const label of ['Columns against the training data', 'PSI of each column over time']) {
      const table = page.getByRole('table', { name: label });
      await table.waitFor();
      const box = await table.evaluate((element) => {
        const [own, around] = [
          element.getBoundingClientRect(),
          element.parentElement?.getBoundingClientRect(),
        ];
        const names = [...element.querySelectorAll('tbody th')].map((th) => th.getBoundingClientRect().width);
        return { over: own.right - (around?.right ?? 0), widest: Math.max(...names), window: innerWidth };
      });
      expect(box.over, label).toBeLessThanOrEqual(1);
      expect(box.widest, label).toBeLessThan(box.window / 2);
    }
  });
});
