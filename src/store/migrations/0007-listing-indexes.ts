/** Indexes for listings that walked over tables, and the curves of scores in a column of their own, which none reads. */
import type { Kysely } from 'kysely';
import type { SchemaDialect } from '../databases/dialect.ts';
import { addColumn, index } from './columns.ts';

type Scores = {
  readonly scores: {
    readonly seq: number;
    readonly metrics: string | null;
    readonly curves: string | null;
  };
};

/** Scores that are read at once; each may be tens of kilobytes. */
const BATCH = 100;

export async function listingIndexes(db: Kysely<unknown>, dialect: SchemaDialect): Promise<void> {
  await index(db, 'snapshots', ['created_at', 'seq']);
  await index(db, 'scores', ['model_version', 'created_at', 'seq']);
  await index(db, 'checks', ['kind', 'created_at', 'seq']);
  await index(db, 'checks', ['kind', 'model_version', 'created_at', 'seq']);
  await index(db, 'measurement_days', ['name', 'label', 'model_version', 'day']);
  await addColumn(db, 'scores', 'curves', dialect.longText);
  await splitCurves(db.withTables<Scores>());
}

/** May be gone through again where it was cut off: what is split already has no curves among its metrics. */
async function splitCurves(db: Kysely<Scores>): Promise<void> {
  for (let after = 0; ; ) {
    const rows = await db
      .selectFrom('scores')
      .select(['seq', 'metrics'])
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(BATCH)
      .execute();
    for (const { seq, metrics } of rows) {
      const { curves, ...rest } = (metrics === null ? {} : JSON.parse(metrics)) as Record<string, unknown>;
      if (typeof curves !== 'object' || curves === null) continue;
      await db
        .updateTable('scores')
        .set({ metrics: JSON.stringify(rest), curves: JSON.stringify(curves) })
        .where('seq', '=', seq)
        .execute();
    }
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.seq;
  }
}
