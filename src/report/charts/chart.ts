/** What a chart is: a Vega-Lite specification, and the look that all of them share. */
import type { Config, TopLevelSpec } from 'vega-lite';
import { FONT_FAMILY } from '../fonts.ts';

/** A specification with its data inside; plain data that may cross to a worker. */
export type ChartSpec = TopLevelSpec;

/** Colours of Okabe and Ito (2008), told apart by colour-blind people, with greys for what stands back. */
export const COLOURS = Object.freeze({
  ink: '#1b1f24',
  quiet: '#57606a',
  grid: '#e3e6ea',
  blue: '#0072b2',
  sky: '#a6cee3',
  vermilion: '#d55e00',
  paper: '#ffffff',
});

const FONTS = `${FONT_FAMILY}, Verdana, sans-serif`;

/** The shared look: fonts, sizes, contrast (text at least 4.5 to 1 on white), a white ground with a margin. */
export const CHART_CONFIG: Config = {
  font: FONTS,
  background: COLOURS.paper,
  padding: 16,
  view: { stroke: null },
  title: {
    anchor: 'start',
    frame: 'group',
    fontSize: 16,
    fontWeight: 'bold',
    color: COLOURS.ink,
    subtitleFontSize: 12,
    subtitleColor: COLOURS.quiet,
    subtitleLineHeight: 17,
    subtitlePadding: 6,
    offset: 14,
  },
  axis: {
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'bold',
    labelColor: COLOURS.ink,
    titleColor: COLOURS.ink,
    gridColor: COLOURS.grid,
    domainColor: COLOURS.quiet,
    tickColor: COLOURS.quiet,
    titlePadding: 8,
    labelLimit: 0,
    titleLimit: 0,
  },
  legend: {
    labelFontSize: 12,
    titleFontSize: 12,
    labelColor: COLOURS.ink,
    titleColor: COLOURS.ink,
    labelLimit: 0,
  },
  line: { color: COLOURS.blue, strokeWidth: 2 },
  rule: { color: COLOURS.quiet },
};

/** The version of Vega-Lite that every specification is written for. */
export const VEGA_LITE_SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json';
