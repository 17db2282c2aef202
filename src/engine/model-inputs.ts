/** From the contract of the data to the columns that a model reads. */
import type { ModelInput } from '../core/features/source-column.ts';
import type { TableContract } from './port.ts';

/** The feature columns, numeric ones first, as the contract orders them. */
export function modelInputsOf(contract: TableContract): ModelInput[] {
  return contract.columns.flatMap(({ name, role, derived }): ModelInput[] =>
    role === 'numeric' || role === 'categorical' ? [{ name, kind: role, ...(derived && { derived }) }] : [],
  );
}
