/** States of the data: none yet, inputs that are broken or have moved, files and rows that were refused, none that come. */
import { dayText } from '../../report/content/time-text.ts';
import { formatPercent } from '../../report/text/format.ts';
import { overdueOf } from './delivery-rhythm.ts';
import type { Facts, InputAlarmFacts } from './facts.ts';
import { checkOfLive } from './model-states.ts';
import { TOO_MANY_REJECTED } from './run-states.ts';
import { asSentence, countOf, type Finding, type StateRecord, shortDecimals } from './state-record.ts';

export const noData: StateRecord = {
  id: 'no-data',
  severity: 'act',
  about: 'data',
  title: 'No data yet',
  when: 'Nothing has been read yet. Until a run has read a file. Not told where the last run failed: that says why.',
  holds: ({ data, damage, running, lastRun, inputFolder }) => {
    if (data !== null || damage !== null) return null;
    const found = { sentence: 'No data has been read yet.', since: null, link: 'runs' };
    if (running !== null)
      return { severity: 'unknown', ...found, action: 'A run is in progress: wait for its end.' };
    if (lastRun?.status === 'failed') return null;
    return { ...found, action: `Put data files into ${inputFolder} and start a run.` };
  },
};

export const inputBroken: StateRecord = {
  id: 'input-broken',
  severity: 'act',
  about: 'inputs',
  title: 'Input broken',
  when:
    'The newest check found a column that is missing, constant, in another unit or of other values than in training. ' +
    'Until a check finds the newest delivery whole; worth a look only, as long as older rows still show it.',
  holds: ({ check: newest, checkBefore, deliveries, model }) => {
    // A model that was trained on the broken rows sees none of them as new: that mends nothing.
    const check = checkBefore ?? newest;
    const broken = (check?.alarms ?? []).filter(({ severity }) => severity === 'broken');
    // The delivery that a model was trained on is seen after it went live; with one more the newest is all there is.
    const since = model?.liveSince ?? '';
    const hasOlder = deliveries.times.filter((time) => time >= since).length > 2;
    const isOld = hasOlder && broken.every((alarm) => alarm.isOld);
    const said = sayAlarms(broken, check?.at ?? null, {
      tail: 'The risks of these clients are not to be trusted.',
      action: (columns) =>
        isOld
          ? 'The newest delivery does not show it: send the older rows again where they count.'
          : `Check the export of ${columns === 1 ? 'this column' : 'these columns'} and send the file again; nothing is ` +
            'trained until then. If it is meant to be so from now on, train by hand: "tidewatch train", "score", "deploy".',
    });
    return said === null || !isOld ? said : { ...said, severity: 'look' };
  },
};

export const fileRefused: StateRecord = {
  id: 'file-refused',
  severity: 'act',
  about: 'data',
  title: 'File refused',
  when:
    'The newest reading of the input folder refused a file whole. Until a file of that name is accepted, or the file ' +
    'is taken away.',
  holds: ({ refused }) => {
    const [first, ...others] = refused;
    if (first === undefined) return null;
    const names = others.map(({ name }) => name);
    const more = names.length === 0 ? '' : ` Refused as well: ${shortList(names)}.`;
    return {
      sentence: `${first.name} was refused, so none of its rows count: ${asSentence(first.reason)}${more}`,
      action: 'Correct the file and put it into the input folder again under the same name, or take it away.',
      since: first.since,
      link: 'data',
    };
  },
};

export const rowsRefused: StateRecord = {
  id: 'rows-refused',
  severity: 'act',
  about: 'data',
  title: 'Too many rows refused',
  when: 'The last run stopped since more rows had errors than `max_rejected_share` allows. Until a run succeeds.',
  holds: ({ lastRun, running }) => {
    if (lastRun?.status !== 'failed' || lastRun.error?.code !== TOO_MANY_REJECTED) return null;
    const found = {
      sentence: `The last run stopped before training, since too many rows have errors. ${asSentence(lastRun.error.message)}`,
      since: lastRun.finishedAt ?? lastRun.startedAt,
      link: `runs/${lastRun.id}`,
    };
    if (running !== null)
      return { severity: 'look', ...found, action: 'A run is in progress: wait for its end.' };
    return { ...found, action: 'Correct the files, then start a run: nothing is lost.' };
  },
};

export const inputMoved: StateRecord = {
  id: 'input-moved',
  severity: 'look',
  about: 'inputs',
  title: 'Input moved',
  when:
    'The newest check of the live model found a column whose values have shifted, by enough to matter and by more than ' +
    'chance explains. Until a check finds that it has not, or another model is live.',
  holds: (facts) => {
    const check = checkOfLive(facts);
    const moved = (check?.alarms ?? []).filter(({ severity }) => severity === 'moved');
    return sayAlarms(moved, check?.at ?? null, {
      tail: '',
      action: (columns) =>
        `Ask where the data comes from whether ${columns === 1 ? 'this' : 'these'} changed on purpose.`,
    });
  },
};

export const dataOverdue: StateRecord = {
  id: 'data-overdue',
  severity: 'look',
  about: 'data',
  title: 'Data overdue',
  when:
    'No new file has come for more than twice the longest wait between the last ten deliveries, and for more than two ' +
    'days (from the fourth delivery on), or for `data_overdue_days`. Until a new file comes.',
  holds: ({ deliveries, at }) => {
    const overdue = overdueOf(deliveries, at);
    if (overdue === null) return null;
    const { days, since, rhythm } = overdue;
    return {
      sentence: `No new file has come for ${countOf(Math.floor(days), 'day')}. ${rhythm}`,
      action: 'Ask where the files come from; the list of clients is as old as the newest of them.',
      since,
      link: 'data',
    };
  },
};

export const rowsSkipped: StateRecord = {
  id: 'rows-skipped',
  severity: 'look',
  about: 'data',
  title: 'Rows skipped',
  when: 'Rows of the compiled data had errors and are in quarantine. Until they are fixed or their file is replaced.',
  holds: ({ data }) => {
    if (data === null || data.quarantined === 0) return null;
    const { quarantined, read, since } = data;
    const share = read === 0 ? '' : ` of ${read.toLocaleString('en')} (${formatPercent(quarantined / read)})`;
    const verb = quarantined === 1 ? 'has errors and was skipped' : 'have errors and were skipped';
    return {
      sentence: `${countOf(quarantined, 'row')}${share} ${verb}.`,
      action: `Fix ${quarantined === 1 ? 'it' : 'them'}: "tidewatch quarantine list" and the page Data show what is wrong.`,
      since,
      link: 'quarantine',
    };
  },
};

/** Names told one by one. */
const MAX_LISTED = 3;

function sayAlarms(
  alarms: readonly InputAlarmFacts[],
  since: string | null,
  words: { readonly tail: string; action(columns: number): string },
): Finding | null {
  if (alarms.length === 0) return null;
  const told = alarms.slice(0, MAX_LISTED).map(({ sentence }) => shortDecimals(asSentence(sentence)));
  const rest = [...new Set(alarms.slice(MAX_LISTED).map(({ column }) => column))];
  const more = rest.length === 0 ? [] : [`Alarms as well: ${shortList(rest)}.`];
  const tail = words.tail === '' || told.some((text) => text.includes(words.tail)) ? [] : [words.tail];
  const columns = new Set(alarms.map(({ column }) => column)).size;
  return {
    sentence: [...told, ...more, ...tail].join(' '),
    action: words.action(columns),
    since,
    link: 'drift/inputs',
  };
}

function shortList(names: readonly string[]): string {
  const rest = names.length - MAX_LISTED;
  return `${names.slice(0, MAX_LISTED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** When the newest data came, for the sentence that all is well. */
export function dataText({ data }: Pick<Facts, 'data'>): string {
  if (data === null) return '';
  if (data.clients !== null)
    return `The ${data.clients === 1 ? 'risk' : 'risks'} of ${countOf(data.clients, 'client')} ${data.clients === 1 ? 'is' : 'are'} up to date.`;
  return `${countOf(data.rows, 'row')} came in by ${dayText(data.since)}.`;
}
