/** The contract of data that is to be scored by a model: what the model reads, and the name of the client. */
import type { ModelDocument } from '../core/models/document.ts';
import { columnOf } from './contract.ts';
import type { ContractColumn, TableContract } from './port.ts';

/**
 * No target: a file needs the model's columns only. Of the configuration there is what tells how numbers are read. What the
 * configuration computes is computed for the file too, which then needs the time of the row, and the columns whose
 * change is asked for.
 */
export function scoringContract(
  model: ModelDocument,
  contract: Pick<TableContract, 'columns' | 'missingTexts' | 'computed'>,
): TableContract {
  const read = new Set(model.inputs.map(({ name }) => name));
  const computed = contract.computed?.columns.filter(({ name }) => read.has(name)) ?? [];
  const isComputed = new Set(computed.map(({ name }) => name));
  const rangeOf = (name: string) => contract.columns.find((column) => column.name === name)?.range;
  const columns: ContractColumn[] = [
    ...(model.id === null ? [] : [{ name: model.id, role: 'id' } as const]),
    ...model.inputs.flatMap(({ name, kind }) => {
      const range = kind === 'numeric' ? rangeOf(name) : undefined;
      return isComputed.has(name) ? [] : [{ name, role: kind, ...(range && { range }) }];
    }),
  ];
  const changed = computed.flatMap((column) => (column.kind === 'change' ? [column.column] : []));
  const time = columnOf(contract, 'time');
  const needed: ContractColumn[] = [
    ...changed.map((name) => ({ name, role: 'numeric' }) as const),
    ...(computed.length === 0 || time === null ? [] : [{ name: time, role: 'time' } as const]),
  ];
  for (const column of needed) {
    if (columns.every(({ name }) => name !== column.name)) columns.push(column);
  }
  return {
    columns,
    positive: model.target.positive,
    negative: null,
    missingTexts: contract.missingTexts,
    ...(contract.computed &&
      computed.length > 0 && { computed: { ...contract.computed, columns: computed } }),
  };
}
