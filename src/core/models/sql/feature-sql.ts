/** Features of a model as SQL expressions over its source columns. */

import type { Feature } from '../../document/document.ts';
import { knownLevels, levelTexts } from '../../features/level-texts.ts';
import type { DialectRules } from './dialect.ts';

/** The column of the first stage that holds a source column. */
export type SourceColumnOf = (source: string) => string;

/** The texts that mean a level of a source column. */
export type TextsOf = (source: string, level: string) => readonly string[];

/** As the scorer has it: the canonical form of a level of an earlier version means it too. */
export function textsOfLevels(features: readonly Feature[]): TextsOf {
  const sources = [...new Set(features.map(({ source }) => source))];
  const aliases = new Map(
    sources.map((source) => {
      const others = [...levelTexts(knownLevels(features, source))].filter(([text, level]) => text !== level);
      return [source, new Map(others.map(([text, level]) => [level, text]))];
    }),
  );
  return (source, level) => {
    const alias = aliases.get(source)?.get(level);
    return alias === undefined ? [level] : [level, alias];
  };
}

/** The value of a feature as the scorer has it, with NULL for NaN. */
export function featureSql(
  feature: Feature,
  columnOf: SourceColumnOf,
  textsOf: TextsOf,
  rules: DialectRules,
): string {
  const x = columnOf(feature.source);
  const [zero, one] = [rules.number(0), rules.number(1)];
  switch (feature.kind) {
    case 'number':
      return feature.missing === null ? x : `COALESCE(${x}, ${rules.number(feature.missing)})`;
    case 'missing':
      return `CASE WHEN ${x} IS NULL THEN ${one} ELSE ${zero} END`;
    case 'level':
      return `CASE WHEN ${isOneOf(x, textsOf(feature.source, feature.level), rules)} THEN ${one} ELSE ${zero} END`;
    case 'hinge': {
      const value = `COALESCE(${x}, ${rules.number(feature.missing)})`;
      const knot = rules.number(feature.knot);
      return `CASE WHEN ${value} > ${knot} THEN ${value} - ${knot} ELSE ${zero} END`;
    }
    case 'category':
      return categorySql(
        feature.levels.map((level) => textsOf(feature.source, level)),
        x,
        rules,
      );
    case 'target-rate':
      return rateSql(feature, x, textsOf, rules);
  }
}

/** Levels of one CASE; a longer list is told in several, whose other rows are NULL. */
const LEVELS_IN_CASE = 250;

function isOneOf(x: string, texts: readonly string[], rules: DialectRules): string {
  return texts.map((text) => `${x} = ${rules.level(text)}`).join(' OR ');
}

/** The rate of a level; missing and unseen ones have rates of their own. */
function rateSql(
  { source, levels, rates, missing, unseen }: Extract<Feature, { kind: 'target-rate' }>,
  x: string,
  textsOf: TextsOf,
  rules: DialectRules,
): string {
  const texts = levels.map((level) => textsOf(source, level));
  const pieces = levelCases(texts, x, rules, (k) => rules.number(rates[k] as number));
  const known = nestedCoalesce([...pieces, rules.number(unseen)]);
  return `CASE WHEN ${x} IS NULL THEN ${rules.number(missing)} ELSE ${known} END`;
}

/** The index of a level, each given by its texts; NULL for missing and unseen ones. */
function categorySql(levels: readonly (readonly string[])[], x: string, rules: DialectRules): string {
  const pieces = levelCases(levels, x, rules, String);
  return pieces.length === 0 ? 'CAST(NULL AS INTEGER)' : nestedCoalesce(pieces);
}

/** Expressions of so many levels each that give `textOfLevel` a level's index; NULL for levels that are not in it. */
function levelCases(
  levels: readonly (readonly string[])[],
  x: string,
  rules: DialectRules,
  textOfLevel: (index: number) => string,
): string[] {
  const pieces: string[] = [];
  for (let from = 0; from < levels.length; from += LEVELS_IN_CASE) {
    const cases = levels
      .slice(from, from + LEVELS_IN_CASE)
      .flatMap((texts, k) => texts.map((text) => `WHEN ${rules.level(text)} THEN ${textOfLevel(from + k)}`));
    pieces.push(`CASE ${x} ${cases.join(' ')} END`);
  }
  return pieces;
}

/** COALESCE of any number of expressions; databases take so many arguments only. */
function nestedCoalesce(pieces: readonly string[]): string {
  return pieces.reduceRight((rest, piece) => `COALESCE(${piece}, ${rest})`);
}
