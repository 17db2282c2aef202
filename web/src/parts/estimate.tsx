/** A number with its interval and the rows that it comes from. */
import { formatCount, formatScore, formatShare, formatValue } from '../format/numbers.ts';

export interface EstimateValue {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly level: number;
  readonly rows: number;
}

type Kind = 'score' | 'share' | 'value';

const FORMATS = { score: formatScore, share: formatShare, value: formatValue } as const;

/** "0.665 (0.606 to 0.719)"; null is a dash. */
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
  const title = `${Math.round(100 * of.level)} % interval, ${formatCount(of.rows)} rows`;
  return (
    <span class="quiet small" title={title}>
      ({format(of.low)} to {format(of.high)})
    </span>
  );
}

/** Whether this is a number with an interval; metrics come as data of any shape. */
export function isEstimate(value: unknown): value is EstimateValue {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['value', 'low', 'high', 'level', 'rows'].every(
      (key) => typeof (value as Readonly<Record<string, unknown>>)[key] === 'number',
    )
  );
}
