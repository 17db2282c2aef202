/** What the doctor asks of the machine: Node, memory, disk, clock, and who may reach the server. */
import { readdirSync, statfsSync, statSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { parseByteSize } from '../../base/byte-size.ts';
import { oldestNode, packageVersion } from '../../base/package-info.ts';
import { followed } from '../../base/regular-file.ts';
import { CONFIG_FILE } from '../../config/load.ts';
import { compareVersions } from '../../report/dependencies.ts';
import { formatBytes } from '../../report/text/format.ts';
import type { InspectedRun } from '../../store/databases/inspection.ts';
import { RECOVERED } from '../run/recover-live.ts';
import { type Check, type Finding, ok, problem, skipped, warning } from './finding.ts';

const FEW_BYTES = 200_000_000;
/** Compiling keeps the rows twice (CSV and Parquet) while the last snapshot is still there. */
const COPIES = 3;
const CLOCK_SLACK_MS = 5 * 60_000;

/** Runs begin one after the other: where a later one has an earlier time by so much, two clocks were at work. */
const APART_MS = 5000;
const ONE_TIME =
  'Let the machines that work on this workspace set their clocks by a server of time, for instance with "timedatectl ' +
  'set-ntp true". What is live, and the order of deployments, do not go by clocks.';

/** Needs no workspace. */
export function checkNode(version: string = process.versions.node, oldest: string = oldestNode()): Finding {
  if (compareVersions(version, oldest) >= 0) return ok(`Node ${version}`);
  return problem(
    `Node ${version} is older than ${oldest}, the oldest that Tidewatch is tested on.`,
    `Install Node ${oldest} or later, then run the command again.`,
  );
}

export const machineChecks: readonly Check[] = [
  {
    name: 'disk space',
    look: ({ workspace: { root, paths } }) => {
      const { bavail, bsize } = statfsSync(root);
      return judgeSpace(bavail * bsize, bytesIn(paths.input));
    },
  },
  {
    name: 'memory',
    look: ({ workspace: { config } }) => {
      const limited = process.constrainedMemory?.() ?? 0;
      const has = limited > 0 && limited < totalmem() ? limited : totalmem();
      return judgeMemory(config.memory_limit, has);
    },
  },
  {
    name: 'clock',
    look: ({ workspace: { paths }, clock, store }) => {
      const now = clock.now().getTime();
      const newestRun = Math.max(...(store()?.runs ?? []).map(({ startedAt }) => Date.parse(startedAt)));
      if (newestRun > now + CLOCK_SLACK_MS) {
        return problem(
          `A run was recorded at ${new Date(newestRun).toISOString()}, but this machine's clock says ${new Date(now).toISOString()}.`,
          'Set the clock of the machine, for instance with "timedatectl set-ntp true".',
        );
      }
      const apart = timesApart(store()?.runs ?? []);
      if (apart !== null) return warning(apart, ONE_TIME);
      const early = filesIn(paths.input).filter(({ changed }) => changed > now + CLOCK_SLACK_MS);
      return early.length === 0
        ? ok('Nothing here is from the future.')
        : warning(
            `${early[0]?.name} in the input folder was changed in the future.`,
            'Check the clocks of this machine and of the one that the file came from.',
          );
    },
  },
  {
    name: 'API key',
    look: ({ workspace: { config }, env, probes }) => {
      const { host } = config.server;
      if (probes.isLoopback(host))
        return ok(`The server listens on ${host}, where only this machine reaches it.`);
      return (env['TIDEWATCH_API_KEY'] ?? '').trim() === ''
        ? problem(
            `server.host is ${host}, which others can reach, and TIDEWATCH_API_KEY is not set: the server will not start.`,
            `Set TIDEWATCH_API_KEY for the server, for instance to what "openssl rand -hex 24" prints, or set "server.host" in ${CONFIG_FILE} to 127.0.0.1.`,
          )
        : ok(`The server listens on ${host} and asks for a key.`);
    },
  },
  {
    name: 'newer version',
    look: async ({ probes }) => {
      if (probes.newestVersion === null) return skipped('Not looked for; --online asks the npm registry.');
      const newest = await probes.newestVersion();
      const here = packageVersion();
      if (newest === null) return skipped('The npm registry does not answer, or does not know the package.');
      return compareVersions(here, newest) >= 0
        ? ok(`${here} is the newest.`)
        : warning(`Version ${newest} is out; this is ${here}.`, 'npm install --global tidewatch@latest');
    },
  },
];

/** The last two runs in a row of which the later one began earlier, in a sentence; null: none. */
function timesApart(runs: readonly Pick<InspectedRun, 'id' | 'verb' | 'startedAt'>[]): string | null {
  // What was recovered was recorded later than it happened.
  const asTheyBegan = runs.filter(({ verb }) => verb !== RECOVERED);
  for (const [index, run] of asTheyBegan.entries()) {
    const before = asTheyBegan[index + 1];
    if (before === undefined || Date.parse(before.startedAt) <= Date.parse(run.startedAt) + APART_MS)
      continue;
    return `Run ${run.id} was recorded after ${before.id} and says an earlier time: the clocks that they went by disagree.`;
  }
  return null;
}

/** Space on the disk against the bytes of the input files. */
export function judgeSpace(free: number, data: number): Finding {
  const needed = COPIES * data;
  const numbers = `${formatBytes(free)} free; the input files are ${formatBytes(data)}`;
  if (free < needed) {
    return problem(
      `${numbers}, and compiling them can need ${formatBytes(needed)}.`,
      'Free some space on that disk.',
    );
  }
  return free < FEW_BYTES
    ? warning(`${numbers}. That is little for records and reports.`, 'Free some space on that disk.')
    : ok(`${numbers}.`);
}

/** memory_limit against the memory of the machine. */
export function judgeMemory(limit: string, has: number): Finding {
  const bytes = parseByteSize(limit);
  const numbers = `memory_limit is ${limit}; there are ${formatBytes(has)}`;
  const mend = `Set "memory_limit" in ${CONFIG_FILE} to about "${Math.max(100, Math.floor((0.6 * has) / 1e6))}MB".`;
  if (bytes > has) return problem(`${numbers}, so the system may end the process.`, mend);
  return bytes > 0.8 * has
    ? warning(`${numbers}, which leaves little for anything else.`, mend)
    : ok(`${numbers}.`);
}

function bytesIn(folder: string): number {
  return filesIn(folder).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** None where the folder is not there, which is another check's to tell. */
function filesIn(
  folder: string,
): { readonly name: string; readonly bytes: number; readonly changed: number }[] {
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (stat === undefined || !stat.isDirectory()) return [];
  return readdirSync(folder).flatMap((name) => {
    const file = followed(join(folder, name));
    return file?.isFile() === true ? [{ name, bytes: file.size, changed: file.mtimeMs }] : [];
  });
}
