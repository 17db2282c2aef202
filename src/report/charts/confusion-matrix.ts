/** The confusion matrix as a chart: who stayed and who left, against what the model said. */
import type { Evaluation } from '../../core/metrics/evaluate.ts';
import { formatNumber, formatPercent } from '../text/format.ts';
import { type ChartSpec, COLOURS, VEGA_LITE_SCHEMA } from './chart.ts';
import { type Evaluated, evaluatedText, metricText } from './evaluated.ts';

/** The little of an evaluation that the chart shows. */
export type ConfusionMatrixValues = Pick<
  Evaluation,
  'rows' | 'confusion' | 'threshold' | 'metrics' | 'undefinedBecause'
>;

interface Cell {
  readonly actual: string;
  readonly predicted: string;
  /** Share of the true class, 0 where the class is empty. */
  readonly share: number;
  readonly fill: string;
  readonly ink: string;
  readonly count: string;
  readonly percent: string;
  readonly meaning: string;
}

const CLASSES = ['stayed', 'left'] as const;
const GROUPS = ['stayers', 'leavers'] as const;
const MEANINGS = [
  ['rightly left alone', 'false alarm'],
  ['missed', 'caught'],
] as const;

/**
 * Counts and percentages of each true class. The shade of a cell is its percentage, dark enough or light enough
 * for its text at every value (4.5 to 1, WCAG 2.2), so it reads in black and white; nothing is told by colour
 * alone. A class without rows has dashes for percentages.
 */
export function confusionMatrix(values: ConfusionMatrixValues, evaluated: Evaluated): ChartSpec {
  const cells = confusionCells(values);
  return {
    $schema: VEGA_LITE_SCHEMA,
    description: describe(cells),
    width: 380,
    height: 280,
    title: {
      text: 'Confusion matrix',
      subtitle: [
        evaluatedText(values, evaluated),
        `F1 ${metricText(values, 'f1')}`,
        `A client counts as leaving above a probability of ${formatNumber(values.threshold)}`,
      ],
    },
    data: { values: cells.map((cell) => ({ ...cell })) },
    encoding: {
      x: {
        field: 'predicted',
        type: 'nominal',
        sort: [...CLASSES],
        axis: axis('What the model said (predicted)', 'top'),
      },
      y: { field: 'actual', type: 'nominal', sort: [...CLASSES], axis: axis('What happened (true)', 'left') },
    },
    layer: [
      {
        mark: { type: 'rect', stroke: COLOURS.quiet, strokeWidth: 1 },
        encoding: { color: { field: 'fill', type: 'nominal', scale: null } },
      },
      textLayer('count', { dy: -20, fontSize: countSize(cells), fontWeight: 'bold' }),
      textLayer('percent', { dy: 10, fontSize: 12 }),
      textLayer('meaning', { dy: 30, fontSize: 12 }),
    ],
  };
}

/** The four cells, true class by predicted class, with their texts and their colours. */
export function confusionCells(values: Pick<Evaluation, 'confusion'>): readonly Cell[] {
  return values.confusion.flatMap((counts, row) => {
    const total = counts[0] + counts[1];
    return counts.map((count, column) => {
      const share = total === 0 ? 0 : count / total;
      const percent = formatPercent(total === 0 ? null : share);
      return {
        actual: CLASSES[row as 0 | 1],
        predicted: CLASSES[column as 0 | 1],
        share,
        ...shade(share),
        count: formatNumber(count),
        percent: `${percent} of ${GROUPS[row as 0 | 1]}`,
        meaning: MEANINGS[row as 0 | 1][column as 0 | 1],
      };
    });
  });
}

/** The shades of no row and of every row of a class, as red, green and blue. */
export const SHADES = [
  [0xf4, 0xf8, 0xfc],
  [0x0b, 0x3a, 0x66],
] as const;
const [LIGHT, DARK] = SHADES;
/** Text of a cell: black, or a white that a theme can tell from that of the ground. */
export const CELL_INK = Object.freeze({ dark: '#000000', light: '#fffffe' } as const);
/** Share from which white text has more contrast on the shade than dark text. */
const WHITE_TEXT_FROM = 0.67;

function shade(share: number): { fill: string; ink: string } {
  const mixed = LIGHT.map((light, index) => Math.round(light + share * ((DARK[index] as number) - light)));
  const fill = `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
  return { fill, ink: share >= WHITE_TEXT_FROM ? CELL_INK.light : CELL_INK.dark };
}

function axis(title: string, orient: 'top' | 'left') {
  return { title, orient, labelAngle: 0, ticks: false, domain: false, labelPadding: 8, labelFontSize: 13 };
}

function textLayer(field: keyof Cell, mark: { dy: number; fontSize: number; fontWeight?: 'bold' }) {
  return {
    mark: { type: 'text' as const, ...mark },
    encoding: {
      text: { field, type: 'nominal' as const },
      color: { field: 'ink', type: 'nominal' as const, scale: null },
    },
  };
}

/** Counts of ten million and more are set smaller, to stay inside their cell. */
function countSize(cells: readonly Cell[]): number {
  return cells.some((cell) => cell.count.length > 9) ? 18 : 28;
}

function describe(cells: readonly Cell[]): string {
  const parts = cells.map((c) => `${c.actual}, said ${c.predicted}: ${c.count} (${c.percent})`);
  return `Confusion matrix. ${parts.join('; ')}.`;
}
