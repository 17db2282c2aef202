/** The contract of data that is to be scored by a model: what the model reads, and the name of the client. */
import type { ModelDocument } from '../core/models/document.ts';
import type { TableContract } from './port.ts';

/** No target and nothing else of the configuration: a file needs the model's columns only. */
export function scoringContract(model: ModelDocument, missingTexts: readonly string[]): TableContract {
  return {
    columns: [
      ...(model.id === null ? [] : [{ name: model.id, role: 'id' } as const]),
      ...model.inputs.map(({ name, kind }) => ({ name, role: kind })),
    ],
    positive: model.target.positive,
    negative: null,
    missingTexts,
  };
}
