/** What the doctor asks of the state store, the lock, the last runs and the clock that starts them. */
import { TidewatchError } from '../../base/errors.ts';
import { formatSeconds } from '../../report/text/format.ts';
import type { StoreInspection } from '../../store/databases/inspection.ts';
import { leaseTimes, ownerText, parseOwner } from '../run/lock-owner.ts';
import { type Check, type Finding, fixable, ok, type Patient, problem, skipped, warning } from './finding.ts';

/** A run may be late by so much before anybody is told. */
const LATE_MS = 15 * 60_000;

export const recordChecks: readonly Check[] = [
  { name: 'state store', look: checkStore },
  { name: 'run lock', look: checkLock },
  { name: 'last run', look: checkLastRun },
  { name: 'schedule', look: checkSchedule },
];

/** What SQLite calls a file that it cannot read as a database any more. */
const DAMAGE = /^SQLITE_(NOTADB|CORRUPT)/;

function checkStore({ storePlace, store }: Patient): Finding {
  const place = storePlace();
  try {
    return judgeStore(place, store());
  } catch (error) {
    if (!(error instanceof TidewatchError) || !DAMAGE.test(String(error.details['failure']))) throw error;
    return damaged(error.message);
  }
}

function damaged(found: string): Finding {
  const advice =
    'Restore it from a backup, or let "tidewatch doctor --fix" move it away, with no server or run at work: what is live, ' +
    'and the deployments before it whose files are there, are recorded in a new one; other records are lost.';
  return fixable('move-store', problem(found, advice));
}

function judgeStore(place: string, inspection: StoreInspection | null): Finding {
  if (inspection === null) return ok('Not there yet; the first run makes it.');
  const { damage, unknown, lacking, server } = inspection;
  if (damage.length > 0) {
    return damaged(`${place} is damaged: ${damage[0]}.`);
  }
  if (unknown.length > 0) {
    return problem(
      `${place} was made by a newer version of Tidewatch (${unknown.at(-1)}).`,
      'npm install --global tidewatch@latest',
    );
  }
  const what = server === null ? 'Sound' : `${server.product} answers`;
  return lacking.length === 0
    ? ok(`${what}${server === null ? ', and of this version' : '; its tables are of this version'}.`)
    : ok(`${what}; of an older version. The next command brings it up to date (${lacking.join(', ')}).`);
}

/** The time by the clock that leases are judged by. */
function leaseTime({ store, clock }: Patient): string {
  return new Date(clock.now().getTime() + (store()?.server?.clockAheadMs ?? 0)).toISOString();
}

function checkLock(patient: Patient): Finding {
  const lease = patient.store()?.lease ?? null;
  if (lease === null) return ok('Free.');
  const owner = parseOwner(lease.owner);
  if (owner.hasEnded) {
    return fixable(
      'recover',
      warning(
        `Process ${owner.pid} held it since ${lease.acquiredAt} and has ended without giving it back.`,
        'tidewatch run (the next run takes the lock over at once), or tidewatch doctor --fix',
      ),
    );
  }
  const who = `${owner.runId} (${ownerText(owner)})`;
  return lease.expiresAt <= leaseTime(patient)
    ? ok(`Run ${who} held it until ${lease.expiresAt}; the next run takes it.`)
    : ok(
        `A run is under way: ${who}, since ${lease.acquiredAt}. If it crashed, the lock is free after ` +
          `${leaseTimes(lease).free}.`,
      );
}

function checkLastRun(patient: Patient): Finding {
  const inspection = patient.store();
  const last = inspection?.runs[0];
  if (last === undefined) return warning('Nothing has been run here yet.', 'tidewatch run');
  const what = `The last one, ${last.verb} at ${last.startedAt},`;
  if (last.status === 'failed') {
    return problem(
      `${what} failed: ${last.errorMessage ?? last.errorCode ?? 'no reason was recorded'}`,
      'Mend that, then: tidewatch run',
    );
  }
  const owner = parseOwner(inspection?.lease?.owner ?? '');
  const lives =
    inspection?.lease != null && inspection.lease.expiresAt > leaseTime(patient) && !owner.hasEnded;
  if (last.status === 'abandoned' || (last.status === 'running' && !lives)) {
    const found = `${what} was broken off. What is deployed is whole all the same.`;
    return fixable('recover', warning(found, 'tidewatch run, or tidewatch doctor --fix'));
  }
  const open =
    inspection?.runs.filter(({ id, status }) => status === 'running' && !(lives && id === owner.runId)) ?? [];
  if (open.length > 0 && !lives) {
    return fixable(
      'recover',
      warning(
        `${what} succeeded, but ${open.length} before it never recorded how they ended.`,
        'tidewatch run (it marks them as abandoned), or tidewatch doctor --fix',
      ),
    );
  }
  return ok(`${what} ${last.status === 'running' ? 'is under way' : 'succeeded'}.`);
}

async function checkSchedule({ workspace: { root }, probes, store, clock }: Patient): Promise<Finding> {
  const fact = await probes.schedule(root);
  const scheduled = store()?.runs.find(({ startedBy }) => startedBy === 'schedule');
  const last = store()?.runs.find(({ verb }) => verb === 'run');
  const install = 'tidewatch schedule install, or tidewatch serve --schedule';
  if (fact.kind === 'unknown') return skipped(fact.text);
  if (fact.kind === 'none') {
    return scheduled === undefined
      ? warning('Nothing starts runs by the clock, so new data waits for a person.', install)
      : ok(`No entry of the system; a server started the last run by the clock at ${scheduled.startedAt}.`);
  }
  const sinceMs = last === undefined ? null : clock.now().getTime() - Date.parse(last.startedAt);
  if (fact.longestGapMs !== null && sinceMs !== null && sinceMs > fact.longestGapMs + LATE_MS) {
    return problem(
      `The last run was ${formatSeconds(sinceMs / 1000)} ago, though "${fact.text}" asks for one every ${formatSeconds(fact.longestGapMs / 1000)} at the latest.`,
      fact.kind === 'systemd'
        ? 'systemctl --user list-timers, and look into the log that the service names'
        : `Check that cron runs (pgrep cron), and look into the log that the line names: tidewatch schedule show`,
    );
  }
  return ok(fact.text);
}
