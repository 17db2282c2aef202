/** Trends: how scores, data, drift and durations have gone, with the moments when a model went live. */

import { useState } from 'preact/hooks';
import type { Trends } from '../../../src/server/contract.ts';
import { addressOf } from '../api/address.ts';
import { ApiProblem } from '../api/call.ts';
import { download } from '../api/download.ts';
import { useAnswer } from '../api/use-answer.ts';
import { formatCount, formatSeconds, formatShare, formatValue } from '../format/numbers.ts';
import { formatTime } from '../format/times.ts';
import { DataTable } from '../parts/data-table.tsx';
import { LineChart } from '../parts/line-chart.tsx';
import { PageHead, Panel } from '../parts/panel.tsx';
import { Problem, Shown } from '../parts/shown.tsx';
import { changeQuery, route } from '../routing/route.ts';

type Series = Trends['series'][number];

const FORMATS: Readonly<Record<Series['unit'], (value: number) => string>> = {
  score: (value) => value.toFixed(2),
  share: formatShare,
  rows: formatCount,
  columns: formatCount,
  seconds: formatSeconds,
  value: formatValue,
};

const STEPS = [
  ['', 'what fits'],
  ['run', 'run'],
  ['day', 'day'],
  ['week', 'week'],
  ['month', 'month'],
  ['model', 'model'],
] as const;

const SINCE_DAYS = [
  ['', 'the beginning'],
  ['7', 'a week ago'],
  ['30', 'a month ago'],
  ['365', 'a year ago'],
] as const;

const DAY_MS = 86_400_000;

export function TrendsPage() {
  const { query } = route.value;
  const days = Number(query.get('days') ?? 0);
  const since = days > 0 ? new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10) : null;
  const asked = { by: query.get('by'), since };
  const trends = useAnswer('/api/v1/trends', { query: asked });
  return (
    <>
      <PageHead title="Trends" about="Bands are intervals; a dashed line marks a model that went live.">
        <Choice label="A point is a" name="by" options={STEPS} />
        <Choice label="Since" name="days" options={SINCE_DAYS} />
        <Export path={addressOf('/api/v1/trends', { query: { ...asked, format: 'csv' } })} />
      </PageHead>
      <Shown
        answer={trends}
        empty={({ series }) =>
          series.length === 0 ? 'Nothing was measured in that time. Every run adds a point.' : null
        }
      >
        {(data) => (
          <div class="grid wide">
            {data.series.map((series) => (
              <SeriesPanel
                key={`${series.name}:${series.label}`}
                series={series}
                deployments={data.deployments}
              />
            ))}
          </div>
        )}
      </Shown>
    </>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly name: string;
  readonly options: readonly (readonly [string, string])[];
}

function Choice({ label, name, options }: ChoiceProps) {
  return (
    <label class="field screen-only">
      {label}
      <select
        value={route.value.query.get(name) ?? ''}
        onChange={(event) => changeQuery({ [name]: event.currentTarget.value })}
      >
        {options.map(([value, title]) => (
          <option key={value} value={value}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}

function Export({ path }: { readonly path: string }) {
  const [problem, setProblem] = useState<string | null>(null);
  const save = (): Promise<void> =>
    download(path, 'trends.csv').then(
      () => setProblem(null),
      (error: unknown) => {
        if (!(error instanceof ApiProblem)) throw error;
        setProblem(error.message);
      },
    );
  return (
    <>
      <button type="button" onClick={() => void save()}>
        Export (CSV)
      </button>
      {problem !== null && <Problem message={problem} expected={false} />}
    </>
  );
}

interface SeriesProps {
  readonly series: Series;
  readonly deployments: Trends['deployments'];
}

function SeriesPanel({ series, deployments }: SeriesProps) {
  const { title, label, description, points, unit, scale, better } = series;
  const name = label === null ? title : `${title}: ${label}`;
  const format = FORMATS[unit];
  const last = points.at(-1);
  return (
    <Panel
      title={name}
      about={`${description}${better === null ? '' : ` ${better === 'higher' ? 'Higher' : 'Lower'} is better.`}`}
    >
      {last?.value != null && (
        <p>
          <strong class="number">{format(last.value)}</strong>{' '}
          <span class="quiet small">
            newest
            {last.low === null || last.high === null ? '' : ` (${format(last.low)} to ${format(last.high)})`}
            {last.rows === null ? '' : `, ${formatCount(last.rows)} rows`}
          </span>
        </p>
      )}
      <LineChart
        label={`${name}: ${points.length} points; the table below has the numbers`}
        points={points.map(({ from, value, low, high }) => ({ at: from, value, low, high }))}
        format={format}
        marks={deployments.map(({ at }) => at)}
        scale={scale}
      />
      <details>
        <summary>Numbers</summary>
        <DataTable
          label={`${name}, newest first`}
          columns={[
            { head: 'When', names: true, cell: ({ from }) => formatTime(from) },
            { head: 'Value', number: true, cell: ({ value }) => (value === null ? '–' : format(value)) },
            {
              head: 'Interval',
              number: true,
              cell: ({ low, high }) =>
                low === null || high === null ? '–' : `${format(low)} to ${format(high)}`,
            },
            { head: 'Rows', number: true, cell: ({ rows }) => formatCount(rows) },
          ]}
          rows={points.toReversed().slice(0, 100)}
          keyOf={({ from }) => from}
        />
      </details>
    </Panel>
  );
}
