/** Charts: what the route takes; it answers SVG. */
import { z } from 'zod';
import { CHART_NAMES, THEMES } from '../../report/charts/chart-names.ts';

/** The part of the path that names the chart. */
export const chartParamsSchema = z.strictObject({
  name: z.enum(CHART_NAMES).describe('Which chart.'),
});

/** What GET /api/v1/charts/{name}.svg takes. */
export const chartQuerySchema = z.strictObject({
  theme: z.enum(THEMES).default('light').describe('For a light or a dark ground.'),
});

export const chartSchema = z.string().describe('The chart as an SVG document.');

export type ChartParams = z.output<typeof chartParamsSchema>;
export type ChartQuery = z.output<typeof chartQuerySchema>;
