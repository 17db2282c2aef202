/** Pieces that the curves share: axes of shares, straight lines to read against, named points and labels. */
import type { BandPoint } from '../../core/metrics/curve-band.ts';
import { formatPercent } from '../text/format.ts';
import { COLOURS } from './chart.ts';

/** A place in the units of the axes. */
export type Place = readonly [x: number, y: number];

const XY = {
  x: { field: 'x', type: 'quantitative' as const },
  y: { field: 'y', type: 'quantitative' as const },
};

/** An encoding of a share (0 to 1) as 0 to 100 %, for the axes of curves. */
export function shareAxis(field: string, title: string) {
  return {
    field,
    type: 'quantitative' as const,
    title,
    scale: { domain: [0, 1], nice: false },
    axis: { values: [0, 0.2, 0.4, 0.6, 0.8, 1], labelExpr: "format(datum.value * 100, '.0f') + ' %'" },
  };
}

/** A dashed line through places, that a curve is read against. */
export function referenceLine(...places: readonly Place[]) {
  return {
    data: { values: places.map(([x, y]) => ({ x, y })) },
    mark: { type: 'line' as const, color: COLOURS.quiet, strokeWidth: 1.5, strokeDash: [5, 4] },
    encoding: XY,
  };
}

/** The band of a curve, behind it. */
export function bandArea(band: readonly BandPoint[]) {
  return {
    data: { values: [...band] },
    mark: { type: 'area' as const, color: COLOURS.blue, opacity: 0.18, line: false },
    encoding: {
      x: { field: 'x', type: 'quantitative' as const },
      y: { field: 'low', type: 'quantitative' as const },
      y2: { field: 'high' },
    },
  };
}

/** What a band is, for the subtitle of a curve. */
export function bandText(level: number, at: string): string {
  return `Shaded: ${formatPercent(level)} intervals at each ${at}`;
}

export interface LabelMark {
  readonly align?: 'left' | 'right' | 'center';
  readonly dx?: number;
  readonly dy?: number;
  readonly color?: string;
}

/** A short text at a place, white around its letters so that lines beneath do not hurt it: two layers. */
export function label([x, y]: Place, text: string, mark: LabelMark = {}) {
  const layer = (look: object) => ({
    data: { values: [{ x, y, text }] },
    mark: { type: 'text' as const, fontSize: 12, color: COLOURS.quiet, ...mark, ...look },
    encoding: { ...XY, text: { field: 'text', type: 'nominal' as const } },
  });
  return [layer({ stroke: COLOURS.paper, strokeWidth: 4 }), layer({})];
}

/** A dot at a place with its name beside it, on the side where there is room. */
export function namedPoint(place: Place, name: string) {
  const right = place[0] < 0.6;
  return [
    {
      data: { values: [{ x: place[0], y: place[1] }] },
      mark: { type: 'point' as const, filled: true, size: 90, color: COLOURS.vermilion, opacity: 1 },
      encoding: XY,
    },
    ...label(place, name, {
      align: right ? 'left' : 'right',
      dx: right ? 9 : -9,
      dy: place[1] > 0.1 ? 13 : -13,
      color: COLOURS.ink,
    }),
  ];
}
