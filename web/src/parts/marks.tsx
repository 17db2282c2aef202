/** Small marks in the text: signs of severity, badges, bars and arrows. Each says in words what its colour says. */
import type { ComponentChildren } from 'preact';
import type { Today } from '../../../src/server/contract.ts';
import { formatPercent, formatPoints } from '../format/numbers.ts';

export type Severity = Today['severity'];

interface SignLook {
  readonly path: string;
  readonly text: string;
  readonly short: string;
}

const SIGNS: Readonly<Record<Severity, SignLook>> = {
  none: { path: 'M12 2a10 10 0 1 0 .01 0M7.5 12.5l3 3 6-6.5', text: 'All is well', short: 'Well' },
  unknown: {
    path: 'M12 2a10 10 0 1 0 .01 0M9 9.5a3 3 0 1 1 4.4 2.6c-.9.5-1.4 1-1.4 2M12 17.5v.01',
    text: 'Not known',
    short: 'Not known',
  },
  look: { path: 'M12 2a10 10 0 1 0 .01 0M12 11v6M12 7v.01', text: 'Worth a look', short: 'Look' },
  act: { path: 'M12 2.5 22.5 21h-21zM12 9v6M12 18v.01', text: 'Somebody must act', short: 'Act' },
};

/** What the colour of a sign says, in words. */
export function severityWord(severity: Severity): string {
  return SIGNS[severity].text;
}

/** The same in a word or two. */
export function shortWord(severity: Severity): string {
  return SIGNS[severity].short;
}

export function Sign({ severity }: { readonly severity: Severity }) {
  const { path, text } = SIGNS[severity];
  return (
    <svg class={`sign ${severity}`} viewBox="0 0 24 24" role="img" aria-label={text}>
      <path d={path} />
    </svg>
  );
}

interface BadgeProps {
  readonly kind?: 'good' | 'act' | 'accent' | 'plain';
  readonly children: ComponentChildren;
}

export function Badge({ kind = 'plain', children }: BadgeProps) {
  return <span class={`badge ${kind}`}>{children}</span>;
}

/** A bar for a share from 0 to 1, which stands in words beside it. */
export function Meter({ share, strong = false }: { readonly share: number; readonly strong?: boolean }) {
  return (
    <svg
      class={strong ? 'meter act' : 'meter'}
      viewBox="0 0 100 8"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <rect width={Math.max(0, Math.min(100, 100 * share))} height="8" />
    </svg>
  );
}

/** The probability of leaving; above the threshold the bar has the colour of what calls for action. */
export function Risk({ probability, flagged }: { readonly probability: number; readonly flagged: boolean }) {
  return (
    <span class="risk">
      <span class="number">{formatPercent(probability)}</span>
      <Meter share={probability} strong={flagged} />
    </span>
  );
}

/** How the probability has moved since the scoring before, in percentage points. */
export function Trend({ now, earlier }: { readonly now: number; readonly earlier: number | null }) {
  if (earlier === null) return <span class="quiet">new</span>;
  const change = now - earlier;
  const [kind, arrow, word] =
    change > 0.005 ? ['up', '▲', 'up'] : change < -0.005 ? ['down', '▼', 'down'] : ['', '▬', 'unchanged'];
  return (
    <span class={`trend ${kind}`} title={`${formatPercent(earlier)} before`}>
      <span aria-hidden="true">{arrow}</span>
      <span class="unseen">{word}</span> {formatPoints(change)}
    </span>
  );
}
