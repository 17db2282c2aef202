import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../core/metrics/evaluate.ts';
import { confusionMatrix } from './confusion-matrix.ts';
import { renderChart } from './render-chart.ts';
import { renderPng } from './render-png.ts';

const chart = confusionMatrix(evaluate([0, 0, 0, 1, 1, 1, 1], [0.1, 0.2, 0.8, 0.2, 0.7, 0.9, 0.6], 0.5), {
  modelVersion: '3f2a9c01b7de',
  datasetName: 'test data',
});

describe('renderChart and renderPng', () => {
  it('give the same bytes for the same values, whatever was drawn between', async () => {
    const first = await renderChart(chart);
    await renderChart({
      mark: { type: 'line', clip: true },
      data: { values: [{ a: 1 }, { a: 2 }] },
      encoding: { x: { field: 'a', type: 'quantitative' }, y: { field: 'a', type: 'quantitative' } },
    });
    const second = await renderChart(chart);
    expect(second).toBe(first);
    expect(Buffer.from(renderPng(second)).equals(renderPng(first))).toBe(true);
  });

  it('count their ids from the start in every drawing, one after the other', async () => {
    const clipped = {
      mark: { type: 'line' as const, clip: true },
      data: { values: [{ a: 1 }, { a: 2 }] },
      encoding: {
        x: { field: 'a', type: 'quantitative' as const },
        y: { field: 'a', type: 'quantitative' as const },
      },
    };
    const [one, two] = await Promise.all([renderChart(clipped), renderChart(clipped)]);
    expect(one).toContain('clip1');
    expect(two).toBe(one);
  });

  it('make a PNG of the size of the SVG times the scale', async () => {
    const svg = await renderChart(chart);
    const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
    expect(decodePng(renderPng(svg, { scale: 1 }))).toMatchObject({
      width: Number(width),
      height: Number(height),
    });
    expect(decodePng(renderPng(svg)).width).toBe(2 * Number(width));
  });

  it('draw every text: a line of text leaves dark pixels, a bold one more', () => {
    const regular = darkPixels('Confusion matrix', 'normal');
    expect(darkPixels('', 'normal')).toBe(0);
    expect(regular).toBeGreaterThan(300);
    expect(darkPixels('Confusion matrix', 'bold')).toBeGreaterThan(regular * 1.2);
  });

  it('keep all of the chart inside the picture: its edge is white all around', async () => {
    const { width, height, dark } = decodePng(renderPng(await renderChart(chart), { scale: 1 }));
    for (let x = 0; x < width; x++) {
      expect(dark(x, 0) || dark(x, 7) || dark(x, height - 1) || dark(x, height - 8)).toBe(false);
    }
    for (let y = 0; y < height; y++) {
      expect(dark(0, y) || dark(7, y) || dark(width - 1, y) || dark(width - 8, y)).toBe(false);
    }
  });
});

function darkPixels(text: string, weight: string): number {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="30"><rect width="200" height="30" fill="white"/>' +
    `<text x="5" y="20" font-family="DejaVu Sans, sans-serif" font-weight="${weight}" font-size="16">${text}</text></svg>`;
  const { width, height, dark } = decodePng(renderPng(svg, { scale: 1 }));
  let count = 0;
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) if (dark(x, y)) count += 1;
  return count;
}

/** Reads an 8-bit RGBA PNG without interlacing (PNG specification, third edition, 9.2). */
function decodePng(png: Uint8Array) {
  const bytes = Buffer.from(png);
  expect(bytes.subarray(0, 8).toString('latin1')).toBe('\u0089PNG\r\n\u001a\n');
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  expect([...bytes.subarray(24, 29)]).toEqual([8, 6, 0, 0, 0]);
  const parts: Buffer[] = [];
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT') {
      parts.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)));
    }
  }
  const pixels = unfilter(inflateSync(Buffer.concat(parts)), width * 4, height);
  return { width, height, dark: (x: number, y: number) => (pixels[(y * width + x) * 4] as number) < 160 };
}

function unfilter(raw: Buffer, stride: number, height: number): Uint8Array {
  const out = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)];
    for (let x = 0; x < stride; x++) {
      const left = x >= 4 ? (out[y * stride + x - 4] as number) : 0;
      const up = y > 0 ? (out[(y - 1) * stride + x] as number) : 0;
      const corner = x >= 4 && y > 0 ? (out[(y - 1) * stride + x - 4] as number) : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter ?? 0] ?? 0;
      out[y * stride + x] = (raw[y * (stride + 1) + 1 + x] as number) + guess;
    }
  }
  return out;
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}
