import { useAnswer } from '../../api/use-answer.ts';
import { formatCount } from '../../format/numbers.ts';
import { formatTime } from '../../format/times.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Older } from '../../parts/older.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Shown } from '../../parts/shown.tsx';
import { href, route } from '../../routing/route.ts';

export function SnapshotList() {
  const before = route.value.query.get('before');
  const snapshots = useAnswer('/api/v1/snapshots', { query: { before } });
  return (
    <Panel
      title="Snapshots"
      about="All accepted files compiled into one table, named by its content. The newest first."
    >
      <Shown
        answer={snapshots}
        empty={(data) => (data.snapshots.length === 0 ? 'No data has been compiled yet.' : null)}
      >
        {(data) => (
          <>
            <DataTable
              label="Snapshots"
              columns={[
                { head: 'When', names: true, cell: ({ createdAt }) => formatTime(createdAt) },
                { head: 'Snapshot', cell: ({ id }) => <code>{id.slice(0, 12)}</code> },
                { head: 'Run', cell: ({ runId }) => <a href={href(['runs', runId])}>see the run</a> },
                { head: 'Rows', number: true, cell: ({ rows }) => formatCount(rows) },
                { head: 'Read', number: true, cell: ({ read }) => formatCount(read) },
                { head: 'Duplicates', number: true, cell: ({ duplicates }) => formatCount(duplicates) },
                { head: 'Not accepted', number: true, cell: ({ quarantined }) => formatCount(quarantined) },
                { head: 'Columns', number: true, cell: ({ columns }) => formatCount(columns.length) },
              ]}
              rows={data.snapshots}
              keyOf={({ id, runId }) => `${id}/${runId}`}
              cards
            />
            <Older next={data.next} noun="snapshots" />
          </>
        )}
      </Shown>
    </Panel>
  );
}
