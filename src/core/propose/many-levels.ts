/** Decides what a column of many different texts or codes is: a category, a key, free text or names. */
import type { ColumnTally } from './column-tally.ts';
import { weighLevels } from './recurring-levels.ts';
import type { TableTally } from './table-tally.ts';
import type { TargetChoice } from './target-choice.ts';

export interface ManyLevels {
  readonly kind: 'categorical' | 'key' | 'free-text' | 'personal' | 'no-signal';
  readonly why: string;
}

const NEARLY_UNIQUE = 0.9;
const SAME_CLIENT = 0.9;
/** Words of a text beyond which it is a sentence. */
const MANY_WORDS = 4;
/** "Anna Meyer", "Dr. O'Brien": two to four words, of letters, each with a capital. */
const NAME = /^\p{Lu}[\p{L}.'’-]*(?: \p{Lu}[\p{L}.'’-]*){1,3}$/u;

/**
 * A category where texts come again and the outcomes of a text's other rows tell that of a row beyond chance
 * (recurring-levels.ts). Texts that hardly come again are no levels, whatever their number; the reason says what they
 * are instead.
 * @param what the values are called: "texts", "codes".
 */
export function judgeManyLevels(own: ColumnTally, target: TargetChoice, what: string): ManyLevels {
  const present = own.rows - own.empty;
  if (own.distinct >= NEARLY_UNIQUE * present) return uniqueTexts(own, what);
  const stayed = 2 * target.candidate;
  const levels = own.levels().map(({ byClass }) => ({
    rows: (byClass[stayed] as number) + (byClass[stayed + 1] as number),
    left: byClass[stayed + 1] as number,
  }));
  const { positive, negative } = target;
  const evidence = weighLevels(levels, positive.rows / (positive.rows + negative.rows), 0);
  const about = `${countOf(own)} different ${what}, ${(present / own.distinct).toFixed(1)} rows each`;
  if (evidence.isInformative) {
    const of = own.complete ? '' : ` (by ${levels.length} of them)`;
    return {
      kind: 'categorical',
      why: `${about}; who left differs between them beyond chance${of}`,
    };
  }
  const once = `${(100 * (1 - evidence.recurring)).toFixed(0)} % of the rows have one that comes once`;
  return {
    kind: 'no-signal',
    why: `${about} (${once}); who left does not differ between them beyond chance`,
  };
}

/**
 * Whether a value that comes again in the sample comes again for the same client: it is another key of the client then,
 * and the outcomes of its rows are those of one client.
 */
export function belongsToClients(tally: TableTally, id: number, column: number): boolean {
  const clientOf = new Map<string, string>();
  let [same, again] = [0, 0];
  for (const row of tally.sample) {
    const value = (row[column] ?? '').trim();
    const client = (row[id] ?? '').trim();
    const before = clientOf.get(value);
    if (before === undefined) clientOf.set(value, client);
    else {
      again++;
      if (before === client) same++;
    }
  }
  return again > 0 && same > SAME_CLIENT * again;
}

function uniqueTexts(own: ColumnTally, what: string): ManyLevels {
  const about = countText(own, what);
  if (!own.spaced) return { kind: 'key', why: `${about}: a key, of which nothing is learned` };
  const texts = [...own.oddTexts.keys()].map((text) => text.trim());
  const names = texts.filter((text) => NAME.test(text) && text.split(' ').length <= MANY_WORDS);
  return names.length > 0.8 * texts.length
    ? { kind: 'personal', why: `${about}: they look like names` }
    : { kind: 'free-text', why: `${about}: free text, of which nothing is learned` };
}

/** Different values, as far as they were counted. */
export function countOf(own: ColumnTally): string {
  return `${own.complete ? '' : 'about '}${own.distinct}`;
}

export function countText(own: ColumnTally, what = 'texts'): string {
  return own.complete && own.distinct === own.rows
    ? 'each row has its own'
    : `${countOf(own)} different ${what} in ${own.rows} rows`;
}
