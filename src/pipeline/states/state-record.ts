/** One row of the table of states: how urgent it is, when it holds, and what is then said. */
import type { Facts } from './facts.ts';
import type { Severity, State } from './state.ts';

export interface StateRecord extends Pick<State, 'id' | 'severity' | 'about' | 'title'> {
  /** When it holds and when it ends, for docs/states.md. */
  readonly when: string;
  /** Null where it does not hold. */
  holds(facts: Facts): Finding | null;
}

export interface Finding extends Pick<State, 'sentence' | 'action' | 'since' | 'link'> {
  /** Where it is less urgent than usual, since something is being done already. */
  readonly severity?: Exclude<Severity, 'none'>;
}

/** A text of somebody else as a sentence: with a full stop. */
export function asSentence(text: string): string {
  const trimmed = text.trim();
  return trimmed === '' || /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** Long decimals of a recorded sentence in four digits. */
export function shortDecimals(text: string): string {
  return text.replace(/(?<![\w.])\d+\.\d{5,}(?![\w.])/g, (digits) =>
    String(Number(Number(digits).toPrecision(4))),
  );
}

/** "1 row", "2,319 rows". */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
