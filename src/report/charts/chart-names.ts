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

/** What each shows, in a line. */
export const CHART_SUMMARIES: Readonly<Record<ChartName, string>> = Object.freeze({
  'confusion-matrix': 'Who stayed and who left, against what the model said.',
  'roc-curve': 'Leavers caught against false alarms, at every threshold.',
  'precision-recall-curve': 'How many warnings are right against how many leavers are caught.',
  reliability: 'Whether risks happen as often as they say.',
  'cumulative-gain': 'Leavers reached by calling the riskiest first.',
  'score-histogram': 'The risks of those who left and of those who stayed.',
  'input-drift': 'How far each input has moved from what the model was trained on.',
  'missing-data': 'The columns that lack values.',
  'score-trend': 'F1 on the test data over time.',
});
