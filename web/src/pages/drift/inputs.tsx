/** Each input column against the training data: at the newest look, and over time as a heat map. */
import { type MethodColumn, methodColumns, readingsOf } from '../../../../src/core/monitor/inputs/methods.ts';
import type { Drift } from '../../../../src/server/contract.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { formatCount, formatScore, formatShare, formatValue } from '../../format/numbers.ts';
import { shortenNumbers } from '../../format/words.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Interval } from '../../parts/estimate.tsx';
import { HeatMap } from '../../parts/heat-map.tsx';
import { Badge } from '../../parts/marks.tsx';
import { Panel } from '../../parts/panel.tsx';
import { ServerChart } from '../../parts/server-chart.tsx';
import { Shown } from '../../parts/shown.tsx';
import { Histograms } from './histograms.tsx';

type Inputs = NonNullable<NonNullable<Drift['look']>['inputs']>;
type Column = Inputs['columns'][number];

export function DriftInputs({ inputs }: { readonly inputs: Inputs | null }) {
  return (
    <>
      {inputs === null ? (
        <p class="state">The columns were not compared at this look.</p>
      ) : (
        <>
          <Alarms of={inputs.alarms ?? []} />
          <Summary inputs={inputs} />
          <Columns inputs={inputs} />
          <Histograms of={inputs.histograms ?? []} />
        </>
      )}
      {inputs !== null && <OverTime columns={inputs.columns.map(({ name }) => name)} />}
      <ServerChart
        name="input-drift"
        label="How far each column has moved; the table above has the numbers"
      />
    </>
  );
}

const WINDOWS: Readonly<Record<Inputs['window'], string>> = {
  newest: 'rows of the newest delivery',
  fresh: 'rows of the latest deliveries',
  all: 'rows since the training',
};

function Alarms({ of: alarms }: { readonly of: NonNullable<Inputs['alarms']> }) {
  if (alarms.length === 0) return null;
  return (
    <Panel
      title="What is wrong"
      about="Broken: the data itself is at fault. Moved: other clients, or another time. The newest delivery, the latest ones together and all new rows are each judged, whether the outcome is known or not."
    >
      <DataTable
        label="Alarms of the inputs"
        columns={[
          { head: 'Column', names: true, cell: ({ column }) => column },
          {
            head: 'What',
            cell: ({ severity }) => (
              <Badge kind={severity === 'broken' ? 'act' : 'accent'}>
                {severity === 'broken' ? 'broken' : 'has moved'}
              </Badge>
            ),
          },
          { head: 'In words', cell: ({ sentence }) => <span class="small">{sentence}</span> },
          { head: 'Rows', number: true, cell: ({ rows }) => formatCount(rows) },
          { head: 'p', number: true, cell: ({ p }) => formatValue(p) },
        ]}
        rows={alarms}
        keyOf={({ column, kind, window }) => `${column} ${kind} ${window}`}
        cards
      />
    </Panel>
  );
}

function Summary({ inputs }: { readonly inputs: Inputs }) {
  const { domain } = inputs;
  return (
    <div class="grid wide">
      <Panel title="All columns" actions={<VerdictBadge verdict={inputs.verdict} />}>
        {(inputs.alarms ?? []).length === 0 && <p>{shortenNumbers(inputs.reason)}</p>}
        <p class="small quiet">
          {formatCount(inputs.rows.current)} {WINDOWS[inputs.window]}, against{' '}
          {formatCount(inputs.rows.reference)} rows of the training data.
        </p>
      </Panel>
      {domain !== null && (
        <Panel title="Together" actions={<VerdictBadge verdict={domain.verdict} />}>
          <p>{shortenNumbers(domain.reason)}</p>
          {domain.auc !== null && (
            <p class="small quiet">
              A classifier tells new rows from old with an AUC of {formatScore(domain.auc.value)}{' '}
              <Interval of={domain.auc} />; 0.5 is a guess.
            </p>
          )}
        </Panel>
      )}
    </div>
  );
}

export function VerdictBadge({ verdict }: { readonly verdict: Inputs['verdict'] }) {
  if (verdict === 'drift') return <Badge kind="act">has changed</Badge>;
  return verdict === 'no-drift' ? <Badge kind="good">as before</Badge> : <Badge>too few rows to say</Badge>;
}

function Columns({ inputs }: { readonly inputs: Inputs }) {
  return (
    <Panel
      title="Column by column"
      about="PSI: how far the distribution has moved (0.1 moderate, 0.25 large), corrected for chance. p: how likely that is by chance, over all columns and windows."
    >
      <DataTable
        label="Columns against the training data"
        columns={[
          { head: 'Column', names: true, cell: ({ name }) => name },
          { head: 'Verdict', cell: ({ verdict }) => <VerdictBadge verdict={verdict} /> },
          ...METHODS.slice(0, 1),
          { head: 'p', number: true, cell: ({ adjustedP }) => formatValue(adjustedP) },
          ...METHODS.slice(1),
          { head: 'In words', cell: ({ reason }) => <span class="small">{shortenNumbers(reason)}</span> },
        ]}
        rows={inputs.columns}
        keyOf={({ name }) => name}
        cards
      />
    </Panel>
  );
}

/** The first is the size of the shift: its p stands beside it. */
const METHODS = methodColumns('page').map((method) => ({
  head: method.head,
  number: true,
  cell: (column: Column) => <MethodCell method={method} column={column} />,
}));

function MethodCell({ method, column }: { readonly method: MethodColumn; readonly column: Column }) {
  const { number = null, before = null } = method.cell(readingsOf(column)) ?? {};
  const format = method.unit === 'share' ? formatShare : formatScore;
  if (before === null || before === number) return <>{format(number)}</>;
  return (
    <>
      {format(before)} → {format(number)}
    </>
  );
}

const MAX_COLUMNS = 50;
const MAX_LOOKS = 24;

function OverTime({ columns }: { readonly columns: readonly string[] }) {
  const names = columns.slice(0, MAX_COLUMNS).map((name) => `psi:${name}`);
  const trends = useAnswer('/api/v1/trends', { query: { limit: MAX_LOOKS, name: names } });
  return (
    <Panel title="Over time" about="PSI of each column at each look.">
      <Shown
        answer={trends}
        empty={({ series }) => (series.length === 0 ? 'Nothing was measured yet.' : null)}
      >
        {({ series }) => (
          <HeatMap
            label="PSI of each column over time"
            moments={[...new Set(series.flatMap(({ points }) => points.map(({ from }) => from)))]
              .sort()
              .slice(-MAX_LOOKS)}
            rows={series.map(({ label, points }) => ({
              name: label ?? 'all columns',
              values: new Map(
                points.flatMap(({ from, value }) => (value === null ? [] : [[from, value] as const])),
              ),
            }))}
          />
        )}
      </Shown>
    </Panel>
  );
}
