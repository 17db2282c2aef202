/** Turns source columns into feature columns by a model's recipe. */
import { TidewatchError } from '../../base/errors.ts';
import { withinLimit } from '../columns/number-limit.ts';
import type { ModelInput, SourceBatch, SourceColumn } from '../columns/source-column.ts';
import type { Feature } from '../document/document.ts';
import { knownLevels, levelTexts } from './level-texts.ts';
import { notCategorical, numericValues } from './source-fit.ts';

/** Feature columns of a batch, one a feature, `rows` values each. */
export type Transform = (batch: SourceBatch) => Float64Array[];

/**
 * A transform for one recipe. A `number` feature whose column has nothing to replace is the source's own array,
 * so the result must not be written to. Error `column-missing` when a feature's source is not an input.
 */
export function createTransform(features: readonly Feature[], inputs: readonly ModelInput[]): Transform {
  const meanings = new Map<string, LevelOfText>();
  const meaningOf = (source: string): LevelOfText => {
    const meaning = meanings.get(source) ?? levelTexts(knownLevels(features, source));
    meanings.set(source, meaning);
    return meaning;
  };
  const steps = features.map((feature) => {
    const index = inputs.findIndex((input) => input.name === feature.source);
    if (index < 0) {
      throw new TidewatchError(
        'column-missing',
        `A ${feature.kind} feature needs column ${feature.source}, which is not an input of the model. ` +
          `Inputs: ${inputs.map((input) => input.name).join(', ')}.`,
      );
    }
    return { make: makerOf(feature, meaningOf(feature.source)), index };
  });
  return ({ columns, rows }) => steps.map(({ make, index }) => make(columns[index] as SourceColumn, rows));
}

type Maker = (column: SourceColumn, rows: number) => Float64Array;
/** The level of the model that each text means, as `levelTexts`. */
type LevelOfText = ReadonlyMap<string, string>;

function makerOf(feature: Feature, meaning: LevelOfText): Maker {
  switch (feature.kind) {
    case 'number':
      return (column) => numbersOf(feature, column);
    case 'hinge':
      return (column) => numbersOf(feature, column).map((value) => Math.max(0, value - feature.knot));
    case 'missing':
      return missingFlags;
    case 'level':
      return indexMaker(feature.source, meaning, [feature.level], (index) => (index === 0 ? 1 : 0));
    case 'category':
      return indexMaker(feature.source, meaning, feature.levels, (index) => (index < 0 ? Number.NaN : index));
    case 'target-rate': {
      const { levels, rates, missing, unseen } = feature;
      const rateOf = (index: number) => rates[index] ?? unseen;
      return indexMaker(feature.source, meaning, levels, rateOf, missing);
    }
  }
}

/** Within the limit of what is reckoned with, which those of an earlier snapshot and of other readers may not be. */
function numbersOf(
  { source, missing }: Extract<Feature, { kind: 'number' | 'hinge' }>,
  column: SourceColumn,
): Float64Array {
  return replaceMissing(withinLimit(numericValues(source, column)), missing);
}

function replaceMissing(values: Float64Array, missing: number | null): Float64Array {
  if (missing === null) return values;
  let first = 0;
  while (first < values.length && !Number.isNaN(values[first])) first++;
  if (first === values.length) return values;
  return values.map((value) => (Number.isNaN(value) ? missing : value));
}

function missingFlags(column: SourceColumn, rows: number): Float64Array {
  const flags = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const missing =
      column.kind === 'numeric'
        ? Number.isNaN(column.values[i])
        : column.kind === 'categorical'
          ? (column.codes[i] as number) < 0
          : column.values[i] === null;
    flags[i] = missing ? 1 : 0;
  }
  return flags;
}

/** Looks each row's level up in `known` (-1: unseen, and missing unless it has a value of its own) and maps the index to the feature's value. */
function indexMaker(
  source: string,
  meaning: LevelOfText,
  known: readonly string[],
  valueFor: (index: number) => number,
  missing = valueFor(-1),
): Maker {
  const place = new Map(known.map((level, index) => [level, index]));
  const indexOf = new Map([...meaning].map(([text, level]) => [text, place.get(level) ?? -1]));
  const valueOfLevel = (level: string | null) =>
    level === null ? missing : valueFor(indexOf.get(level) ?? -1);
  return (column, rows) => {
    if (column.kind === 'numeric') throw notCategorical(source);
    if (column.kind === 'text') {
      return Float64Array.from({ length: rows }, (_, i) => valueOfLevel(column.values[i] ?? null));
    }
    const valueOfCode = Float64Array.from([null, ...column.levels], valueOfLevel);
    const { codes } = column;
    const values = new Float64Array(rows);
    for (let i = 0; i < rows; i++) values[i] = valueOfCode[(codes[i] as number) + 1] as number;
    return values;
  };
}
