/** `tidewatch trends`: how scores, data, drift and durations have gone over runs, months and models. */
import { resolve } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { parseSeriesName, parseTimeEnd, type TrendRequest } from '../../pipeline/trends/trend-request.ts';
import type { Trends } from '../../pipeline/trends/trends.ts';
import { MEASURE_NAMES, MEASURES } from '../../store/nouns/measures.ts';
import { speaksUnicode, type Terminal } from '../terminal.ts';
import { renderTrends } from '../trends-text.ts';
import { type Answer, type CommandMaker, createVerb, type SharedOptions, withApp } from '../verb.ts';

const HELP = `
Shows how the numbers of every run have gone: F1 with its interval, rows, missing values, durations, drift. Without a
name the important ones; NAME:LABEL is one column or segment, such as psi:age. Upright dotted lines are model changes.

By run while there are few points, else by day, week or month; a point is then the mean, and the table says how many
numbers it is of. Times are UTC; --until a day means to the end of it.

Names:
${MEASURE_NAMES.map((name) => `  ${name.padEnd(18)} ${MEASURES[name].description}`).join('\n')}

Examples:
  tidewatch trends
  tidewatch trends f1 f1-new --by month
  tidewatch trends missing-share:age --since 2026-03-01 --png missing.png
  tidewatch trends --csv trends.csv
`;

/** Points a series for people, and for a program that asks for JSON. */
const SHOWN = 500;
const JSON_POINTS = 5000;
const NO_LIMIT = 1_000_000_000;

interface TrendsOptions extends SharedOptions {
  readonly since?: string;
  readonly until?: string;
  readonly by?: NonNullable<TrendRequest['by']>;
  readonly model?: string;
  readonly limit?: number;
  readonly csv?: string;
  readonly png?: string;
  readonly ascii: boolean;
}

export const trendsCommand: CommandMaker = (terminal, finish) =>
  createVerb({ name: 'trends', summary: 'how scores, data and durations have gone over time', help: HELP })
    .argument('[names...]', 'what to show (default: what is important)')
    .option('--since <day>', 'from this day or time on')
    .option('--until <day>', 'to the end of this day, or to this time')
    .addOption(
      new Option('--by <step>', 'what a point is (default: as fine as is readable)').choices([
        'run',
        'day',
        'week',
        'month',
        'model',
      ]),
    )
    .option('--model <version>', 'only measurements of this model')
    .option('--limit <n>', 'points a series at most, the newest', wholeNumber)
    .option('--csv <file>', 'write every point, by run unless told otherwise, as CSV; - for standard output')
    .option('--png <file>', 'draw into a PNG file')
    .option('--ascii', 'draw with plain ASCII characters', false)
    .action(async (names: readonly string[], options: TrendsOptions) => {
      const request = requestOf(names, options);
      const answer = await withApp(terminal, options, async (app): Promise<Answer> => {
        if (options.csv === '-') {
          const out = terminal.data ?? terminal.out;
          for await (const chunk of app.trendCsv(request)) out.write(chunk);
          return { value: null, text: '' };
        }
        if (options.csv !== undefined) {
          const path = resolve(options.csv);
          const points = await app.writeTrendCsv(request, path);
          return { value: { path, points }, text: `wrote ${path}: ${points} points` };
        }
        const trends = await app.trends(request);
        if (options.png === undefined)
          return { value: trends, text: textOf(trends, names, options, terminal) };
        const path = resolve(options.png);
        await app.drawTrends(trends, path);
        return { value: { ...trends, path }, text: `wrote ${path}` };
      });
      if (options.csv !== '-') finish(options, answer);
    });

function requestOf(names: readonly string[], options: TrendsOptions): TrendRequest {
  const { since, until, csv, json, limit } = options;
  return {
    series: names.length === 0 ? null : names.map((name) => parseSeriesName(name, 'usage')),
    since: since === undefined ? null : parseTimeEnd('since', since, 'usage'),
    until: until === undefined ? null : parseTimeEnd('until', until, 'usage'),
    by: options.by ?? null,
    modelVersion: options.model ?? null,
    limit: limit ?? (csv !== undefined ? NO_LIMIT : json ? JSON_POINTS : SHOWN),
  };
}

function textOf(
  trends: Trends,
  names: readonly string[],
  { ascii }: TrendsOptions,
  terminal: Terminal,
): string {
  return renderTrends(trends, {
    detailed: names.length > 0,
    width: terminal.width,
    colour: terminal.colour,
    ascii: ascii || !speaksUnicode(terminal.env),
  });
}

function wholeNumber(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 1 && value <= 10_000_000) return value;
  throw new InvalidArgumentError('Expected a whole number from 1 to 10000000.');
}
