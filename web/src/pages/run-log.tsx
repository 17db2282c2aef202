/** What a run logged, from a level on, page by page; of a run that goes on, lines as they come. */
import type { LogLine, RunLog } from '../../../src/server/contract.ts';
import { liveLines } from '../api/live.ts';
import { useAnswer } from '../api/use-answer.ts';
import { formatCount } from '../format/numbers.ts';
import { formatLineTime } from '../format/times.ts';
import { type Column, DataTable } from '../parts/data-table.tsx';
import { Badge } from '../parts/marks.tsx';
import { Panel } from '../parts/panel.tsx';
import { Shown } from '../parts/shown.tsx';
import { changeQuery, route } from '../routing/route.ts';

type Level = LogLine['level'];

const LEVELS: readonly Level[] = ['debug', 'info', 'warn', 'error'];
const NAMES: Readonly<Record<Level, string>> = {
  debug: 'everything',
  info: 'information and above',
  warn: 'warnings and errors',
  error: 'errors alone',
};

const COLUMNS: readonly Column<LogLine>[] = [
  { head: 'At', cell: ({ at }) => <time dateTime={at}>{formatLineTime(at)}</time> },
  { head: 'Level', cell: ({ level }) => <Badge kind={BADGES[level]}>{level}</Badge> },
  { head: 'Step', cell: ({ step }) => step ?? '' },
  { head: 'Message', cell: ({ message }) => <span class="log-message">{message}</span>, names: true },
];
const BADGES = { debug: 'plain', info: 'plain', warn: 'accent', error: 'act' } as const;

export function RunLogPanel({ id, running }: { readonly id: string; readonly running: boolean }) {
  const { query } = route.value;
  const level = LEVELS.find((each) => each === query.get('level')) ?? 'debug';
  const after = query.get('after');
  const answer = useAnswer('/api/v1/runs/:id/logs', { params: { id }, query: { level, after } });
  return (
    <Panel title="Log" actions={<LevelChoice level={level} />}>
      <Shown answer={answer} empty={(data) => (data.kept || running ? null : 'Nothing is kept of its log.')}>
        {(data) => <Lines log={data} level={level} after={after} />}
      </Shown>
    </Panel>
  );
}

function LevelChoice({ level }: { readonly level: Level }) {
  return (
    <label class="row small screen-only">
      Show
      <select
        value={level}
        onChange={({ currentTarget }) =>
          changeQuery({ level: currentTarget.value === 'debug' ? null : currentTarget.value, after: null })
        }
      >
        {LEVELS.map((each) => (
          <option key={each} value={each}>
            {NAMES[each]}
          </option>
        ))}
      </select>
    </label>
  );
}

interface LinesProps {
  readonly log: RunLog;
  readonly level: Level;
  readonly after: string | null;
}

function Lines({ log, level, after }: LinesProps) {
  const shown = log.next === null ? [...log.log, ...newLines(log, level)] : log.log;
  return (
    <div class="stack">
      {shown.length === 0 ? (
        <p class="quiet">No line of that kind.</p>
      ) : (
        <DataTable label="Log of the run" columns={COLUMNS} rows={shown} keyOf={({ place }) => place} />
      )}
      {log.dropped > 0 && <p class="quiet">{formatCount(log.dropped)} more lines are not kept.</p>}
      {(log.next !== null || after !== null) && (
        <nav class="pager" aria-label="Pages of the log">
          <button type="button" disabled={after === null} onClick={() => changeQuery({ after: null })}>
            First lines
          </button>
          <button type="button" disabled={log.next === null} onClick={() => changeQuery({ after: log.next })}>
            Later lines
          </button>
        </nav>
      )}
    </div>
  );
}

/** Lines that were told since the answer came. */
function newLines(log: RunLog, level: Level): readonly LogLine[] {
  const { runId, lines } = liveLines.value;
  if (runId !== log.run) return [];
  const last = log.log.at(-1)?.place ?? -1;
  const least = LEVELS.indexOf(level);
  return lines.filter((line) => line.place > last && LEVELS.indexOf(line.level) >= least);
}
