/** Clients at risk: whom to call, in order, with the reasons, by owner and segment; and those who have left. */

import { useState } from 'preact/hooks';
import type { Risks } from '../../../src/server/contract.ts';
import { addressOf } from '../api/address.ts';
import { ApiProblem } from '../api/call.ts';
import { download } from '../api/download.ts';
import { useAnswer } from '../api/use-answer.ts';
import { formatCompact, formatCount, formatMoney, formatPercent } from '../format/numbers.ts';
import { formatDay, formatTime } from '../format/times.ts';
import { countOf } from '../format/words.ts';
import { type Column, DataTable } from '../parts/data-table.tsx';
import { Risk, Trend } from '../parts/marks.tsx';
import { Pager } from '../parts/pager.tsx';
import { PageHead } from '../parts/panel.tsx';
import { Problem, Shown } from '../parts/shown.tsx';
import { changeQuery, href, route } from '../routing/route.ts';
import { ClientFilters } from './clients/filters.tsx';

type Client = Risks['clients'][number];

const SIZES = [25, 50, 100, 200];

export function ClientsPage() {
  const { query } = route.value;
  const limit = Number(query.get('limit') ?? 25);
  const offset = Number(query.get('offset') ?? 0);
  const isLeft = query.get('status') === 'left';
  const filters = {
    status: isLeft ? 'left' : null,
    q: query.get('q'),
    owner: query.get('owner'),
    segment: query.get('segment'),
    minRisk: query.get('minRisk'),
    sort: query.get('sort'),
  };
  const risks = useAnswer('/api/v1/risks', { query: { ...filters, limit, offset } });
  return (
    <>
      <PageHead
        title={isLeft ? 'Clients who have left' : 'Clients at risk'}
        about={<Totals risks={risks.data} isLeft={isLeft} />}
      />
      <Lists counts={risks.data?.counts ?? null} isLeft={isLeft} />
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

/** Both lists; the filters go with the reader from one to the other. */
function Lists({ counts, isLeft }: { readonly counts: Risks['counts'] | null; readonly isLeft: boolean }) {
  const { query } = route.value;
  const tab = (title: string, status: string | null, count: number | undefined) => (
    <a
      href={href(['clients'], { ...Object.fromEntries(query), status, offset: null })}
      {...((status === 'left') === isLeft ? { 'aria-current': 'page' as const } : {})}
    >
      {title}
      {count !== undefined && <span class="quiet"> {formatCount(count)}</span>}
    </a>
  );
  return (
    <nav class="tabs" aria-label="Lists of clients">
      {tab('To call', null, counts?.listed)}
      {tab('Left', 'left', counts?.left)}
    </nav>
  );
}

function emptyText({ all, counts, status, matching }: Risks): string | null {
  if (counts.listed + counts.left === 0) {
    return 'There are no clients yet. They come with the first data that is read.';
  }
  if (all.clients === 0) {
    return status === 'left'
      ? 'No client has left. Whom you mark as “left” on the page of a client comes here at once.'
      : `Nobody is left to call: all ${countOf(counts.left, 'client')} have left.`;
  }
  return matching.clients === 0 ? 'No client fits these filters.' : null;
}

function Totals({ risks, isLeft }: { readonly risks: Risks | null; readonly isLeft: boolean }) {
  if (isLeft) {
    return <>By their newest data, or because somebody said so. They are not on the list to call.</>;
  }
  if (risks === null || risks.status === 'left') return <>Whom to call first, and why.</>;
  const { all, counts, threshold, rankedBy } = risks;
  return (
    <>
      {formatCount(all.flagged)} of {countOf(all.clients, 'client')} {all.flagged === 1 ? 'is' : 'are'} above
      the risk threshold ({formatPercent(threshold)})
      {all.expectedLoss === null
        ? ''
        : `, with an expected loss of ${formatCompact(all.expectedLoss)} in all`}
      {counts.left > 0 && `; ${formatCount(counts.left)} have left`}.{' '}
      {counts.unknown > 0 && `${unknownText(counts)} `}
      {rankedBy === 'expected-loss'
        ? 'Those with the largest expected loss (risk times value) come first.'
        : 'Those with the highest risk come first.'}
    </>
  );
}

function unknownText({ listed, unknown }: Risks['counts']): string {
  return `The outcome of ${unknown === listed ? 'all' : formatCount(unknown)} is not known yet.`;
}

/** Columns that hold nothing for anybody are left out. */
function columnsOf({ all, owners, segments, earlier, status, clients }: Risks): readonly Column<Client>[] {
  const isLeft = status === 'left';
  return [
    { head: '#', number: true, roomy: true, cell: ({ rank }) => formatCount(rank) },
    { head: 'Client', names: true, cell: ({ id }) => <a href={href(['clients', id])}>{id}</a> },
    ...only(isLeft && clients.some(({ asOf }) => asOf !== null), {
      head: 'As of',
      number: true,
      cell: ({ asOf }: Client) => (asOf === null ? '–' : formatDay(asOf)),
    }),
    { head: 'Risk', cell: (client) => <Risk probability={client.probability} flagged={client.flagged} /> },
    ...only(earlier !== null && !isLeft, {
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
      await download(addressOf('/api/v1/risks', { query: { ...filters, format: 'csv' } }), 'clients.csv');
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error.message);
    }
    setBusy(false);
  };
  return (
    <div class="between">
      <p class="small quiet">
        {data.status === 'left'
          ? 'Risk and reasons are those by the newest data of each.'
          : earlier === null
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
