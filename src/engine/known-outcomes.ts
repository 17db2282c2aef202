/** Finds the rows of a table that can be learned from and scored: those with a label that is final. */
import { TidewatchError } from '../base/errors.ts';
import { columnOf } from './contract.ts';
import { labelsMatured } from './maturity.ts';
import type { Table } from './port.ts';

/** When the outcome of a row is final. */
export interface OutcomeRule {
  /** Days after the row's time; 0: at once. */
  readonly horizonDays: number;
  readonly now: Date;
}

export interface OutcomeCounts {
  /** Rows without a label. */
  readonly unlabelled: number;
  /** Rows with a label that is not final yet. */
  readonly immature: number;
}

export interface KnownRows extends OutcomeCounts {
  /** Places of the rows with a final label, ascending. */
  readonly places: Uint32Array;
}

/** Streams the target, and the time of the rows where the rule needs it. */
export async function findKnownRows(table: Table, { horizonDays, now }: OutcomeRule): Promise<KnownRows> {
  const final = await labelsMatured(table, horizonDays, now);
  const places = new Uint32Array(table.rows);
  let known = 0;
  let unlabelled = 0;
  for await (const { rows, offset, columns } of table.stream([columnOf(table.contract, 'target')])) {
    const [target] = columns;
    if (target?.kind !== 'numeric') throw new TidewatchError('internal', 'The target came as no numbers.');
    for (let i = 0; i < rows; i++) {
      if (Number.isNaN(target.values[i])) unlabelled++;
      else if (final[offset + i] === 1) places[known++] = offset + i;
    }
  }
  return { places: places.slice(0, known), unlabelled, immature: table.rows - known - unlabelled };
}

/**
 * Runs `body` on the rows whose label is final, in order: the table itself where all are, so that rows without a
 * label leave no trace in what is made of the others. Error `nothing-labelled` where there are rows, but none such.
 * @param what names the rows in the error, such as "the test data".
 */
export async function withKnownOutcomes<T>(
  table: Table,
  rule: OutcomeRule,
  what: string,
  body: (table: Table, leftOut: OutcomeCounts) => Promise<T>,
): Promise<T> {
  const { places, unlabelled, immature } = await findKnownRows(table, rule);
  if (places.length === table.rows) return body(table, { unlabelled, immature });
  if (places.length === 0) throw nothingLabelled(what, table, { unlabelled, immature });
  const known = await table.select(places);
  try {
    return await body(known, { unlabelled, immature });
  } finally {
    await known.close();
  }
}

function nothingLabelled(what: string, { rows, contract }: Table, leftOut: OutcomeCounts): TidewatchError {
  const { unlabelled, immature } = leftOut;
  const target = columnOf(contract, 'target') ?? '';
  const young =
    immature === 0
      ? ''
      : `, and the outcome of the other ${immature} is not final before labels.horizon_days`;
  return new TidewatchError(
    'nothing-labelled',
    `None of the ${rows} rows of ${what} has an outcome to go by: ${unlabelled} have no value of "${target}"${young}. ` +
      'Add rows whose outcome is known.',
    { details: { rows, ...leftOut, target } },
  );
}
