/** Says of columns that may know the outcome what is odd, what it costs to go without them, and what to do. */
import type { Leak } from './leaks.ts';
import type { ColumnCost } from './quick-fit.ts';

export interface SuspectColumn {
  readonly name: string;
  readonly leak: Leak;
  /** null: it was not tried. */
  readonly cost: ColumnCost | null;
}

/** A note a column, those that are left out first. */
export function noteLeaks(suspects: readonly SuspectColumn[]): string[] {
  const isLeftOut = ({ leak }: SuspectColumn): boolean => leak.verdict === 'leave-out';
  return [
    ...suspects.filter(isLeftOut).map(noteLeftOut),
    ...suspects.filter((suspect) => !isLeftOut(suspect)).map(noteUsed),
  ];
}

function noteLeftOut({ name, leak, cost }: SuspectColumn): string {
  return (
    `"${name}" is left out: ${leak.why}. A model with it would look better than it is. ${costText(cost, 'with')}` +
    `If it is known before a client leaves, use it: --use ${argument(name)}.`
  );
}

function noteUsed({ name, leak, cost }: SuspectColumn): string {
  return (
    `"${name}" is used, but check when it is filled in: ${leak.why}. ${costText(cost, 'without')}` +
    `If it is known only once a client has left, leave it out: --leave-out ${argument(name)}.`
  );
}

function costText(cost: ColumnCost | null, first: 'with' | 'without'): string {
  if (cost === null) return '';
  const [own, other] = [cost.logLossWith.toFixed(3), cost.logLossWithout.toFixed(3)];
  const compared =
    first === 'with'
      ? `With it the log loss is ${own}, without it ${other}`
      : `Without it the log loss is ${other}, with it ${own}`;
  return `${compared} (a quick fit on ${cost.rows} rows). `;
}

/** As it is typed in a shell. */
function argument(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `"${name}"`;
}
