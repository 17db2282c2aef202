/** From the contract of the data to the columns that a model reads. */
import type { ModelInput } from '../../core/columns/source-column.ts';
import type { TableContract } from './table-contract.ts';

/** The feature columns, numeric ones first, as the contract orders them, and those that are computed at the end. */
export function modelInputsOf({ columns, computed }: TableContract): ModelInput[] {
  return [
    ...columns.flatMap(({ name, role, derived }): ModelInput[] =>
      role === 'numeric' || role === 'categorical' ? [{ name, kind: role, ...(derived && { derived }) }] : [],
    ),
    ...(computed?.columns ?? []).map(({ name }): ModelInput => ({ name, kind: 'numeric' })),
  ];
}
