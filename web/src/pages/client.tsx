/** One client: its risk and why, what would have to change, how it has gone, and what people say of it. */
import type { Client } from '../../../src/server/contract.ts';
import { useAnswer } from '../api/use-answer.ts';
import { formatCount, formatMoney, formatPercent, formatShare, formatValue } from '../format/numbers.ts';
import { formatDay, formatTime } from '../format/times.ts';
import { countOf } from '../format/words.ts';
import { ClientNotes, ClientOutcome } from '../parts/client-forms.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { LineChart } from '../parts/line-chart.tsx';
import { Badge } from '../parts/marks.tsx';
import { Fact, PageHead, Panel } from '../parts/panel.tsx';
import { Shown } from '../parts/shown.tsx';
import { Waterfall } from '../parts/waterfall.tsx';
import { href } from '../routing/route.ts';

export function ClientPage({ id }: { readonly id: string }) {
  const client = useAnswer('/api/v1/clients/:id', { params: { id } });
  return (
    <>
      <PageHead title={id} about={<a href={href(['clients'])}>All clients at risk</a>} />
      <Shown answer={client}>
        {(data) => (
          <>
            <Facts data={data} />
            <div class="two">
              <div class="stack">
                <Reasons data={data} />
                <Changes data={data} />
                <History data={data} />
              </div>
              <div class="stack">
                <ClientOutcome id={id} outcomes={data.outcomes} />
                <ClientNotes id={id} notes={data.notes} />
              </div>
            </div>
          </>
        )}
      </Shown>
    </>
  );
}

function Facts({ data }: { readonly data: Client }) {
  const { client, probability, flagged, clients, riskPercentile, baseRate, scoredBy } = data;
  return (
    <section class="panel grid" aria-label="At a glance">
      <Fact title="Risk of leaving" value={formatPercent(probability)}>
        {flagged ? (
          <Badge kind="act">above the threshold</Badge>
        ) : (
          <Badge kind="good">below the threshold</Badge>
        )}{' '}
        of {formatPercent(data.threshold)}; {formatPercent(baseRate)} of all left
        {scoredBy === 'out-of-fold' &&
          '. Scored by a model that has not seen this client’s past, as the deployed one has learned from it.'}
      </Fact>
      {client.status === 'left' ? (
        <Fact title="Status" value={<Badge kind="act">left</Badge>}>
          {client.asOf !== null && `as of ${formatDay(client.asOf)}; `}
          not on the list. <a href={href(['clients'], { status: 'left' })}>All who have left</a>
        </Fact>
      ) : (
        <Fact title="Rank" value={formatCount(client.rank)}>
          of {countOf(clients, 'client')}; riskier than {formatShare(riskPercentile)} of them
        </Fact>
      )}
      {client.expectedLoss !== null && (
        <Fact title="Expected loss" value={formatMoney(client.expectedLoss)}>
          of a value of {formatMoney(client.value)}
        </Fact>
      )}
      {client.owner !== null && <Fact title="Owner" value={client.owner} />}
      {client.segment !== null && <Fact title="Segment" value={client.segment} />}
    </section>
  );
}

function Reasons({ data }: { readonly data: Client }) {
  const { contributions, baseline, baselineProbability, probability, without } = data;
  return (
    <Panel
      title="Why"
      about={`From the average client (${formatPercent(baselineProbability)}) to this one (${formatPercent(probability)}). Bars to the right raise the risk, bars to the left lower it; the numbers are log-odds before calibration, and add up.`}
    >
      <Waterfall
        baseline={baseline}
        baselineProbability={baselineProbability}
        probability={probability}
        parts={contributions}
      />
      <DataTable
        label="Every reason"
        columns={[
          { head: 'Reason', names: true, cell: ({ sentence }) => sentence },
          {
            head: 'Value',
            number: true,
            cell: ({ value }) => (typeof value === 'number' ? formatValue(value) : (value ?? 'missing')),
          },
          {
            head: 'Adds',
            number: true,
            cell: ({ contribution }) => `${contribution > 0 ? '+' : '−'}${Math.abs(contribution).toFixed(2)}`,
          },
        ]}
        rows={contributions}
        keyOf={({ column }) => column}
      />
      {without.map(({ columns, probability: left }) => (
        <p key={columns.join()} class="small quiet">
          With {columns.join(', ')} as for the average client, the risk would be {formatPercent(left)}.
        </p>
      ))}
    </Panel>
  );
}

function Changes({ data }: { readonly data: Client }) {
  const { changes, noChange } = data;
  return (
    <Panel
      title="What would have to change"
      about="The nearest single change that would take this client off the list, by the model. It tells what the model sees, not what causes what."
    >
      {noChange !== null && <p>{noChange}</p>}
      <ul class="todo">
        {changes.map((change) => (
          <li key={change.column}>
            <span aria-hidden="true">→</span>
            <span>{change.sentence}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function History({ data }: { readonly data: Client }) {
  const { history, threshold } = data;
  const points = history
    .toReversed()
    .map(({ at, probability }) => ({ at, value: probability, low: null, high: null }));
  return (
    <Panel
      title="How its risk has gone"
      about="What each run said; the dashed line is the threshold of today."
    >
      {history.length === 0 ? (
        <p class="state">No run has scored this client before. Its history begins with the next run.</p>
      ) : (
        <>
          {history.length > 1 && (
            <LineChart
              label={`Risk over ${history.length} scorings; the table below has the numbers`}
              points={points}
              format={formatPercent}
              line={threshold}
              within={[0, 1]}
            />
          )}
          <DataTable
            label="Risk by scoring"
            columns={[
              { head: 'When', names: true, cell: ({ at }) => formatTime(at) },
              { head: 'Risk', number: true, cell: ({ probability }) => formatShare(probability) },
              { head: 'Model', cell: ({ modelVersion }) => <code>{modelVersion.slice(0, 12)}</code> },
            ]}
            rows={history.slice(0, 20)}
            keyOf={({ at }) => at}
          />
        </>
      )}
    </Panel>
  );
}
