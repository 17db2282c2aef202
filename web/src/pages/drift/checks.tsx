import { useAnswer } from '../../api/use-answer.ts';
import { formatTime } from '../../format/times.ts';
import { shortenNumbers } from '../../format/words.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Older } from '../../parts/older.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Shown } from '../../parts/shown.tsx';
import { href, route } from '../../routing/route.ts';

export function DriftChecks() {
  const checks = useAnswer('/api/v1/checks', { query: { before: route.value.query.get('before') } });
  return (
    <Panel
      title="All checks"
      about="Drift: is the live model still right? Gate: is a new model good enough to go live?"
    >
      <Shown
        answer={checks}
        empty={(data) => (data.checks.length === 0 ? 'Nothing has been checked yet.' : null)}
      >
        {(data) => (
          <>
            <DataTable
              label="Checks"
              columns={[
                { head: 'When', names: true, cell: ({ createdAt }) => formatTime(createdAt) },
                { head: 'Check', cell: ({ kind }) => kind },
                { head: 'Rule', cell: ({ rule }) => rule },
                { head: 'What it said', cell: ({ reason }) => shortenNumbers(reason) },
                { head: 'Run', cell: ({ runId }) => <a href={href(['runs', runId])}>see the run</a> },
              ]}
              rows={data.checks}
              keyOf={({ createdAt, kind }) => `${createdAt}/${kind}`}
              cards
            />
            <Older next={data.next} noun="checks" />
          </>
        )}
      </Shown>
    </Panel>
  );
}
