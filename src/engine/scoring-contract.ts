/** The contract of data that is to be scored by a model: what the model reads, and the name of the client. */
import type { ModelDocument } from '../core/models/document.ts';
import type { TableContract } from './port.ts';

/** No target: a file needs the model's columns only. Of the configuration there is what tells how numbers are read. */
export function scoringContract(
  model: ModelDocument,
  { columns, missingTexts }: Pick<TableContract, 'columns' | 'missingTexts'>,
): TableContract {
  const find = (name: string) => columns.find((column) => column.name === name);
  const aliasesOf = (name: string) => {
    const aliases = find(name)?.aliases;
    return aliases && { aliases };
  };
  return {
    columns: [
      ...(model.id === null ? [] : [{ name: model.id, role: 'id' as const, ...aliasesOf(model.id) }]),
      ...model.inputs.map(({ name, kind }) => {
        const range = kind === 'numeric' ? find(name)?.range : undefined;
        return { name, role: kind, ...(range && { range }), ...aliasesOf(name) };
      }),
    ],
    positive: model.target.positive,
    negative: null,
    missingTexts,
  };
}
