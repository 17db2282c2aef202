/** A number with its interval and the rows that it comes from. */
import { formatCount, formatScore, formatShare, formatValue } from '../format/numbers.ts';

export interface EstimateValue {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly level: number;
  readonly rows: number;
  readonly tooFew?:
    | { readonly of: 'left' | 'stayed'; readonly rows: number; readonly needed: number }
    | undefined;
}

type Kind = 'score' | 'share' | 'value';

const FORMATS = { score: formatScore, share: formatShare, value: formatValue } as const;

/** "0.665 (0.606 to 0.719)", or why there is no interval; null is a dash. */
export function Estimate({
  of,
  kind = 'score',
}: {
  readonly of: EstimateValue | null;
  readonly kind?: Kind;
}) {
  if (of === null) return <>–</>;
  return (
    <>
      {FORMATS[kind](of.value)} <Interval of={of} kind={kind} />
    </>
  );
}

export function Interval({ of, kind = 'score' }: { readonly of: EstimateValue; readonly kind?: Kind }) {
  const format = FORMATS[kind];
  if (of.low === null || of.high === null) return <span class="quiet small">({whyNone(of)})</span>;
  const title = `${Math.round(100 * of.level)} % interval, ${formatCount(of.rows)} rows`;
  return (
    <span class="quiet small" title={title}>
      ({format(of.low)} to {format(of.high)})
    </span>
  );
}

/** "too few leavers for an interval: 12 of the 20 needed". */
function whyNone({ tooFew }: EstimateValue): string {
  if (tooFew === undefined) return 'no interval';
  const who = tooFew.of === 'left' ? 'leavers' : 'stayers';
  return `too few ${who} for an interval: ${formatCount(tooFew.rows)} of the ${formatCount(tooFew.needed)} needed`;
}

/** Whether this is a number with an interval; metrics come as data of any shape. */
export function isEstimate(value: unknown): value is EstimateValue {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Readonly<Record<string, unknown>>;
  const isNumber = (key: string) => typeof fields[key] === 'number';
  const isEnd = (key: string) => fields[key] === null || isNumber(key);
  return ['value', 'level', 'rows'].every(isNumber) && ['low', 'high'].every(isEnd);
}
