/** Trends bound to a workspace: told, written as CSV, drawn. They take no lock and change nothing. */
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { commitFile, temporaryName, writeFileAtomic } from '../../base/atomic-file.ts';
import { makeFolder } from '../../base/make-folder.ts';
import { type TrendPanelValues, trendPanels } from '../../report/charts/trend-panels.ts';
import { MEASURES } from '../../store/nouns/measures.ts';
import type { Resources, WithStore } from '../resources.ts';
import { trendCsv } from './trend-csv.ts';
import type { TrendRequest } from './trend-request.ts';
import { readTrends, type TrendSeries, type Trends } from './trends.ts';

export async function trendsOf(resources: WithStore, request: TrendRequest): Promise<Trends> {
  return readTrends(await resources.store(), request);
}

/** Every point of every series as CSV text in chunks. */
export async function* trendCsvOf(resources: WithStore, request: TrendRequest): AsyncGenerator<string> {
  yield* trendCsv(await resources.store(), request);
}

/** Writes every point to a file, absolute, which is whole or not there. Returns the number of points. */
export async function writeTrendCsv(
  resources: WithStore,
  request: TrendRequest,
  path: string,
): Promise<number> {
  makeFolder(dirname(path));
  const temporary = temporaryName(path);
  let lines = 0;
  try {
    const file = openSync(temporary, 'w');
    try {
      for await (const chunk of trendCsvOf(resources, request)) {
        writeSync(file, chunk);
        lines += chunk.split('\n').length - 1;
      }
    } finally {
      closeSync(file);
    }
    commitFile(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  return lines - 1;
}

/** Draws the trends into a PNG file, absolute. */
export async function drawTrends(
  resources: Pick<Resources, 'renderer'>,
  trends: Trends,
  path: string,
): Promise<void> {
  writeFileAtomic(path, await resources.renderer().png(trendPanels(panelValues(trends))));
}

/** The band of a single number is its interval; of several, from the least to the greatest. */
export function panelValues({ by, series, deployments, modelVersion }: Trends): TrendPanelValues {
  const single = by === 'run';
  const of = modelVersion === null ? '' : ` of model ${modelVersion}`;
  return {
    title: `Trends by ${by}${of}`,
    subtitle:
      series.length === 0
        ? 'Nothing has been measured yet'
        : `Band: ${single ? 'interval' : 'least to greatest'}; dashed: a model went live`,
    panels: series.map((each) => ({
      title: seriesTitle(each),
      unit: each.unit,
      scale: each.scale,
      points: each.points.map(({ from, value, low, high, min, max }) => ({
        from,
        value,
        low: single ? low : min,
        high: single ? high : max,
      })),
    })),
    changes: deployments,
  };
}

/** Such as "PSI of age". */
export function seriesTitle({ name, label }: Pick<TrendSeries, 'name' | 'label'>): string {
  const { title } = MEASURES[name];
  return label === null ? title : `${title} of ${label}`;
}
