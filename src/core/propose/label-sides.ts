/** Which side each value of a target is on: left, stayed, or no outcome yet. */

import type { TextRules } from './column-tally.ts';
import { labelKey } from './label-key.ts';
import { type LabelMeaning, labelMeaning } from './label-meaning.ts';
import type { Meaning } from './outcome-words.ts';
import { isUsualTarget, nameMeaning } from './target-name.ts';

/** `open`: no outcome yet; `unclear`: nothing known says which. */
export type Side = Meaning | 'open' | 'unclear';

/** Values as an option has them: one, or several separated by commas. null or absent: not asked for. */
export interface LabelWishes {
  readonly positive: string | null;
  readonly negative?: string | null | undefined;
  readonly drop?: string | null | undefined;
}

export interface SideOfLabel {
  readonly side: Side;
  /** What it rests on; `usual` is a guess. */
  readonly basis: 'asked' | 'word' | 'name' | 'usual' | 'none';
}

const UNCLEAR: SideOfLabel = { side: 'unclear', basis: 'none' };

/**
 * Tells the side of a value from the wishes, its own words, and the name of the column; it does not depend on the
 * other values, so that rows can be counted as they come. Where values are asked for as left, all others stayed; where
 * as stayed too, the rest has no outcome yet. Where values are asked for as stayed alone, what is not known to be without
 * an outcome left.
 */
export class LabelSides {
  private readonly name: string;
  private readonly rules: TextRules;
  private readonly positive: ReadonlySet<string> | null;
  private readonly negative: ReadonlySet<string> | null;
  private readonly drop: ReadonlySet<string> | null;

  constructor(name: string, wishes: LabelWishes, rules: TextRules) {
    this.name = name;
    this.rules = rules;
    const keysOf = (text: string | null | undefined): ReadonlySet<string> | null =>
      text === null || text === undefined
        ? null
        : new Set(valuesAsked(text).map((one) => labelKey(one, rules)));
    this.positive = keysOf(wishes.positive);
    this.negative = keysOf(wishes.negative);
    this.drop = keysOf(wishes.drop);
  }

  of(label: string): SideOfLabel {
    const key = labelKey(label, this.rules);
    const asked = (side: Side): SideOfLabel => ({ side, basis: 'asked' });
    if (this.drop?.has(key)) return asked('open');
    if (this.positive?.has(key)) return asked('left');
    if (this.negative?.has(key)) return asked('stayed');
    if (this.positive !== null)
      return this.negative === null ? asked('stayed') : { side: 'open', basis: 'none' };
    const own = this.byMeaning(labelMeaning(label));
    return this.negative === null || own.side === 'open' || (own.basis === 'word' && own.side === 'left')
      ? own
      : asked('left');
  }

  private byMeaning(meaning: LabelMeaning | null): SideOfLabel {
    if (meaning === null) return UNCLEAR;
    if (meaning !== 'yes' && meaning !== 'no') return { side: meaning, basis: 'word' };
    const yes = nameMeaning(this.name);
    if (yes === null && !isUsualTarget(this.name)) return UNCLEAR;
    const isLeft = (meaning === 'yes') === (yes !== 'stayed');
    return { side: isLeft ? 'left' : 'stayed', basis: yes === null ? 'usual' : 'name' };
  }
}

/** The values that an option may mean: its text as a whole, or the parts between its commas. */
export function valuesAsked(text: string): string[] {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return [...new Set([text.trim(), ...parts])];
}
