/** The contract of data that is to be scored by a model: what the model reads, and the name of the client. */
import type { ModelDocument } from '../../core/document/document.ts';
import { columnOf, rawColumnsOf } from './contract.ts';
import type { ContractColumn, TableContract } from './table-contract.ts';

/**
 * No target: a file needs the model's columns only, or those that they are derived of. Of the configuration there is
 * what tells how values are read. What the configuration computes is computed for the file too, which then needs the
 * time of the row, and the columns whose change is asked for.
 */
export function scoringContract(
  model: ModelDocument,
  contract: Pick<TableContract, 'columns' | 'raw' | 'missingTexts' | 'reading' | 'computed'>,
): TableContract {
  const { columns, raw = [], missingTexts, reading } = contract;
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
  const inputs = new Set(model.inputs.map(({ name }) => name));
  const computed = contract.computed?.columns.filter(({ name }) => inputs.has(name)) ?? [];
  const isComputed = new Set(computed.map(({ name }) => name));
  const read: ContractColumn[] = [
    ...(model.id === null ? [] : [columnAs(model.id, 'id')]),
    ...model.inputs
      .filter(({ name }) => !isComputed.has(name))
      .map(({ name, kind, derived }) => ({ ...columnAs(name, kind), ...(derived && { derived }) })),
  ];
  const changed = computed.flatMap((column) => (column.kind === 'change' ? [column.column] : []));
  const time = columnOf(contract, 'time');
  const needed = [
    ...changed.map((name) => columnAs(name, 'numeric')),
    ...(computed.length === 0 || time === null ? [] : [columnAs(time, 'time')]),
  ];
  for (const column of needed) if (read.every(({ name }) => name !== column.name)) read.push(column);
  const alone = rawColumnsOf(read, columnAs);
  return {
    columns: read,
    ...(alone.length > 0 && { raw: alone }),
    positive: model.target.positive,
    negative: null,
    missingTexts,
    ...(reading && { reading }),
    ...(contract.computed &&
      computed.length > 0 && { computed: { ...contract.computed, columns: computed } }),
  };
}
