/** Steps: what a run did, in order, and how long each part took. */
import type { Kysely, Selectable } from 'kysely';
import { TidewatchError } from '../../base/errors.ts';
import type { StepRecord, StepStore } from '../port/steps.ts';
import type { StepsTable, Tables } from '../tables.ts';

export function createSteps(db: Kysely<Tables>): StepStore {
  return {
    startStep: (step) => startStep(db, step),
    finishStep: (runId, name, end) => finishStep(db, runId, name, end),
    steps: async (runId) => {
      const rows = await db
        .selectFrom('steps')
        .selectAll()
        .where('runId', '=', runId)
        .orderBy('seq')
        .execute();
      return rows.map(toStep);
    },
    stepHistory: (name, limit) => listSucceeded(db, name, limit),
  };
}

async function startStep(db: Kysely<Tables>, step: Parameters<StepStore['startStep']>[0]): Promise<void> {
  await db
    .insertInto('steps')
    .values({
      runId: step.runId,
      name: step.name,
      startedAt: step.startedAt,
      status: 'running',
      note: '',
    })
    .execute();
}

async function finishStep(
  db: Kysely<Tables>,
  runId: string,
  name: string,
  end: Parameters<StepStore['finishStep']>[2],
): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('steps')
    .set({ seconds: end.seconds, status: end.status, note: end.note })
    .where('runId', '=', runId)
    .where('name', '=', name)
    .where('status', '=', 'running')
    .executeTakeFirst();
  if (numUpdatedRows === 0n) {
    throw new TidewatchError('internal', `The run "${runId}" has no running step "${name}" to finish.`);
  }
}

async function listSucceeded(
  db: Kysely<Tables>,
  name: string,
  limit: number,
): Promise<readonly StepRecord[]> {
  const rows = await db
    .selectFrom('steps')
    .selectAll()
    .where('name', '=', name)
    .where('status', '=', 'succeeded')
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toStep);
}

function toStep({ seq, ...row }: Selectable<StepsTable>): StepRecord {
  return row;
}
