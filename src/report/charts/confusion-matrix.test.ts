import { describe, expect, it } from 'vitest';
import { evaluate } from '../../core/metrics/evaluate.ts';
import { confusionCells, confusionMatrix } from './confusion-matrix.ts';
import { renderChart } from './render-chart.ts';

const evaluated = { modelVersion: '3f2a9c01b7de', datasetName: 'test data' };

/** Three of four who stayed and two of three who left are told right, at a threshold of 0.37. */
const values = evaluate([0, 0, 0, 0, 1, 1, 1], [0.1, 0.2, 0.3, 0.8, 0.2, 0.7, 0.9], 0.37);

describe('the confusion matrix', () => {
  it('says the model, the data, F1 with its interval and rows, the threshold and the classes in words', async () => {
    const svg = await renderChart(confusionMatrix(values, evaluated));
    for (const text of [
      'Model 3f2a9c01b7de on the test data, 7 rows',
      'F1 0.667 (too few leavers for an interval: 3 of the 20 needed)',
      'A client counts as leaving above a probability of 0.370',
      'What happened (true)',
      'What the model said (predicted)',
      '75 % of stayers',
      '66.7 % of leavers',
      'false alarm',
      'missed',
    ]) {
      expect(svg).toContain(text);
    }
  });

  it('puts true classes in rows and predicted ones in columns', async () => {
    const svg = await renderChart(
      confusionMatrix(
        {
          ...values,
          confusion: [
            [11, 22],
            [33, 44],
          ],
        },
        evaluated,
      ),
    );
    const place = (text: string) => {
      const match = new RegExp(`translate\\(([\\d.]+),([\\d.]+)\\)[^>]*>${text}<`).exec(svg);
      return { x: Number(match?.[1]), y: Number(match?.[2]) };
    };
    const [stayedSaidLeft, leftSaidStayed] = [place('22'), place('33')];
    expect(stayedSaidLeft.x).toBeGreaterThan(leftSaidStayed.x);
    expect(stayedSaidLeft.y).toBeLessThan(leftSaidStayed.y);
    expect(place('11').y).toBe(stayedSaidLeft.y);
    expect(place('44').x).toBe(stayedSaidLeft.x);
  });

  it('keeps its text readable on every shade (contrast of 4.5 to 1 or more)', () => {
    for (let share = 0; share <= 1000; share++) {
      for (const cell of confusionCells({
        confusion: [
          [share, 1000 - share],
          [1, 1],
        ],
      })) {
        expect(contrast(cell.fill, cell.ink)).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  it('is darker where the share is larger, also in black and white', () => {
    const fills = [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100].map((share) =>
      luminance(
        confusionCells({
          confusion: [
            [share, 100 - share],
            [1, 1],
          ],
        })[0]?.fill ?? '',
      ),
    );
    expect(fills).toEqual([...fills].sort((a, b) => b - a));
    expect(new Set(fills).size).toBe(fills.length);
  });

  it('shows dashes for a class without rows', () => {
    const cells = confusionCells({
      confusion: [
        [4, 0],
        [0, 0],
      ],
    });
    expect(cells.map(({ percent }) => percent)).toEqual([
      '100 % of stayers',
      '0 % of stayers',
      '– of leavers',
      '– of leavers',
    ]);
  });
});

/** Relative luminance and contrast of WCAG 2.2. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}
