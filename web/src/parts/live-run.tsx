/** The run under way, step by step, and the button that starts one. */
import { signal } from '@preact/signals';
import { ApiProblem, post } from '../api/call.ts';
import { connection, liveRun } from '../api/live.ts';
import { formatBytes, formatCount, formatSeconds } from '../format/numbers.ts';
import { describeRun } from '../format/words.ts';
import { href } from '../routing/route.ts';
import { Problem } from './shown.tsx';

const starting = signal(false);
const startProblem = signal<string | null>(null);

export function RunButton() {
  const busy = starting.value || liveRun.value?.run.status === 'running';
  return (
    <div class="stack tight screen-only">
      <button type="button" class="main" disabled={busy} onClick={() => void start()}>
        {busy ? 'A run is under way' : 'Run now'}
      </button>
      {startProblem.value !== null && <Problem message={startProblem.value} expected={false} />}
    </div>
  );
}

async function start(): Promise<void> {
  starting.value = true;
  startProblem.value = null;
  try {
    await post('/api/v1/runs');
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    startProblem.value = error.message;
  } finally {
    starting.value = false;
  }
}

/** One line on every page while something runs or has just ended, and where the server does not answer. */
export function LiveBar() {
  return (
    <div role="status" class="stack tight screen-only">
      {connection.value === 'lost' && (
        <p class="bar act">
          Not connected to the server. What you see may be old; it is tried again every few seconds.
        </p>
      )}
      <LiveLine />
    </div>
  );
}

function LiveLine() {
  const live = liveRun.value;
  if (live === null) return null;
  const { run, steps, progress } = live;
  const running = run.status === 'running';
  const step = steps.at(-1);
  const kind = running ? '' : run.status === 'succeeded' ? 'good' : 'act';
  return (
    <p class={`bar ${kind}`}>
      <strong>
        {running ? `A run is under way${step === undefined ? '' : `: ${step.name}`}` : describeRun(run)}
      </strong>
      {progress !== null && running && <ProgressOf {...progress} />}
      {!running && <span class="quiet">{formatSeconds(run.seconds)}</span>}
      <a href={href(['runs', run.id])}>{running ? 'Follow it' : 'See what it did'}</a>
      {!running && (
        <button
          type="button"
          onClick={() => {
            liveRun.value = null;
          }}
        >
          Close
        </button>
      )}
    </p>
  );
}

interface ProgressProps {
  readonly label: string;
  readonly done: number;
  readonly total: number | null;
  readonly unit: string;
}

function ProgressOf({ label, done, total, unit }: ProgressProps) {
  const format = unit === 'bytes' ? formatBytes : (value: number) => `${formatCount(value)} ${unit}`;
  return (
    <>
      {total !== null && total > 0 && <progress max={total} value={done} aria-label={label} />}
      <span class="quiet">
        {label}: {format(done)}
        {total === null ? '' : ` of ${format(total)}`}
      </span>
    </>
  );
}
