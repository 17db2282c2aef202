/** `tidewatch runs`: what ran, and what it logged. */
import { Command, Option } from 'commander';
import type { RunLog, RunPage } from '../../pipeline/run/run-history.ts';
import { renderTable } from '../../report/text/render-table.ts';
import { type LineLevel, LOG_LEVELS } from '../../store/port/run-logs.ts';
import type { Terminal } from '../terminal.ts';
import { timeText } from '../time-text.ts';
import { type CommandMaker, createVerb, type Finish, type SharedOptions, withApp } from '../verb.ts';
import { wholeNumber } from '../whole-number.ts';

const LIST_HELP = `
Lists what ran, newest first: its id, when it began, what it was and who asked for it, how long it took, and what came
of it.

Examples:
  tidewatch runs list
  tidewatch runs list --verb run --json | jq '.runs[] | [.id, .status, .result]'
`;

const LOGS_HELP = `
Shows what a run logged, line by line: when, how grave it is, in which step, and what. Without an id: the newest run,
also one that goes on. Of a run 2,000 lines are kept, and some more warnings and errors; the lines of as many runs
stay as "run_logs_kept" in config.json says. Passwords and keys are replaced by ***. What is kept are lines of the level
info and above; with --log debug, those of the level debug too.

Examples:
  tidewatch runs logs
  tidewatch runs logs --level warn
  tidewatch runs logs 20260301T080000Z-1a2b3c --json | jq -r '.log[].message'
`;

interface ListOptions extends SharedOptions {
  readonly limit: number;
  readonly before?: string;
  readonly verb?: string;
}

interface LogsOptions extends SharedOptions {
  readonly limit: number;
  readonly level: LineLevel;
  readonly after?: number;
}

export const runsCommand: CommandMaker = (terminal, finish) =>
  new Command('runs')
    .summary('what ran, and what it logged')
    .description('what ran, and what it logged')
    .addCommand(listCommand(terminal, finish))
    .addCommand(logsCommand(terminal, finish));

function listCommand(terminal: Terminal, finish: Finish): Command {
  return createVerb({ name: 'list', summary: 'what ran, newest first', help: LIST_HELP })
    .option('--limit <n>', 'runs to list', wholeNumber, 20)
    .option('--before <cursor>', 'only older ones: the "next" of the list before, or a time')
    .option('--verb <verb>', 'only runs of this verb, such as run, ingest or promote')
    .action(async (options: ListOptions) => {
      const answer = await withApp(terminal, options, async (app) => {
        const { limit, before, verb } = options;
        const page = await app.listRuns({
          limit,
          ...(before === undefined ? {} : { before }),
          ...(verb === undefined ? {} : { verb }),
        });
        return { value: page, text: renderRuns(page, terminal) };
      });
      finish(options, answer);
    });
}

function logsCommand(terminal: Terminal, finish: Finish): Command {
  return createVerb({ name: 'logs', summary: 'what a run logged, line by line', help: LOGS_HELP })
    .argument('[id]', 'the run (default: the newest)')
    .addOption(
      new Option('--level <level>', 'only lines of this level and those above')
        .choices([...LOG_LEVELS])
        .default('debug'),
    )
    .option('--limit <n>', 'lines to show', wholeNumber, 1000)
    .option('--after <place>', 'only later lines: the "next" of the page before', Number)
    .action(async (id: string | undefined, options: LogsOptions) => {
      const answer = await withApp(terminal, options, async (app) => {
        const { limit, level, after } = options;
        const log = await app.readRunLog(id ?? null, {
          limit,
          level,
          ...(after === undefined ? {} : { after }),
        });
        return { value: log, text: renderLog(log, terminal) };
      });
      finish(options, answer);
    });
}

function renderRuns({ runs, next }: RunPage, terminal: Terminal): string {
  if (runs.length === 0) return 'Nothing has run yet. "tidewatch run" does the whole process.';
  const table = renderTable(
    [
      { header: 'run' },
      { header: 'began' },
      { header: 'what' },
      { header: 'seconds', align: 'right' },
      { header: 'came of it' },
    ],
    runs.map(({ id, startedAt, verb, trigger, seconds, status, result, error }) => [
      id,
      timeText(startedAt),
      trigger === 'command' ? verb : `${verb} (${trigger})`,
      seconds === null ? '' : seconds.toFixed(1),
      error === null ? (result ?? status) : `${status}: ${error.code}`,
    ]),
    terminal,
  );
  return next === null ? table : `${table}\n\nOlder ones: tidewatch runs list --before ${next}`;
}

function renderLog({ run, kept, log, dropped, next }: RunLog, terminal: Terminal): string {
  if (!kept) return `Nothing is kept of what the run ${run} logged.`;
  if (log.length === 0) return `The run ${run} logged nothing of that kind.`;
  const table = renderTable(
    [{ header: 'at' }, { header: 'level' }, { header: 'step' }, { header: `run ${run}` }],
    log.map(({ at, level, step, message }) => [at.slice(11, 23), level, step ?? '', message]),
    terminal,
  );
  const more = next === null ? [] : [`More: tidewatch runs logs ${run} --after ${next}`];
  const lost = dropped === 0 ? [] : [`${dropped} more lines are not kept.`];
  return [table, ...lost, ...more].join('\n\n');
}
