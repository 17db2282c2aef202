/** The rows that a model knows: those of its snapshot whose outcome was known when it was trained. */
import type { ModelDocument } from '../../core/document/document.ts';
import type { TableContract } from '../../formats/contract/table-contract.ts';
import type { Engine, Snapshot, Table } from '../port.ts';
import { placesOf, readExamples, type Side } from './examples.ts';
import type { OutcomeRule } from './history.ts';

/** A model's snapshot, and when and by which rule its outcomes were taken. */
export interface TrainedOn {
  readonly snapshot: Pick<Snapshot, 'parquetPath' | 'columns'>;
  readonly outcomes: ModelDocument['certificate']['outcomes'];
  readonly heldOut: ModelDocument['certificate']['heldOut'];
}

/**
 * Opens the rows that had an outcome when the model was trained: those that it learned from (`training`), those of
 * held-out clients that scored it, or both. null where the snapshot is gone.
 */
export async function openTrainedRows(
  engine: Engine,
  { snapshot, outcomes, heldOut }: TrainedOn,
  contract: TableContract,
  side: Side = 'both',
): Promise<Table | null> {
  if (!engine.snapshots.has(snapshot)) return null;
  const whole = await engine.open({ kind: 'snapshot', snapshot, contract });
  // Rows without a final label lay in the snapshot, but nothing was learned of them.
  if (outcomes === undefined && (heldOut === undefined || side === 'both')) return whole;
  try {
    const { horizonDays = 0, meaning = 'outcome', asOf = 0 } = outcomes ?? {};
    const rule: OutcomeRule = { horizonDays, meaning, now: new Date(asOf) };
    const examples = await readExamples(whole, rule, side === 'both' ? null : (heldOut ?? null));
    return await whole.select(placesOf(examples, side));
  } finally {
    await whole.close();
  }
}
