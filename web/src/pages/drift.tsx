/** Drift: is the model still right, and is the data still like what it learned from? */
import type { Drift } from '../../../src/server/contract.ts';
import { useAnswer } from '../api/use-answer.ts';
import { formatTime } from '../format/times.ts';
import { PageHead } from '../parts/panel.tsx';
import { Shown } from '../parts/shown.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { DriftChecks } from './drift/checks.tsx';
import { DriftInputs } from './drift/inputs.tsx';
import { DriftPerformance } from './drift/performance.tsx';
import { DriftSegments } from './drift/segments.tsx';

const TABS = [
  ['', 'Is it still right?'],
  ['inputs', 'Has the data changed?'],
  ['segments', 'Segments'],
  ['checks', 'All checks'],
] as const;

export function DriftPage({ tab }: { readonly tab: string }) {
  const drift = useAnswer('/api/v1/drift');
  const look = drift.data?.look ?? null;
  return (
    <>
      <PageHead
        title="Drift"
        about={
          look === null ? undefined : (
            <>
              Newest look: {formatTime(look.createdAt)}, at model{' '}
              <code>{look.modelVersion.slice(0, 12)}</code>.
            </>
          )
        }
      />
      <Tabs label="Parts of Drift" page="drift" tabs={TABS} />
      {tab === 'checks' ? (
        <DriftChecks />
      ) : (
        <Shown answer={drift} empty={emptyText}>
          {({ look: newest, estimateRecords }) =>
            newest === null ? null : (
              <>
                {tab === '' && <DriftPerformance look={newest} records={estimateRecords} />}
                {tab === 'inputs' && <DriftInputs inputs={newest.inputs} />}
                {tab === 'segments' && <DriftSegments look={newest} />}
              </>
            )
          }
        </Shown>
      )}
    </>
  );
}

function emptyText({ look }: Drift): string | null {
  return look === null
    ? 'Nothing has been checked yet. The first look comes with the first new data after a training.'
    : null;
}
