/** Segments: whether the model is right for each of them, and whether their data has changed. */
import type { Drift } from '../../../../src/server/contract.ts';
import { formatCount, formatShare, formatValue } from '../../format/numbers.ts';
import { shortenNumbers } from '../../format/words.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Estimate } from '../../parts/estimate.tsx';
import { Panel } from '../../parts/panel.tsx';
import { VerdictBadge } from './inputs.tsx';

type Look = NonNullable<Drift['look']>;

export function DriftSegments({ look }: { readonly look: Look }) {
  const changed = look.inputs?.segments ?? [];
  if (look.segments.length === 0 && changed.length === 0) {
    return <p class="state">No column of the data names segments (columns.segment in the configuration).</p>;
  }
  return (
    <>
      <Panel title="Is the model right for each?">
        <DataTable
          label="The model by segment"
          columns={[
            { head: 'Segment', names: true, cell: ({ segment }) => segment },
            { head: 'New rows', number: true, cell: ({ rows }) => formatCount(rows) },
            { head: 'Outcome known', number: true, cell: ({ labelled }) => formatCount(labelled) },
            { head: 'F1', number: true, cell: ({ f1 }) => <Estimate of={f1} /> },
            { head: 'F1 before', number: true, cell: ({ deployed }) => <Estimate of={deployed ?? null} /> },
            { head: 'On the list', number: true, cell: ({ flaggedShare }) => formatShare(flaggedShare) },
            { head: 'p', number: true, cell: ({ pValue }) => formatValue(pValue) },
            { head: 'In words', cell: ({ reason }) => <span class="small">{shortenNumbers(reason)}</span> },
          ]}
          rows={look.segments}
          keyOf={({ segment }) => segment}
          cards
        />
      </Panel>
      <Panel title="Has their data changed?">
        <DataTable
          label="Inputs by segment"
          columns={[
            { head: 'Segment', names: true, cell: ({ segment }) => segment },
            { head: 'Verdict', cell: ({ verdict }) => <VerdictBadge verdict={verdict} /> },
            { head: 'New rows', number: true, cell: ({ rows }) => formatCount(rows) },
            { head: 'Training rows', number: true, cell: ({ referenceRows }) => formatCount(referenceRows) },
            { head: 'Changed columns', cell: ({ drifted }) => drifted.join(', ') || '–' },
            { head: 'In words', cell: ({ reason }) => <span class="small">{shortenNumbers(reason)}</span> },
          ]}
          rows={changed}
          keyOf={({ segment }) => segment}
          cards
        />
      </Panel>
    </>
  );
}
