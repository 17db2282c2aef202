import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asciiOf, type PlotOptions, type PlotPoint, renderPlot } from './render-plot.ts';

const options: PlotOptions = {
  width: 40,
  height: 5,
  colour: false,
  scale: 'linear',
  bounds: { low: 0, high: 1 },
  marks: [],
  format: (value) => value.toFixed(2),
  ends: ['March', 'June'],
};
const point = (x: number, y: number | null, spread?: number): PlotPoint => ({
  x,
  y,
  low: spread === undefined || y === null ? null : y - spread,
  high: spread === undefined || y === null ? null : y + spread,
});

describe('a plot for the terminal', () => {
  it('has a dot a point, its interval, and dotted lines where something changed', () => {
    const points = [point(0, 0.8, 0.1), point(1, 0.7, 0.1), point(2, null), point(3, 0.5)];
    expect(renderPlot(points, { ...options, marks: [1, 2] })).toBe(
      [
        '0.90 ┤│          ┊          ┊',
        '     ┤●          │          ┊',
        '     ┤│          ●          ┊',
        '     ┤           │          ┊',
        '0.50 ┤           ┊          ┊          ●',
        '     └──────────────────────────────────',
        '      March                         June',
      ].join('\n'),
    );
  });

  it('has a plain form for terminals that know ASCII only', () => {
    const plot = renderPlot([point(0, 0.8, 0.1), point(1, 0.5)], { ...options, height: 3, marks: [1] });
    expect(asciiOf(plot ?? '')).toBe(
      [
        '0.90 |*                                |',
        '     |:                                |',
        '0.50 |                                 *',
        '     +----------------------------------',
        '      March                         June',
      ].join('\n'),
    );
  });

  it('puts one point alone in the middle', () => {
    const lines = (renderPlot([point(7, 0.5)], { ...options, ends: ['now', 'now'] }) ?? '').split('\n');
    expect(lines[2]).toBe(`     ┤${' '.repeat(17)}●`);
    expect(lines.at(-1)).toBe('      now');
  });

  it('is nothing where no value can be drawn', () => {
    expect(renderPlot([], options)).toBeNull();
    expect(renderPlot([point(0, null), point(1, Number.NaN)], options)).toBeNull();
    expect(renderPlot([point(0, 0), point(1, -1)], { ...options, scale: 'log' })).toBeNull();
  });

  it('shows equal steps for equal factors on a logarithmic scale, and names the values themselves', () => {
    const points = [1, 10, 100].map((y, x) => point(x, y));
    const text = renderPlot(points, { ...options, height: 3, scale: 'log', format: String }) ?? '';
    const rows = text.split('\n').slice(0, 3);
    expect(rows.map((row) => row.indexOf('●')).every((at) => at > 0)).toBe(true);
    expect(rows[0]).toMatch(/^100 ┤/);
    expect(rows[2]).toMatch(/^ {2}1 ┤/);
  });

  it('has colour codes only where they were asked for', () => {
    const points = [point(0, 0.1), point(1, 0.9)];
    expect(renderPlot(points, options)).not.toContain('\u001b');
    expect(renderPlot(points, { ...options, colour: true })).toContain('\u001b[36m●');
  });

  it('fits the width and the height, whatever the values are', () => {
    const value = fc.oneof(fc.double(), fc.double({ min: 0, max: 1 }), fc.constant(null));
    const any = fc.record({
      x: fc.double({ min: 0, max: 1e13, noNaN: true }),
      y: value,
      low: value,
      high: value,
    });
    fc.assert(
      fc.property(
        fc.array(any, { maxLength: 60 }),
        fc.integer({ min: 1, max: 120 }),
        fc.constantFrom('linear', 'log'),
        (points, width, scale) => {
          const format = (number: number) => number.toPrecision(2);
          const text = renderPlot(points, { ...options, width, scale, format, marks: [0, 5e12] });
          if (text === null) return;
          const lines = text.split('\n');
          expect(lines).toHaveLength(options.height + 2);
          for (const line of lines) expect(line.length).toBeLessThanOrEqual(Math.max(width, 30));
          expect(text).toContain('●');
          expect(text).not.toMatch(/NaN|undefined/);
        },
      ),
      { numRuns: 300 },
    );
  });
});
