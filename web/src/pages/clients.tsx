/** Clients at risk: whom to call, in order, with the reasons, by owner and segment. */
import { useState } from 'preact/hooks';
import type { Risks } from '../../../src/server/contract.ts';
import { ApiProblem } from '../api/call.ts';
import { download } from '../api/download.ts';
import { useAnswer } from '../api/use-answer.ts';
import { formatCompact, formatCount, formatMoney, formatPercent } from '../format/numbers.ts';
import { formatTime } from '../format/times.ts';
import { type Column, DataTable } from '../parts/data-table.tsx';
import { Risk, Trend } from '../parts/marks.tsx';
import { Pager } from '../parts/pager.tsx';
import { PageHead } from '../parts/panel.tsx';
import { Problem, Shown } from '../parts/shown.tsx';
import { changeQuery, href, route, searchOf } from '../routing/route.ts';
import { ClientFilters } from './clients/filters.tsx';

type Client = Risks['clients'][number];

const SIZES = [25, 50, 100, 200];

export function ClientsPage() {
  const { query } = route.value;
  const limit = Number(query.get('limit') ?? 25);
  const offset = Number(query.get('offset') ?? 0);
  const filters = {
    q: query.get('q'),
    owner: query.get('owner'),
    segment: query.get('segment'),
    minRisk: query.get('minRisk'),
    sort: query.get('sort'),
  };
  const risks = useAnswer<Risks>(`/api/v1/risks${searchOf({ ...filters, limit, offset })}`);
  return (
    <>
      <PageHead title="Clients at risk" about={<Totals risks={risks.data} />} />
      <section class="panel" aria-label="Clients">
        <ClientFilters risks={risks.data} />
        <Shown answer={risks} empty={emptyText}>
          {(data) => (
            <div class={risks.loading ? 'stack refreshing' : 'stack'} aria-busy={risks.loading}>
              <DataTable
                label="Clients by rank"
                columns={columnsOf(data)}
                rows={data.clients}
                keyOf={(client) => client.id}
                cards
              />
              <Pager
                offset={offset}
                limit={limit}
                total={data.matching.clients}
                noun="clients"
                onMove={(next) => changeQuery({ offset: next === 0 ? null : next })}
              />
              <Ends data={data} filters={filters} limit={limit} />
            </div>
          )}
        </Shown>
      </section>
    </>
  );
}

function emptyText({ all, matching }: Risks): string | null {
  if (all.clients === 0) return 'There are no clients yet. They come with the first data that is read.';
  return matching.clients === 0 ? 'No client fits these filters.' : null;
}

function Totals({ risks }: { readonly risks: Risks | null }) {
  if (risks === null) return <>Whom to call first, and why.</>;
  const { all, threshold, rankedBy } = risks;
  return (
    <>
      {formatCount(all.flagged)} of {formatCount(all.clients)} clients are above the threshold of{' '}
      {formatPercent(threshold)}
      {all.expectedLoss === null
        ? ''
        : `, with an expected loss of ${formatCompact(all.expectedLoss)} in all`}
      .{' '}
      {rankedBy === 'expected-loss'
        ? 'Those with the largest expected loss (risk times value) come first.'
        : 'Those with the highest risk come first.'}
    </>
  );
}

/** Columns that hold nothing for anybody are left out. */
function columnsOf({ all, owners, segments, earlier }: Risks): readonly Column<Client>[] {
  return [
    { head: '#', number: true, roomy: true, cell: ({ rank }) => formatCount(rank) },
    { head: 'Client', names: true, cell: ({ id }) => <a href={href(['clients', id])}>{id}</a> },
    { head: 'Risk', cell: (client) => <Risk probability={client.probability} flagged={client.flagged} /> },
    ...only(earlier !== null, {
      head: 'Change',
      cell: (client: Client) => <Trend now={client.probability} earlier={client.earlier} />,
    }),
    ...only(
      all.expectedLoss !== null,
      { head: 'Expected loss', number: true, cell: ({ expectedLoss }: Client) => formatMoney(expectedLoss) },
      { head: 'Value', number: true, roomy: true, cell: ({ value }: Client) => formatMoney(value) },
    ),
    {
      head: 'Why',
      cell: ({ reasons }) => (
        <ul class="reasons">
          {reasons.map(({ column, sentence }) => (
            <li key={column}>{sentence}</li>
          ))}
        </ul>
      ),
    },
    ...only(owners.length > 0, { head: 'Owner', cell: ({ owner }: Client) => owner ?? '–' }),
    ...only(segments.length > 0, { head: 'Segment', cell: ({ segment }: Client) => segment ?? '–' }),
  ];
}

function only<T>(wanted: boolean, ...columns: readonly T[]): readonly T[] {
  return wanted ? columns : [];
}

interface EndsProps {
  readonly data: Risks;
  readonly filters: Readonly<Record<string, string | null>>;
  readonly limit: number;
}

function Ends({ data, filters, limit }: EndsProps) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const { earlier, matching } = data;
  const save = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await download(`/api/v1/risks${searchOf({ ...filters, format: 'csv' })}`, 'clients.csv');
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error.message);
    }
    setBusy(false);
  };
  return (
    <div class="between">
      <p class="small quiet">
        {earlier === null
          ? 'There is no earlier scoring to compare with.'
          : `Change: percentage points since ${formatTime(earlier.at)}.`}
      </p>
      <div class="row screen-only">
        <label class="row small">
          Clients a page
          <select
            value={limit}
            onChange={(event) => changeQuery({ limit: event.currentTarget.value, offset: null })}
          >
            {SIZES.map((size) => (
              <option key={size}>{size}</option>
            ))}
          </select>
        </label>
        <button type="button" disabled={busy} onClick={() => void save()}>
          {busy ? 'Saving …' : `Export ${formatCount(matching.clients)} clients (CSV)`}
        </button>
      </div>
      {problem !== null && <Problem message={problem} expected={false} />}
    </div>
  );
}
