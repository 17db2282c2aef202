/** A number over time: a line with its interval, and marks for the moments that matter. */
import { formatShortTime, formatSpan } from '../format/times.ts';
import { useWidth } from './use-width.ts';

export interface LinePoint {
  /** ISO 8601. */
  readonly at: string;
  /** null: there is none. */
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

interface Props {
  readonly label: string;
  /** Oldest first. */
  readonly points: readonly LinePoint[];
  readonly format: (value: number) => string;
  /** A line across, such as the threshold. */
  readonly line?: number;
  /** Moments, such as deployments. */
  readonly marks?: readonly string[];
  readonly scale?: 'linear' | 'log';
  /** What must be in sight, such as 0 and 1. */
  readonly within?: readonly [number, number];
}

const WIDTHS = [280, 520] as const;
const HEIGHT = 150;
const LEFT = 68;
const RIGHT = 10;
const TOP = 10;
const BOTTOM = 24;

export function LineChart({ label, points, format, line, marks = [], scale = 'linear', within }: Props) {
  const [drawing, width] = useWidth<SVGSVGElement>(...WIDTHS);
  const known = points.filter((point) => point.value !== null);
  const up =
    scale === 'log' ? (value: number) => Math.log10(Math.max(value, 1e-12)) : (value: number) => value;
  const values = known.flatMap(({ value, low, high }) => [value, low, high]).filter((each) => each !== null);
  const span = spanOf([...values, ...(line === undefined ? [] : [line]), ...(within ?? [])].map(up));
  const times = [...points.map(({ at }) => at), ...marks].map((at) => Date.parse(at));
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const x = (at: string): number =>
    last === first
      ? (LEFT + width - RIGHT) / 2
      : LEFT + ((Date.parse(at) - first) / (last - first)) * (width - LEFT - RIGHT);
  const y = (value: number): number =>
    TOP + ((span.high - up(value)) / (span.high - span.low)) * (HEIGHT - TOP - BOTTOM);
  const down = (place: number): number => (scale === 'log' ? 10 ** place : place);
  const ticks = [span.low, (span.low + span.high) / 2, span.high].map(down);
  return (
    <svg
      ref={drawing}
      class="drawing narrow"
      viewBox={`0 0 ${width} ${HEIGHT}`}
      role="img"
      aria-label={label}
    >
      {ticks.map((tick) => (
        <g key={tick}>
          <line class="rule" x1={LEFT} x2={width - RIGHT} y1={y(tick)} y2={y(tick)} />
          <text class="quiet" x={LEFT - 8} y={y(tick) + 4} text-anchor="end">
            {format(tick)}
          </text>
        </g>
      ))}
      {marks.map((at) => (
        <line key={at} class="mark" x1={x(at)} x2={x(at)} y1={TOP} y2={HEIGHT - BOTTOM} />
      ))}
      {line !== undefined && <line class="mark" x1={LEFT} x2={width - RIGHT} y1={y(line)} y2={y(line)} />}
      <path class="band" d={bandOf(known, x, y)} />
      <path class="line" d={pathOf(points, x, y)} />
      {known.length <= 60 &&
        known.map((point) => (
          <circle key={point.at} class="dot" cx={x(point.at)} cy={y(point.value ?? 0)} r="3">
            <title>{`${formatShortTime(point.at)}: ${format(point.value ?? 0)}`}</title>
          </circle>
        ))}
      {points.length > 0 && (
        <text class="quiet" x={LEFT} y={HEIGHT - 6}>
          {formatSpan(first, last)[0]}
        </text>
      )}
      {last > first && (
        <text class="quiet" x={width - RIGHT} y={HEIGHT - 6} text-anchor="end">
          {formatSpan(first, last)[1]}
        </text>
      )}
    </svg>
  );
}

/** Lowest and highest with a little room; never empty. */
function spanOf(values: readonly number[]): { readonly low: number; readonly high: number } {
  if (values.length === 0) return { low: 0, high: 1 };
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (low < high) return { low, high };
  const room = Math.abs(low) > 0 ? Math.abs(low) / 2 : 0.5;
  return { low: low === 0 ? 0 : low - room, high: high + (low === 0 ? 1 : room) };
}

type Place = (value: number) => number;

/** Lines between neighbours; a point without a value breaks them. */
function pathOf(points: readonly LinePoint[], x: (at: string) => number, y: Place): string {
  let pen = 'M';
  return points
    .map(({ at, value }) => {
      if (value === null) {
        pen = 'M';
        return '';
      }
      const step = `${pen}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
      pen = 'L';
      return step;
    })
    .join('');
}

function bandOf(points: readonly LinePoint[], x: (at: string) => number, y: Place): string {
  const banded = points.flatMap(({ at, low, high }) =>
    low === null || high === null ? [] : [{ at, low, high }],
  );
  if (banded.length === 0) return '';
  const half = banded.length === 1 ? 4 : 0;
  const place = (at: string, value: number, side: number) =>
    `${(x(at) + side).toFixed(1)} ${y(value).toFixed(1)}`;
  const tops = banded.flatMap(({ at, high }) =>
    half > 0 ? [place(at, high, -half), place(at, high, half)] : [place(at, high, 0)],
  );
  const bottoms = banded
    .toReversed()
    .flatMap(({ at, low }) =>
      half > 0 ? [place(at, low, half), place(at, low, -half)] : [place(at, low, 0)],
    );
  return `M${[...tops, ...bottoms].join('L')}Z`;
}
