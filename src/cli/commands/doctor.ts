/** `tidewatch doctor`: what is wrong with a workspace, and how to mend it. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { styleText } from 'node:util';
import type { App } from '../../app.ts';
import { asTidewatchError, EXIT } from '../../base/errors.ts';
import type { DoctorReport } from '../../pipeline/doctor/doctor.ts';
import type { FindingStatus, ScheduleFact } from '../../pipeline/doctor/finding.ts';
import type { Fixed } from '../../pipeline/doctor/fix.ts';
import { formatCount } from '../../report/text/format.ts';
import { renderTable } from '../../report/text/render-table.ts';
import type { Terminal } from '../terminal.ts';
import { type CommandMaker, createVerb, type SharedOptions, withApp } from '../verb.ts';

const HELP = `
Looks at the workspace from all sides: configuration, folders, input files and their columns, test data, state
store, lock, last run, snapshot, deployment, trained model, leftovers, schedule, disk, memory, clock, API key; of a
store on a server also whether it answers at once, what its user may do, its clock, encryption and size limit. It
changes nothing, takes no lock, and also works while a run is under way or where half of the workspace is broken.
Each finding that is not well says the command or the edit that mends it.

--fix does of it what loses nothing, says what it did, and looks again: it moves a state store that is damaged away
(stop the server first), records what the store does not know of the deployed files, replaces damaged deployed files by
the same model or by the deployment before, ends what was broken off, compiles the data again where it was changed, and
removes temporary files of processes that have ended. It waits for no other run: while one is under way it does nothing.

Exit code 8 means that at least one problem was found; warnings alone exit with 0.

Examples:
  tidewatch doctor
  tidewatch doctor --fix                                 mend what can be mended, and look again
  tidewatch doctor --online                              also ask npm whether there is a newer version
  tidewatch doctor --json | jq '.findings[] | select(.status == "problem")'
`;

interface DoctorOptions extends SharedOptions {
  readonly online: boolean;
  readonly fix: boolean;
}

const REGISTRY_TIMEOUT_MS = 5000;

export const doctorCommand: CommandMaker = (terminal, finish) =>
  createVerb({ name: 'doctor', summary: 'what is wrong with the workspace, and how to mend it', help: HELP })
    .option('--online', 'also ask the npm registry for a newer version', false)
    .option('--fix', 'mend what can be mended without a loss, and look again', false)
    .action(async (options: DoctorOptions) => {
      const { examine } = await import('../../pipeline/doctor/doctor.ts');
      const { isLoopback } = await import('../../server/loopback.ts');
      const examined = {
        workspace: options.workspace,
        env: terminal.env,
        probes: {
          isLoopback,
          schedule: (workspace: string) => readSchedule(workspace, terminal.env),
          newestVersion: options.online ? newestVersion : null,
        },
      };
      const first = await examine(examined);
      const fixed = options.fix ? await fixAll(first.findings, terminal, options) : [];
      const report = fixed.length === 0 ? first : { ...(await examine(examined)), fixed };
      const exit = report.healthy ? EXIT.ok : EXIT.unhealthy;
      finish(options, { value: report, text: renderDoctor(report, terminal), exit });
    });

async function fixAll(
  findings: DoctorReport['findings'],
  terminal: Terminal,
  options: DoctorOptions,
): Promise<Fixed[]> {
  const { fixFindings, moveStore, removeLeftovers } = await import('../../pipeline/doctor/fix.ts');
  const { loadWorkspace } = await import('../../config/load.ts');
  const { storePlaceOf } = await import('../../pipeline/database-verbs.ts');
  const { systemClock } = await import('../../base/clock.ts');
  const inApp = async (work: (app: App) => Promise<string>): Promise<string> => {
    const answer = await withApp(terminal, options, async (app) => ({ value: null, text: await work(app) }));
    return answer.text;
  };
  const workspace = () => loadWorkspace(options.workspace);
  return fixFindings(findings, {
    'move-store': async () => {
      const kept = moveStore(storePlaceOf(workspace(), terminal.env), systemClock.now());
      return `The damaged state store is now ${kept}; a new one is made.`;
    },
    recover: () =>
      inApp(async (app) => {
        const { model, told } = await app.recover();
        const live = model === null ? 'No model is live.' : `Model ${model} is live.`;
        return [...told.map((text) => `${text.replace(/\.$/, '')}.`), live].join(' ');
      }),
    ingest: () =>
      inApp(async (app) => `The data was compiled again: ${(await app.ingest()).rows.kept} rows.`),
    'remove-leftovers': async () => `${removeLeftovers(workspace())} temporary files were removed.`,
  });
}

const COLOURS = { ok: 'green', warning: 'yellow', problem: 'red', skipped: 'dim' } as const;
const STATES = Object.keys(COLOURS) as readonly FindingStatus[];

/** A line a check; what is not well has below it what mends it. */
export function renderDoctor(report: DoctorReport, terminal: Pick<Terminal, 'width' | 'colour'>): string {
  const isReadable = report.findings.every(
    ({ check, status }) => check !== 'configuration' || status === 'ok',
  );
  const shown = report.findings.filter(({ status }) => isReadable || status !== 'skipped');
  const leftOut = report.findings.length - shown.length;
  const table = renderTable(
    [{ header: 'check' }, { header: 'state' }, { header: 'what was found' }],
    shown.map(({ check, status, found, mend }) => [
      check,
      status,
      mend === null ? found : `${found}\nMend: ${mend}`,
    ]),
    { width: terminal.width, colour: terminal.colour },
  );
  const { problems, warnings } = report;
  const counts = `${formatCount(problems)} ${problems === 1 ? 'problem' : 'problems'}, ${formatCount(warnings)} ${warnings === 1 ? 'warning' : 'warnings'}`;
  const more = leftOut === 0 ? '' : ` ${leftOut} other checks need the configuration and were left out.`;
  const verdict = problems + warnings === 0 ? 'No problem was found.' : `${counts}.${more}`;
  const fixed = report.fixed.map(
    ({ fix, done, told }) => `${done ? 'Mended' : 'Not mended'} (${fix}): ${told}\n`,
  );
  return `${fixed.join('')}${fixed.length === 0 ? '' : '\n'}${terminal.colour ? coloured(table) : table}\n\n${verdict}`;
}

/** Colours the state of each line, the first that stands in a column of its own. */
function coloured(table: string): string {
  const lines = table.split('\n').map((line) => {
    const [first] = STATES.map((status) => ({ status, at: line.indexOf(`  ${status}  `) + 2 }))
      .filter(({ at }) => at > 2)
      .sort((a, b) => a.at - b.at);
    if (first === undefined) return line;
    const { status, at } = first;
    const shown = styleText(COLOURS[status], status, { validateStream: false });
    return line.slice(0, at) + shown + line.slice(at + status.length);
  });
  return lines.join('\n');
}

/** What the crontab of this user or systemd says of the workspace. */
async function readSchedule(workspace: string, env: Terminal['env']): Promise<ScheduleFact> {
  const { unitName } = await import('../../schedule/systemd.ts');
  const home = env['HOME'] ?? homedir();
  const unit = `${unitName(workspace)}.timer`;
  const found = [join(home, '.config', 'systemd', 'user'), '/etc/systemd/system']
    .map((folder) => join(folder, unit))
    .find((path) => existsSync(path));
  if (found !== undefined) return { kind: 'systemd', text: found, longestGapMs: null };
  const { findInCrontab } = await import('../../schedule/crontab.ts');
  const { readCrontab } = await import('../../schedule/crontab-program.ts');
  try {
    const entry = findInCrontab(await readCrontab(), workspace);
    if (entry === null) return { kind: 'none', text: '', longestGapMs: null };
    return { kind: 'crontab', text: entry.expression, longestGapMs: await longestGap(entry.expression) };
  } catch (thrown) {
    const error = asTidewatchError(thrown);
    if (error.code === 'command-missing') return { kind: 'none', text: '', longestGapMs: null };
    return { kind: 'unknown', text: error.message, longestGapMs: null };
  }
}

/** The longest time between two of the next hundred starts, in milliseconds. */
async function longestGap(expression: string): Promise<number | null> {
  const { Cron } = await import('croner');
  const starts = new Cron(expression, { paused: true }).nextRuns(100).map((date) => date.getTime());
  const gaps = starts.slice(1).map((at, index) => at - (starts[index] ?? at));
  return gaps.length === 0 ? null : Math.max(...gaps);
}

async function newestVersion(): Promise<string | null> {
  const { dependencyTable } = await import('../../report/dependencies.ts');
  const [row] = await dependencyTable({ names: ['tidewatch'], timeoutMs: REGISTRY_TIMEOUT_MS });
  return row?.latest ?? null;
}
