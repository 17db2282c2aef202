/** `tidewatch doctor`: looks at a workspace from all sides, changes nothing, and says what is wrong and how to mend it. */
import { isAbsolute } from 'node:path';
import { type Clock, systemClock } from '../../base/clock.ts';
import { asTidewatchError } from '../../base/errors.ts';
import { insideWorkspace, loadWorkspace, type Workspace } from '../../config/load.ts';
import { isStorePath, resolveStorePlace } from '../../config/store-place.ts';
import { inspectSqlite, type StoreInspection } from '../../store/inspect-sqlite.ts';
import { dataChecks } from './data-checks.ts';
import {
  type Check,
  type DoctorProbes,
  type Finding,
  type NamedFinding,
  ok,
  type Patient,
  problem,
  skipped,
} from './finding.ts';
import { checkNode, machineChecks } from './machine-checks.ts';
import { modelChecks } from './model-checks.ts';
import { recordChecks } from './record-checks.ts';

export interface DoctorOptions {
  /** Folder with config.json. */
  readonly workspace: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly probes: DoctorProbes;
  readonly clock?: Clock;
}

export interface DoctorReport {
  readonly workspace: string;
  /** No problem was found; there may be warnings. */
  readonly healthy: boolean;
  readonly problems: number;
  readonly warnings: number;
  readonly findings: readonly NamedFinding[];
}

const CHECKS: readonly Check[] = [
  ...dataChecks.filter(({ name }) => name !== 'leftovers'),
  ...recordChecks.filter(({ name }) => name !== 'schedule'),
  ...modelChecks,
  ...dataChecks.filter(({ name }) => name === 'leftovers'),
  ...recordChecks.filter(({ name }) => name === 'schedule'),
  ...machineChecks,
];

/**
 * Makes every check; one that throws is a finding of its own and stops no other. Takes no lock and writes nothing.
 * Where the configuration cannot be read, what depends on it is told as skipped.
 */
export async function examine(options: DoctorOptions): Promise<DoctorReport> {
  const findings: NamedFinding[] = [{ check: 'Node.js', ...(await isolated(() => checkNode())) }];
  const { workspace, finding } = readConfiguration(options.workspace);
  findings.push({ check: 'configuration', ...finding });
  const patient = workspace === null ? null : patientOf(workspace, options);
  for (const { name, look } of CHECKS) {
    const found =
      patient === null
        ? skipped('Not looked at: the configuration cannot be read.')
        : await isolated(() => look(patient));
    findings.push({ check: name, ...found });
  }
  const count = (status: Finding['status']) => findings.filter((each) => each.status === status).length;
  const problems = count('problem');
  return {
    workspace: workspace?.root ?? options.workspace,
    healthy: problems === 0,
    problems,
    warnings: count('warning'),
    findings,
  };
}

function readConfiguration(folder: string): { workspace: Workspace | null; finding: Finding } {
  try {
    const workspace = loadWorkspace(folder);
    return { workspace, finding: ok(`${workspace.root} reads well.`) };
  } catch (thrown) {
    const { code, message } = asTidewatchError(thrown);
    const mend =
      code === 'config-missing'
        ? 'tidewatch init in that folder, or name another with --workspace DIR'
        : 'Edit config.json; "tidewatch config --schema" prints what it may hold.';
    return { workspace: null, finding: problem(message, mend) };
  }
}

function patientOf(workspace: Workspace, { env, probes, clock = systemClock }: DoctorOptions): Patient {
  let inspected: { readonly inspection: StoreInspection | null } | null = null;
  const store = (): StoreInspection | null => {
    const path = storePathOf(workspace, env);
    inspected ??= { inspection: path === null ? null : inspectSqlite(path) };
    return inspected.inspection;
  };
  return { workspace, env, clock, probes, storePath: () => storePathOf(workspace, env), store };
}

/** The SQLite file of the workspace; null where the records are in a server. */
function storePathOf({ root, paths }: Workspace, env: DoctorOptions['env']): string | null {
  const place = resolveStorePlace(paths.store, env);
  if (isAbsolute(place)) return place;
  return isStorePath(place) ? insideWorkspace(root, 'store', place) : null;
}

/** A check that fails has found something, too. */
async function isolated(look: () => Finding | Promise<Finding>): Promise<Finding> {
  try {
    return await look();
  } catch (thrown) {
    const { code, message } = asTidewatchError(thrown);
    return code === 'internal'
      ? problem(`The check itself failed: ${message}`, 'Look at what the message names.')
      : problem(message, `As the message says (error code ${code}).`);
  }
}
