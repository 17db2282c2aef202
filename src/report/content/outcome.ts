/** What the last run came to, told from what it left in the store. */
import type { ReportValues } from '../report-values.ts';

export interface Outcome {
  readonly kind:
    | 'no-run'
    | 'no-new-data'
    | 'no-drift'
    | 'redeployed'
    | 'first-deployment'
    | 'challenger-waits'
    | 'stopped';
  /** What it did, as a sentence. */
  readonly what: string;
  /** Why, in the words of the check that decided; null: there was nothing to decide. */
  readonly why: string | null;
}

const WHAT: Readonly<Record<Outcome['kind'], string>> = {
  'no-run': 'The whole process has not run yet.',
  'no-new-data': 'It found no new data, so there was nothing to do.',
  'no-drift': 'The deployed model was checked, and stays.',
  redeployed: 'The deployed model had drifted. Another one took its place, retrained or recalibrated.',
  'first-deployment': 'A first model went live.',
  'challenger-waits': 'A retrained model did not take the place of the deployed one. It stays.',
  stopped: 'It stopped before it was done.',
};

/**
 * The outcome of the newest run that had something to do. It is not read from the run's own result, which is only written when the report
 * has been: the checks, the deployment and the steps say the same before and after.
 */
export function outcomeOf(
  values: Pick<ReportValues, 'worked' | 'steps' | 'checks' | 'deployments'>,
): Outcome {
  const { worked: run, steps, checks, deployments } = values;
  if (run === null) return outcome('no-run', null);
  const drift = checks.find(({ kind, runId }) => kind === 'drift' && runId === run.id);
  const gate = checks.find(({ kind, runId }) => kind === 'gate' && runId === run.id);
  const deployed = deployments.find(({ runId }) => runId === run.id);
  const failed = steps.find(({ status }) => status === 'failed');
  if (deployed !== undefined) {
    return drift === undefined
      ? outcome('first-deployment', deployed.reason)
      : outcome('redeployed', drift.reason);
  }
  if (failed !== undefined) return outcome('stopped', `Step ${failed.name}: ${failed.note}`);
  if (gate !== undefined) return outcome('challenger-waits', gate.reason);
  if (drift !== undefined && !drift.outcome) return outcome('no-drift', drift.reason);
  if (run.status === 'failed' || run.status === 'abandoned') {
    return outcome('stopped', run.error?.message ?? 'Its process ended.');
  }
  return outcome('no-new-data', null);
}

function outcome(kind: Outcome['kind'], why: string | null): Outcome {
  return { kind, what: WHAT[kind], why };
}
