import { describe, expect, it } from 'vitest';
import { exampleValues } from '../../../test/example-report.ts';
import { CHARTS } from './catalogue.ts';
import { COLOURS } from './chart.ts';
import { CHART_NAMES } from './chart-names.ts';
import { renderChart } from './render-chart.ts';
import { darkOf, themed } from './theme.ts';

/** Relative luminance and contrast (WCAG 2.2). */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const coloursIn = (svg: string) =>
  [...svg.matchAll(/(?:fill|stroke)="(#[0-9a-f]{6})"/g)].map(([, c]) => c ?? '');

describe('the dark theme', () => {
  it('keeps text and lines readable on its ground', () => {
    const ground = darkOf(COLOURS.paper);
    expect(contrast(darkOf(COLOURS.ink), ground)).toBeGreaterThan(7);
    expect(contrast(darkOf(COLOURS.quiet), ground)).toBeGreaterThan(4.5);
    for (const colour of [COLOURS.blue, COLOURS.vermilion]) {
      expect(contrast(darkOf(colour), ground)).toBeGreaterThan(3);
    }
  });

  it.each(CHART_NAMES)('has a counterpart for every colour of the chart %s', async (name) => {
    const svg = await renderChart(CHARTS[name].draw(exampleValues()));
    for (const colour of coloursIn(svg)) expect([colour, darkOf(colour)]).not.toEqual([colour, colour]);
    expect(coloursIn(themed(svg, 'dark'))).toEqual(coloursIn(svg).map(darkOf));
    expect(themed(svg, 'light')).toBe(svg);
  });

  it('keeps the text of the confusion matrix readable on every shade', async () => {
    for (let left = 0; left <= 40; left++) {
      const values = exampleValues();
      const evaluation = values.evaluation;
      if (evaluation === null) throw new Error('no evaluation');
      const confusion = [
        [40 - left, left],
        [left, 40 - left],
      ] as const;
      const spec = CHARTS['confusion-matrix'].draw({
        ...values,
        evaluation: { ...evaluation, confusion: confusion as never },
      });
      const cells =
        (spec as { data?: { values?: readonly { fill: string; ink: string }[] } }).data?.values ?? [];
      expect(cells).toHaveLength(4);
      for (const { fill, ink } of cells)
        expect(contrast(darkOf(fill), darkOf(ink))).toBeGreaterThanOrEqual(4.5);
    }
  });
});
