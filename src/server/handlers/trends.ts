/** How scores, data, drift and durations have gone over time. */
import type { WithStore } from '../../pipeline/resources.ts';
import { renderTrendCsv } from '../../pipeline/trends/trend-csv.ts';
import { requestOfQuery } from '../../pipeline/trends/trend-request.ts';
import { readTrends } from '../../pipeline/trends/trends.ts';
import type { trendRoutes } from '../contract/trends.ts';
import { CsvFile, type Handlers } from '../handler.ts';

export function trendHandlers(resources: WithStore): Handlers<typeof trendRoutes> {
  return {
    trends: async ({ query }) => {
      const trends = await readTrends(await resources.store(), requestOfQuery(query));
      return query.format === 'csv' ? new CsvFile('trends.csv', renderTrendCsv(trends)) : trends;
    },
  };
}
