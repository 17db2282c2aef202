import { afterAll, describe, expect, it } from 'vitest';
import { evaluate } from '../core/metrics/evaluate.ts';
import { confusionMatrix } from './charts/confusion-matrix.ts';
import { renderChart } from './charts/render-chart.ts';
import { renderPng } from './charts/render-png.ts';
import { createRenderer } from './renderer.ts';

const chart = confusionMatrix(evaluate([0, 0, 0, 1, 1, 1, 1], [0.1, 0.2, 0.8, 0.2, 0.7, 0.9, 0.6], 0.5), {
  modelVersion: '3f2a9c01b7de',
  datasetName: 'test data',
});

describe('the renderer', () => {
  const renderer = createRenderer();
  afterAll(() => renderer.close());

  it('gives the same SVG from its thread as the drawing itself', async () => {
    expect(await renderer.svg(chart)).toBe(await renderChart(chart));
  });

  it('gives the same PNG from its thread as the drawing itself, at the scale asked for', async () => {
    const [double, single] = await Promise.all([renderer.png(chart), renderer.png(chart, { scale: 1 })]);
    const svg = await renderChart(chart);
    expect(Buffer.from(double).equals(renderPng(svg))).toBe(true);
    expect(Buffer.from(single).equals(renderPng(svg, { scale: 1 }))).toBe(true);
    expect(single.length).toBeLessThan(double.length);
  });

  it('refuses a specification that is not a chart and draws the next one', async () => {
    const broken = { mark: 'bar', data: { values: [] }, transform: [{ calculate: '1 +', as: 'x' }] };
    await expect(renderer.svg(broken as typeof chart)).rejects.toThrow(/could not be made/);
    expect(await renderer.svg(chart)).toContain('<svg');
  });

  it('rejects drawings under way and later ones once it is closed, and closes twice without harm', async () => {
    const short = createRenderer();
    const pending = short.png(chart);
    const refused = expect(pending).rejects.toThrow(/the renderer is closed/);
    await short.close();
    await short.close();
    await refused;
    await expect(short.svg(chart)).rejects.toThrow(/the renderer is closed/);
  });
});
