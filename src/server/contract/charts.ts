/** Charts: what the route takes; it answers SVG. */
import { z } from 'zod';
import { CHART_NAMES, CHART_SUMMARIES, THEMES } from '../../report/charts/chart-names.ts';
import { route } from './route.ts';

/** The part of the path that names the chart. */
export const chartParamsSchema = z.strictObject({
  name: z.enum(CHART_NAMES).describe('Which chart.'),
});

/** What GET /api/v1/charts/{name}.svg takes. */
export const chartQuerySchema = z.strictObject({
  theme: z.enum(THEMES).default('light').describe('For a light or a dark ground.'),
});

export const chartSchema = z.string().describe('The chart as an SVG document.');

const names = CHART_NAMES.map((name) => `${name}: ${CHART_SUMMARIES[name]}`).join(' ');

export const chartRoutes = {
  chart: route({
    method: 'GET',
    path: '/api/v1/charts/:name.svg',
    summary: 'A chart of the deployed model',
    description:
      'Drawn from stored values; where there is nothing to show yet, the picture says so. The ETag changes when a ' +
      `value does. ${names}`,
    tag: 'model',
    params: chartParamsSchema,
    query: chartQuerySchema,
    picture: chartSchema,
  }),
};

export type ChartParams = z.output<typeof chartParamsSchema>;
