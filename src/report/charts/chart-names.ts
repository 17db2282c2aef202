/** Names of the charts of the catalogue and of their themes; it imports nothing, so that a web page may. */

/** In the order of the catalogue. */
export const CHART_NAMES = [
  'confusion-matrix',
  'roc-curve',
  'precision-recall-curve',
  'reliability',
  'cumulative-gain',
  'score-histogram',
  'input-drift',
  'missing-data',
  'score-trend',
] as const;
export type ChartName = (typeof CHART_NAMES)[number];

export const THEMES = ['light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];
