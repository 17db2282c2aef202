/** Columns of a model that a database takes for one, since it does not look at upper and lower case in names. */
import { TidewatchError } from '../../../base/errors.ts';
import type { ModelDocument } from '../../document/document.ts';
import { tableColumnsOf } from './derived-sql.ts';
import { dialectRules, type SqlDialect } from './dialect.ts';

/** Two columns of the model, its client ids included, with names that are one to the database; null: there are none. */
export function sameNames(model: ModelDocument, dialect: SqlDialect): readonly [string, string] | null {
  const { nameKey } = dialectRules(dialect);
  const first = new Map<string, string>();
  for (const name of columnsOf(model)) {
    const key = nameKey(name);
    const other = first.get(key);
    if (other !== undefined) return [other, name];
    first.set(key, name);
  }
  return null;
}

/** Error `value-invalid` where the database takes two columns of the model for one: no table of it can have both. */
export function refuseSameNames(model: ModelDocument, dialect: SqlDialect): void {
  const same = sameNames(model, dialect);
  if (same === null) return;
  const [one, other] = same.map((name) => JSON.stringify(name));
  throw new TidewatchError(
    'value-invalid',
    `Columns ${one} and ${other} of model ${model.version} differ by upper and lower case only, and ${dialect} takes ` +
      'such names for one column. Give one of them another name in the data and train again, or export for postgres ' +
      'or with --onnx, where both are told apart.',
    { details: { columns: same, dialect } },
  );
}

/** The model with its columns named c1, c2 and so on, which no database takes for each other; client ids are c0. */
export function withPlainNames(model: ModelDocument): ModelDocument {
  const names = new Map(namesOf(model).map((name, k) => [name, `c${k + 1}`]));
  const plain = (name: string) => names.get(name) ?? name;
  return {
    ...model,
    id: model.id === null ? null : 'c0',
    inputs: model.inputs.map(({ derived, ...input }) => ({
      ...input,
      name: plain(input.name),
      ...(derived && { derived: { ...derived, from: derived.from.map(plain) } }),
    })),
    features: model.features.map((feature) => ({ ...feature, source: plain(feature.source) })),
  };
}

function columnsOf(model: ModelDocument): string[] {
  return [...(model.id === null ? [] : [model.id]), ...namesOf(model)];
}

/** Of its inputs, and of the columns that these are made of. */
function namesOf({ inputs }: ModelDocument): string[] {
  return [...new Set([...inputs, ...tableColumnsOf(inputs)].map(({ name }) => name))];
}
