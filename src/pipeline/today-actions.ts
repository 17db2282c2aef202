/** What somebody should do today, from how things stand; pure, so that every case can be tried. */
import type { RunEntry } from './run-entry.ts';

/** act: somebody must do something. look: worth a look. none: all is well. */
export type Severity = 'none' | 'look' | 'act';

export interface Action {
  readonly severity: Severity;
  readonly text: string;
  /** Where to look; null: nowhere. */
  readonly link: string | null;
}

export interface Standing {
  readonly model: { readonly version: string; readonly liveSince: string } | null;
  readonly data: { readonly rows: number; readonly quarantined: number } | null;
  readonly running: object | null;
  readonly lastRun: RunEntry | null;
  readonly drift: {
    readonly at: string;
    readonly modelVersion: string;
    readonly drift: boolean;
    readonly reason: string;
  } | null;
  /** Why the deployment cannot be read; null: it can, or there is none. */
  readonly damage: string | null;
  readonly inputFolder: string;
}

const ORDER: readonly Severity[] = ['act', 'look', 'none'];

/** The most urgent first; never empty. */
export function todayActions(standing: Standing): readonly Action[] {
  const actions = [
    damageAction(standing),
    failureAction(standing),
    emptyAction(standing),
    driftAction(standing),
    quarantineAction(standing),
  ].filter((action) => action !== null);
  if (actions.length === 0) return [{ severity: 'none', text: 'There is nothing to do.', link: null }];
  return actions.toSorted((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
}

export function worstOf(actions: readonly Action[]): Severity {
  return ORDER.find((severity) => actions.some((action) => action.severity === severity)) ?? 'none';
}

function damageAction({ damage }: Standing): Action | null {
  if (damage === null) return null;
  return { severity: 'act', text: `The deployed model cannot be read. ${damage}`, link: 'model' };
}

function failureAction({ lastRun, running }: Standing): Action | null {
  if (lastRun === null || running !== null) return null;
  const link = `runs/${lastRun.id}`;
  if (lastRun.status === 'failed') {
    const why = lastRun.error?.message ?? 'The log says why.';
    return { severity: 'act', text: `The last run failed. ${why}`, link };
  }
  if (lastRun.status !== 'abandoned') return null;
  return {
    severity: 'act',
    text: 'The last run ended before it was done: its process was stopped. Start it again; nothing is lost.',
    link,
  };
}

function emptyAction({ data, model, running, damage, lastRun, inputFolder }: Standing): Action | null {
  if (running !== null || damage !== null || lastRun?.status === 'failed') return null;
  if (data === null) {
    return {
      severity: 'act',
      text: `No data has been read yet. Put data files into ${inputFolder} and start a run.`,
      link: 'runs',
    };
  }
  if (model !== null) return null;
  return {
    severity: 'act',
    text: 'No model is deployed yet. Start a run: it trains and deploys one.',
    link: 'runs',
  };
}

/** A drift that was answered by a newer model is over. */
function driftAction({ drift, model, lastRun, running }: Standing): Action | null {
  if (drift === null || !drift.drift || model === null || running !== null) return null;
  if (drift.modelVersion !== model.version || model.liveSince > drift.at) return null;
  if (lastRun?.result === 'challenger-shadowing') {
    return {
      severity: 'look',
      text: `The model may have stopped being right: ${drift.reason} A retrained one is being compared with it on new rows.`,
      link: 'drift',
    };
  }
  const refused = lastRun?.result === 'challenger-refused';
  return {
    severity: 'act',
    text:
      `The model has stopped being right: ${drift.reason} ` +
      (refused
        ? 'A retrained one was no better, so it was not deployed. Look at what has changed in the data.'
        : 'Start a run: it trains a new one.'),
    link: 'drift',
  };
}

function quarantineAction({ data }: Standing): Action | null {
  if (data === null || data.quarantined === 0) return null;
  const rows =
    data.quarantined === 1
      ? '1 row was not accepted and counts for nothing.'
      : `${data.quarantined} rows were not accepted and count for nothing.`;
  return {
    severity: 'look',
    text: `${rows} Mend and re-admit what should count.`,
    link: 'quarantine',
  };
}
