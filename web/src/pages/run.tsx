/** One run: its steps with durations, the files it read, its result or its error. */
import type { Run, Step } from '../../../src/server/contract.ts';
import { liveRun } from '../api/live.ts';
import { useAnswer } from '../api/use-answer.ts';
import { formatSeconds } from '../format/numbers.ts';
import { formatTime } from '../format/times.ts';
import { describeRun, triggerName } from '../format/words.ts';
import { Fact, PageHead, Panel } from '../parts/panel.tsx';
import { Problem, Shown } from '../parts/shown.tsx';
import { StepList } from '../parts/step-list.tsx';
import { href } from '../routing/route.ts';
import { FileTable } from './data/files.tsx';
import { RunLogPanel } from './run-log.tsx';
import { StatusBadge } from './runs.tsx';

export function RunPage({ id }: { readonly id: string }) {
  const run = useAnswer('/api/v1/runs/:id', { params: { id } });
  return (
    <>
      <PageHead title={`Run ${id}`} about={<a href={href(['runs'])}>All runs</a>} />
      <Shown answer={run}>{(data) => <Details run={data} />}</Shown>
    </>
  );
}

function Details({ run }: { readonly run: Run }) {
  const live = liveRun.value?.run.id === run.id ? liveRun.value : null;
  const now = live?.run ?? run;
  const steps: readonly Step[] =
    live !== null && live.steps.length > run.steps.length ? live.steps : run.steps;
  return (
    <>
      <section class="panel grid" aria-label="At a glance">
        <Fact title="Result" value={describeRun(now)}>
          <StatusBadge status={now.status} />
        </Fact>
        <Fact title="Begun" value={formatTime(now.startedAt)}>
          asked by {triggerName(now.trigger)}; {now.verb === 'run' ? 'the whole process' : now.verb}
        </Fact>
        <Fact title="Took" value={formatSeconds(now.seconds)}>
          Tidewatch {now.version}
        </Fact>
      </section>
      {now.error !== null && (
        <Problem message={`${now.error.message} (${now.error.code})`} expected={false} />
      )}
      <Panel title="Steps">
        {steps.length === 0 ? <p class="quiet">No step is recorded.</p> : <StepList steps={steps} />}
      </Panel>
      <RunLogPanel id={run.id} running={now.status === 'running'} />
      {run.files.length > 0 && (
        <Panel title="Files that it read">
          <FileTable files={run.files} />
        </Panel>
      )}
      {run.summary !== null && (
        <Panel title="Everything it told">
          <details>
            <summary>As data</summary>
            <pre>{JSON.stringify(run.summary, null, 2)}</pre>
          </details>
        </Panel>
      )}
    </>
  );
}
