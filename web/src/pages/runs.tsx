/** Runs: what ran, when, for how long, and what came of it; and to start one. */
import type { RunEntry } from '../../../src/server/contract.ts';
import { liveRun } from '../api/live.ts';
import { useAnswer } from '../api/use-answer.ts';
import { formatSeconds } from '../format/numbers.ts';
import { formatTime } from '../format/times.ts';
import { describeRun, triggerName } from '../format/words.ts';
import { DataTable } from '../parts/data-table.tsx';
import { RunButton } from '../parts/live-run.tsx';
import { Badge } from '../parts/marks.tsx';
import { Older } from '../parts/older.tsx';
import { PageHead, Panel } from '../parts/panel.tsx';
import { Shown } from '../parts/shown.tsx';
import { StepList } from '../parts/step-list.tsx';
import { changeQuery, href, route } from '../routing/route.ts';

const VERBS = ['run', 'ingest', 'train', 'score', 'deploy', 'promote', 'rollback'];

export function RunsPage() {
  const { query } = route.value;
  const verb = query.get('verb');
  const runs = useAnswer('/api/v1/runs', { query: { verb, before: query.get('before') } });
  return (
    <>
      <PageHead title="Runs">
        <RunButton />
      </PageHead>
      <UnderWay />
      <Panel
        title="All runs"
        actions={
          <label class="row small screen-only">
            Show
            <select
              value={verb ?? ''}
              onChange={(event) => changeQuery({ verb: event.currentTarget.value, before: null })}
            >
              <option value="">everything</option>
              {VERBS.map((each) => (
                <option key={each} value={each}>
                  {each === 'run' ? 'the whole process' : each}
                </option>
              ))}
            </select>
          </label>
        }
      >
        <Shown
          answer={runs}
          empty={(data) => (data.runs.length === 0 ? 'Nothing of that kind ran yet.' : null)}
        >
          {(data) => (
            <>
              <RunTable runs={data.runs} />
              <Older next={data.next} noun="runs" />
            </>
          )}
        </Shown>
      </Panel>
    </>
  );
}

function UnderWay() {
  const live = liveRun.value;
  if (live === null || live.run.status !== 'running') return null;
  return (
    <Panel title="Under way">
      {live.steps.length === 0 ? <p class="quiet pulse">Beginning …</p> : <StepList steps={live.steps} />}
    </Panel>
  );
}

function RunTable({ runs }: { readonly runs: readonly RunEntry[] }) {
  return (
    <DataTable
      label="Runs"
      columns={[
        {
          head: 'Begun',
          names: true,
          cell: ({ id, startedAt }) => <a href={href(['runs', id])}>{formatTime(startedAt)}</a>,
        },
        { head: 'What', cell: ({ verb }) => (verb === 'run' ? 'whole process' : verb) },
        { head: 'Asked by', cell: ({ trigger }) => triggerName(trigger) },
        { head: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
        {
          head: 'What came of it',
          cell: (run) => (run.error === null ? describeRun(run) : run.error.message),
        },
        { head: 'Took', number: true, cell: ({ seconds }) => formatSeconds(seconds) },
      ]}
      rows={runs}
      keyOf={({ id }) => id}
      cards
    />
  );
}

export function StatusBadge({ status }: { readonly status: RunEntry['status'] }) {
  const kind = status === 'succeeded' ? 'good' : status === 'running' ? 'accent' : 'act';
  return <Badge kind={kind}>{status}</Badge>;
}
