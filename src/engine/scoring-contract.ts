/** The contract of data that is to be scored by a model: what the model reads, and the name of the client. */
import type { ModelDocument } from '../core/models/document.ts';
import { rawColumnsOf } from './contract.ts';
import type { ContractColumn, TableContract } from './port.ts';

/**
 * No target: a file needs the model's columns only, or those that they are derived of. Of the configuration there is
 * what tells how values are read.
 */
export function scoringContract(
  model: ModelDocument,
  {
    columns,
    raw = [],
    missingTexts,
    reading,
  }: Pick<TableContract, 'columns' | 'raw' | 'missingTexts' | 'reading'>,
): TableContract {
  const columnAs = (name: string, role: ContractColumn['role']): ContractColumn => {
    const { range, unit, dates } = [...columns, ...raw].find((column) => column.name === name) ?? {};
    if (role === 'time') return { name, role, ...(dates !== undefined && { dates }) };
    if (role !== 'numeric') return { name, role };
    return { name, role, ...(range && { range }), ...(unit !== undefined && { unit }) };
  };
  const read = [
    ...(model.id === null ? [] : [{ name: model.id, role: 'id' } as const]),
    ...model.inputs.map(({ name, kind, derived }) => ({
      ...columnAs(name, kind),
      ...(derived && { derived }),
    })),
  ];
  const alone = rawColumnsOf(read, columnAs);
  return {
    columns: read,
    ...(alone.length > 0 && { raw: alone }),
    positive: model.target.positive,
    negative: null,
    missingTexts,
    ...(reading && { reading }),
  };
}
