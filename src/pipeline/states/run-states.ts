/** States of the runs: one that failed or was interrupted, a database or a command that failed. */
import { timeText } from '../../report/content/time-text.ts';
import type { RunEntry } from '../run/run-entry.ts';
import type { Facts } from './facts.ts';
import { asSentence, countOf, type Finding, type StateRecord } from './state-record.ts';

/** Failed of too many rows with errors: that is a state of the data. */
export const TOO_MANY_REJECTED = 'too-many-rejected';

export const runFailed: StateRecord = {
  id: 'run-failed',
  severity: 'act',
  about: 'run',
  title: 'Run failed',
  when: 'The last run failed, for another reason than too many rows with errors. Until a run succeeds.',
  holds: ({ lastRun, running }) => {
    if (lastRun?.status !== 'failed' || lastRun.error?.code === TOO_MANY_REJECTED) return null;
    const why = lastRun.error?.message ?? `"tidewatch runs logs ${lastRun.id}" says why.`;
    return repeated(lastRun, running, {
      sentence: `The last run failed. ${asSentence(why)}`,
      action: 'Put that right, then start a run: nothing is lost.',
    });
  },
};

export const runInterrupted: StateRecord = {
  id: 'run-interrupted',
  severity: 'act',
  about: 'run',
  title: 'Run interrupted',
  when: 'The last run never recorded how it ended: its process or its machine was stopped. Until a run succeeds.',
  holds: ({ lastRun, running }) => {
    if (lastRun?.status !== 'abandoned') return null;
    return repeated(lastRun, running, {
      sentence: `The previous run, of ${timeText(lastRun.startedAt)}, was interrupted: its process ended before it was done.`,
      action: 'Start a run: nothing is lost.',
    });
  },
};

export const sourceFailed: StateRecord = {
  id: 'source-failed',
  severity: 'look',
  about: 'run',
  title: 'Source failed',
  when: 'The last run could not read a database that rows come from and went on without it. Until a run has read it.',
  holds: ({ failedSources, lastRun }) => {
    const [first, ...others] = failedSources;
    if (first === undefined) return null;
    const more = others.length === 0 ? '' : ` So did ${countOf(others.length, 'more source')}.`;
    return {
      sentence: `The source "${first.name}" failed, and the last run went on without its new rows. ${asSentence(first.message)}${more}`,
      action: 'Check the database; the next run tries it again.',
      since: lastRun?.finishedAt ?? null,
      link: linkOf(lastRun),
    };
  },
};

export const commandFailed: StateRecord = {
  id: 'command-failed',
  severity: 'look',
  about: 'run',
  title: 'Command failed',
  when: 'A single command, such as `call` or `publish`, failed after the last run that succeeded. Until it, or a run, succeeds.',
  holds: ({ failedVerbs }) => {
    const [first, ...others] = failedVerbs;
    if (first === undefined) return null;
    const more = others.length === 0 ? '' : ` So did ${others.map(({ verb }) => `"${verb}"`).join(', ')}.`;
    const why =
      first.error === null ? 'Its process ended before it was done.' : asSentence(first.error.message);
    return {
      sentence: `The command "${first.verb}" of ${timeText(first.startedAt)} failed. ${why}${more}`,
      action: 'Put that right and give the command again.',
      since: first.finishedAt,
      link: linkOf(first),
    };
  },
};

/** Another run may be putting it right at the moment: then nobody needs to act. */
function repeated(
  run: RunEntry,
  running: Facts['running'],
  { sentence, action }: Pick<Finding, 'sentence' | 'action'>,
): Finding {
  const found = { since: run.finishedAt ?? run.startedAt, link: linkOf(run) };
  if (running === null) return { sentence, action, ...found };
  return {
    severity: 'look',
    sentence,
    action: `A run has been in progress since ${timeText(running.startedAt)}: wait for its end.`,
    ...found,
  };
}

function linkOf(run: RunEntry | null): string | null {
  return run === null ? null : `runs/${run.id}`;
}
