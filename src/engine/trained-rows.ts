/** The rows that a model knows: those of its snapshot whose outcome was known when it was trained. */
import { existsSync } from 'node:fs';
import type { ModelDocument } from '../core/models/document.ts';
import { placesOf, readExamples } from './examples.ts';
import type { Engine, Snapshot, Table, TableContract } from './port.ts';

/** A model's snapshot, and when and by which rule its outcomes were taken. */
export interface TrainedOn {
  readonly snapshot: Pick<Snapshot, 'parquetPath' | 'columns'>;
  readonly outcomes: ModelDocument['certificate']['outcomes'];
}

/**
 * Opens the rows that had an outcome when the model was trained: those that it learned from, and those of held-out
 * clients that scored it. null where the snapshot is gone.
 */
export async function openTrainedRows(
  engine: Engine,
  { snapshot, outcomes }: TrainedOn,
  contract: TableContract,
): Promise<Table | null> {
  if (!existsSync(snapshot.parquetPath)) return null;
  const whole = await engine.open({ kind: 'snapshot', snapshot, contract });
  // Rows without a final label lay in the snapshot, but nothing was learned of them.
  if (outcomes === undefined) return whole;
  try {
    const { horizonDays, meaning = 'outcome', asOf } = outcomes;
    const examples = await readExamples(whole, { horizonDays, meaning, now: new Date(asOf) }, null);
    return await whole.select(placesOf(examples, 'both'));
  } finally {
    await whole.close();
  }
}
