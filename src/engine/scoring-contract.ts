/** The contract of data that is to be scored by a model: what the model reads, and the name of the client. */
import type { ModelDocument } from '../core/models/document.ts';
import type { ContractColumn, TableContract } from './port.ts';

/** No target: a file needs the model's columns only. Of the configuration there is what tells how values are read. */
export function scoringContract(
  model: ModelDocument,
  { columns, missingTexts, reading }: Pick<TableContract, 'columns' | 'missingTexts' | 'reading'>,
): TableContract {
  const readOf = (name: string): Omit<ContractColumn, 'name' | 'role'> => {
    const { range, unit } = columns.find((column) => column.name === name) ?? {};
    return { ...(range && { range }), ...(unit !== undefined && { unit }) };
  };
  return {
    columns: [
      ...(model.id === null ? [] : [{ name: model.id, role: 'id' } as const]),
      ...model.inputs.map(({ name, kind }) => ({
        name,
        role: kind,
        ...(kind === 'numeric' ? readOf(name) : {}),
      })),
    ],
    positive: model.target.positive,
    negative: null,
    missingTexts,
    ...(reading && { reading }),
  };
}
