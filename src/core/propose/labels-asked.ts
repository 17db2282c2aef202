/** Labels that were asked for, and lists of labels. */
import { TidewatchError } from '../../base/errors.ts';
import type { TextRules } from './column-tally.ts';
import { labelKey } from './label-key.ts';
import { type LabelWishes, valuesAsked } from './label-sides.ts';
import type { LabelCount, TargetCandidate } from './table-tally.ts';
import { describeValues } from './target-refused.ts';

/** @throws TidewatchError usage where an option names no value of the target, or two options name the same. */
export function checkLabelsAsked(
  name: string,
  { labels }: TargetCandidate,
  wishes: LabelWishes,
  rules: TextRules,
): void {
  const options = [
    ['--positive', wishes.positive],
    ['--negative', wishes.negative],
    ['--drop', wishes.drop],
  ] as const;
  const takenBy = new Map<string, string>();
  const values = [...labels.values()].map(({ text }) => text);
  for (const [option, text] of options) {
    if (text === null || text === undefined) continue;
    const [whole, ...parts] = valuesAsked(text) as [string, ...string[]];
    const isWhole = labels.has(labelKey(whole, rules));
    if (isWhole && parts.some((part) => labels.has(labelKey(part, rules)))) {
      throw new TidewatchError(
        'usage',
        `${option} "${whole}" may be one value of the target "${name}" or several with commas between them. Write them otherwise in the file, or say it in config.json.`,
        { details: { column: name, values } },
      );
    }
    for (const value of isWhole || parts.length === 0 ? [whole] : parts) {
      const key = labelKey(value, rules);
      if (!labels.has(key)) {
        throw new TidewatchError(
          'usage',
          `${option} is "${value}", but the target "${name}" has ${describeValues([...labels.values()])}. Name one of them.`,
          { details: { column: name, values } },
        );
      }
      const other = takenBy.get(key);
      if (other !== undefined) {
        throw new TidewatchError(
          'usage',
          `"${value}" of the target "${name}" is named by ${other} and by ${option}; a value can be one of them only.`,
          { details: { column: name, values } },
        );
      }
      takenBy.set(key, option);
    }
  }
}

/** Those of most rows first, of as many by their texts. */
export function sortedLabels(labels: readonly LabelCount[]): LabelCount[] {
  return labels.toSorted((a, b) => b.rows - a.rows || (a.text < b.text ? -1 : 1));
}

/** The first with the rows of all. */
export function mergeLabels(labels: readonly LabelCount[]): LabelCount {
  return { ...(labels[0] as LabelCount), rows: labels.reduce((sum, { rows }) => sum + rows, 0) };
}
