import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { renderChart } from './render-chart.ts';
import { type TrendPanel, type TrendPanelValues, trendPanels } from './trend-panels.ts';

const day = (index: number) => new Date(Date.UTC(2026, 2, 1 + index, 8)).toISOString();
const panel = (title: string, change: Partial<TrendPanel> = {}): TrendPanel => ({
  title,
  unit: 'score',
  scale: 'linear',
  points: [0, 1, 2, 3].map((index) => ({
    from: day(index),
    value: index === 2 ? null : 0.7 - index / 50,
    low: 0.5,
    high: 0.8,
  })),
  ...change,
});
const values = (change: Partial<TrendPanelValues> = {}): TrendPanelValues => ({
  title: 'Trends by run',
  subtitle: 'Band: interval',
  panels: [panel('F1'), panel('Shiryaev-Roberts', { scale: 'log', unit: 'value' })],
  changes: [{ at: day(1), modelVersion: '3f2a9c01b7de' }],
  ...change,
});

describe('the picture of trends', () => {
  const warnings: unknown[] = [];
  beforeEach(() => {
    warnings.length = 0;
    vi.spyOn(console, 'warn').mockImplementation((...parts) => void warnings.push(parts));
  });
  afterEach(() => vi.restoreAllMocks());

  it('names its panels, its models and its time, and warns of nothing', async () => {
    const svg = await renderChart(trendPanels(values()));
    for (const text of ['Trends by run', 'F1', 'Shiryaev-Roberts', '3f2a9c01', 'Time (UTC)', '2 Mar 12:00']) {
      expect(svg).toContain(text);
    }
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expect(warnings).toEqual([]);
  });

  it.each<[string, Partial<TrendPanelValues>]>([
    ['nothing at all', { panels: [], changes: [] }],
    ['a panel without a number', { panels: [panel('F1', { points: [] })] }],
    [
      'a panel of absent numbers',
      { panels: [panel('F1', { points: [{ from: day(0), value: null, low: null, high: null }] })] },
    ],
    ['zeros on a logarithmic scale', zeros()],
  ])('says that nothing was measured where there is %s', async (_what, change) => {
    const svg = await renderChart(trendPanels(values(change)));
    expect(svg).toContain('not measured yet');
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expect(warnings).toEqual([]);
  });

  it('draws a point alone, and only zeros', async () => {
    const one = [{ from: day(0), value: 0, low: 0, high: 0 }];
    for (const unit of ['score', 'share', 'rows', 'seconds', 'value'] as const) {
      const svg = await renderChart(trendPanels(values({ panels: [panel('One', { unit, points: one })] })));
      expect(svg).not.toMatch(/NaN|undefined|Infinity|not measured/);
    }
    expect(warnings).toEqual([]);
  });

  it('leaves out names of models that would run into each other, and keeps their lines', async () => {
    const changes = Array.from({ length: 100 }, (_, index) => ({
      at: new Date(Date.parse(day(0)) + index * 2_500_000).toISOString(),
      modelVersion: `model${String(index).padStart(3, '0')}`,
    }));
    const svg = await renderChart(trendPanels(values({ panels: [panel('F1')], changes })));
    const names = [...svg.matchAll(/>model\d\d\d</g)].length;
    expect(names).toBeGreaterThan(3);
    expect(names).toBeLessThan(12);
  });
});

function zeros(): Partial<TrendPanelValues> {
  const points = [{ from: day(0), value: 0, low: null, high: null }];
  return { panels: [panel('e-value', { scale: 'log', unit: 'value', points })] };
}
