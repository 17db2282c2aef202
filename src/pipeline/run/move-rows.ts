/** Moves rows that earlier versions put into records of the store to where the engine keeps rows. */
import type { WithKeptRows } from '../resources.ts';

/** Records of up to a megabyte that are read at once. */
const BATCH = 8;

/**
 * For the holder of the run's lock. Each record is whole at any time, with its rows or with their reference, so one that
 * is killed is gone on with by the next. Where nothing is to be moved it costs two small queries.
 */
export async function moveRows(resources: WithKeptRows): Promise<void> {
  const store = await resources.store();
  const { keptRows } = resources;
  for (
    let inline = await store.inlineRows(BATCH);
    inline.length > 0;
    inline = await store.inlineRows(BATCH)
  ) {
    for (const { seq, columns } of inline) await store.replaceRows(seq, await keptRows.write(columns));
  }
  for (let runId = await store.inlineScoring(); runId !== null; runId = await store.inlineScoring()) {
    await store.replaceScores(runId, await keptRows.write(await store.inlineScores(runId)));
  }
}
