/** Says how the values of the target were read, and how to have them read otherwise. */
import { labelMeaning } from './label-meaning.ts';
import type { LabelWishes } from './label-sides.ts';
import type { LabelCount } from './table-tally.ts';
import { nameMeaning } from './target-name.ts';

export interface LabelsRead {
  /** The target. */
  readonly name: string;
  readonly positives: readonly LabelCount[];
  readonly negatives: readonly LabelCount[];
  readonly dropped: readonly LabelCount[];
}

/** Why the values mean what they are taken to mean, as a half-sentence. */
export function reasonOf({ name, positives }: LabelsRead): string {
  const label = positives[0] as LabelCount;
  const texts = positives.map(({ text }) => `"${text}"`).join(', ');
  const mean = positives.length === 1 ? 'means' : 'mean';
  switch (label.basis) {
    case 'asked':
      return `${texts} ${mean} left, as asked`;
    case 'name':
      return nameMeaning(name) === 'stayed'
        ? `the name says that the client stayed, so ${texts} ${mean} left`
        : `the name says that the client left, so ${texts} ${mean} left`;
    case 'usual':
      return `${texts} is taken to mean left, as is usual under such a name: a guess`;
    default:
      return `${texts} ${mean} left`;
  }
}

/** What a person should look at. */
export function noteLabels({ name, positives, negatives, dropped }: LabelsRead, wish: LabelWishes): string[] {
  const notes: string[] = [];
  const positive = positives[0] as LabelCount;
  if (positive.basis === 'usual') {
    notes.push(
      `"${positive.text}" is taken to mean left: a guess, since "${name}" does not say what it is about. ` +
        `Where it means stayed, say --positive "${negatives[0]?.text}".`,
    );
  }
  const mayTurn = wish.negative === null || wish.negative === undefined;
  if (negatives.length > 1 && mayTurn) {
    const left = [...dropped, negatives.find(isNew) ?? (negatives.at(-1) as LabelCount)];
    notes.push(
      `All of ${withRows(negatives)} count as stayed. To learn nothing from some, leave them out, for example --drop "${left.map(({ text }) => text).join(',')}".`,
    );
  }
  if (positives.length > 1 && wish.positive === null) {
    notes.push(
      `All of ${withRows(positives)} count as left. Where only one does, say for example --positive "${positive.text}".`,
    );
  }
  const [own, asked] = [dropped.filter(({ basis }) => basis === 'word'), dropped.filter(isLeftOver(wish))];
  if (own.length > 0) {
    notes.push(
      `${withRows(own)} ${own.length === 1 ? 'says' : 'say'} that the outcome is not known yet: nothing is learned from these rows, and the clients are ranked by risk. Where they count as stayed, say --positive "${positives.map(({ text }) => text).join(',')}".`,
    );
  }
  if (asked.length > 0) {
    notes.push(
      `${withRows(asked)} ${asked.length === 1 ? 'is' : 'are'} neither --positive nor --negative: nothing is learned from these rows, and the clients are ranked by risk.`,
    );
  }
  return notes;
}

/** Values that were not named by any option, where left and stayed were. */
function isLeftOver(wish: LabelWishes): (label: LabelCount) => boolean {
  const isAsked = wish.positive !== null && wish.negative !== null && wish.negative !== undefined;
  return ({ basis }) => isAsked && basis === 'none';
}

function withRows(labels: readonly LabelCount[]): string {
  return labels.map(({ text, rows }) => `"${text}" (${rows} rows)`).join(', ');
}

function isNew({ text }: LabelCount): boolean {
  return labelMeaning(text) === 'open';
}
