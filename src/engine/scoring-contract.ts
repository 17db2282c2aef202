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
    const { range, unit, dates, aliases } = [...columns, ...raw].find((column) => column.name === name) ?? {};
    return {
      name,
      role,
      ...(aliases && { aliases }),
      ...(role === 'time' && dates !== undefined && { dates }),
      ...(role === 'numeric' && range && { range }),
      ...(role === 'numeric' && unit !== undefined && { unit }),
    };
  };
  const read = [
    ...(model.id === null ? [] : [columnAs(model.id, 'id')]),
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
