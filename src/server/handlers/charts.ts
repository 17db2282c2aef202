/** The charts of the deployed model. */
import { TidewatchError } from '../../base/errors.ts';
import { nearestNames } from '../../base/nearest.ts';
import { CHART_NAMES, type ChartName, type Theme } from '../../report/charts/chart-names.ts';
import type { chartRoutes } from '../contract/charts.ts';
import type { Handlers, Picture } from '../handler.ts';

export function chartHandlers(
  chart: (name: ChartName, theme: Theme) => Promise<Picture>,
): Handlers<typeof chartRoutes> {
  return { chart: async ({ params, query }) => chart(nameOf(params.name), query.theme) };
}

/** The chart of the name. `not-found` with what is near it where there is none. */
function nameOf(text: string): ChartName {
  const name = CHART_NAMES.find((each) => each === text);
  if (name !== undefined) return name;
  const nearest = nearestNames(text, CHART_NAMES, 3);
  throw new TidewatchError(
    'not-found',
    `There is no chart of that name.${nearest.length === 0 ? '' : ` Near it: ${nearest.join(', ')}.`} There are: ` +
      `${CHART_NAMES.join(', ')}.`,
    { details: { nearest, charts: CHART_NAMES } },
  );
}
