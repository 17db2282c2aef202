/** `tidewatch doctor`: looks at a workspace from all sides, changes nothing, and says what is wrong and how to mend it. */

import { isAbsolute } from 'node:path';
import { type Clock, systemClock } from '../../base/clock.ts';
import { asTidewatchError, isMachineFailure } from '../../base/errors.ts';
import { redactUrl } from '../../config/database-place.ts';
import { loadWorkspace, type Workspace } from '../../config/load.ts';
import { inspectSqlite } from '../../store/databases/inspect-sqlite.ts';
import type { StoreInspection } from '../../store/databases/inspection.ts';
import { storePlaceOf } from '../database-verbs.ts';
import { snapshots } from '../open-engine.ts';
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
import type { Fixed } from './fix.ts';
import { checkNode, machineChecks } from './machine-checks.ts';
import { modelChecks } from './model-checks.ts';
import { recordChecks } from './record-checks.ts';
import { serverChecks } from './server-checks.ts';

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
  /** What "--fix" did; the findings are those after it. */
  readonly fixed: readonly Fixed[];
}

const CHECKS: readonly Check[] = [
  ...dataChecks.filter(({ name }) => name !== 'leftovers'),
  ...recordChecks.filter(({ name }) => name !== 'schedule'),
  ...modelChecks,
  ...dataChecks.filter(({ name }) => name === 'leftovers'),
  ...recordChecks.filter(({ name }) => name === 'schedule'),
  ...machineChecks,
];

/** The check that tells why the store cannot be read; the others then only say that they could not be made. */
const STORE_CHECK = 'state store';

/**
 * Makes every check; one that throws is a finding of its own and stops no other. Takes no lock and writes nothing.
 * Where the configuration cannot be read, what depends on it is told as skipped.
 */
export async function examine(options: DoctorOptions): Promise<DoctorReport> {
  const findings: NamedFinding[] = [{ check: 'Node.js', ...(await isolated(() => checkNode())) }];
  const { workspace, finding } = readConfiguration(options.workspace);
  findings.push({ check: 'configuration', ...finding });
  const patient = workspace === null ? null : await patientOf(workspace, options);
  for (const { name, look } of checksOf(patient)) {
    const found =
      patient === null
        ? skipped('Not looked at: the configuration cannot be read.')
        : await isolated(() => look(patient), name === STORE_CHECK ? null : patient.storeError);
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
    fixed: [],
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
        : isMachineFailure(thrown)
          ? `As the message says (error code ${code}).`
          : 'Edit config.json; "tidewatch config --schema" prints what it may hold.';
    return { workspace: null, finding: problem(message, mend) };
  }
}

/** What the store is asked of a server stands after what is asked of every store. */
function checksOf(patient: ExaminedPatient | null): readonly Check[] {
  if (patient === null || !patient.isOnServer) return CHECKS;
  const place = CHECKS.findIndex(({ name }) => name === STORE_CHECK) + 1;
  return [...CHECKS.slice(0, place), ...serverChecks, ...CHECKS.slice(place)];
}

interface ExaminedPatient extends Patient {
  readonly isOnServer: boolean;
  /** Why the store cannot be read; null where it can. */
  readonly storeError: unknown;
}

/** Looks into the store once, for all checks. */
async function patientOf(
  workspace: Workspace,
  { env, probes, clock = systemClock }: DoctorOptions,
): Promise<ExaminedPatient> {
  let place = '';
  let storeError: unknown = null;
  let inspection: StoreInspection | null = null;
  try {
    place = storePlaceOf(workspace, env);
    inspection = isAbsolute(place)
      ? inspectSqlite(place)
      : await (await import('../../store/databases/inspect-server.ts')).inspectServer(place, clock);
  } catch (thrown) {
    storeError = thrown;
  }
  const store = (): StoreInspection | null => {
    if (storeError !== null) throw storeError;
    return inspection;
  };
  const storePlace = () => redactUrl(place);
  const isOnServer = place !== '' && !isAbsolute(place);
  return { workspace, snapshots, env, clock, probes, storePlace, store, isOnServer, storeError };
}

/** A check that fails has found something, too; what it shares with the check of the store that one tells. */
async function isolated(
  look: () => Finding | Promise<Finding>,
  storeError: unknown = null,
): Promise<Finding> {
  try {
    return await look();
  } catch (thrown) {
    if (storeError !== null && thrown === storeError)
      return skipped('Not looked at: the state store cannot be read.');
    const { code, message } = asTidewatchError(thrown);
    return code === 'internal'
      ? problem(`The check itself failed: ${message}`, 'Look at what the message names.')
      : problem(message, `As the message says (error code ${code}).`);
  }
}
