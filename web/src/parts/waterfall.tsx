/** How a risk adds up: from the average client, column by column, to this one. */
import { formatPercent, formatValue } from '../format/numbers.ts';
import { useWidth } from './use-width.ts';

interface Part {
  readonly column: string;
  readonly contribution: number;
}

interface Props {
  readonly baseline: number;
  readonly baselineProbability: number;
  readonly probability: number;
  /** In log-odds, the strongest first; their sum with the baseline is the margin. */
  readonly parts: readonly Part[];
}

const WIDTHS = [260, 680] as const;
const MAX_LABELS = 170;
const RIGHT = 56;
const LETTER = 7.2;
const ROW = 26;
const MAX = 12;

export function Waterfall({ baseline, baselineProbability, probability, parts }: Props) {
  const [drawing, width] = useWidth<SVGSVGElement>(...WIDTHS);
  const labels = Math.min(MAX_LABELS, Math.round(0.36 * width));
  const shown = gather(parts);
  let sum = baseline;
  const bars = shown.map(({ column, contribution }) => {
    const from = sum;
    sum += contribution;
    return { column, contribution, from, to: sum };
  });
  const places = [baseline, sum, ...bars.map(({ to }) => to)];
  const [low, high] = [Math.min(...places), Math.max(...places)];
  const span = high - low || 1;
  const x = (margin: number): number => labels + ((margin - low) / span) * (width - labels - RIGHT);
  const height = ROW * (bars.length + 2);
  return (
    <svg
      ref={drawing}
      class="drawing"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`From ${formatPercent(baselineProbability)} for the average client to ${formatPercent(probability)}; the table below has the numbers`}
    >
      <End
        row={0}
        labels={labels}
        at={x(baseline)}
        title="average client"
        text={formatPercent(baselineProbability)}
      />
      {bars.map(({ column, contribution, from, to }, k) => (
        <g key={column}>
          <text x={labels - 12} y={ROW * (k + 1) + 17} text-anchor="end">
            {cut(column, labels)}
          </text>
          <line class="axis" x1={x(from)} x2={x(from)} y1={ROW * k + 20} y2={ROW * (k + 1) + 20} />
          <rect
            class={contribution > 0 ? 'up' : 'down'}
            x={Math.min(x(from), x(to))}
            width={Math.max(1, Math.abs(x(to) - x(from)))}
            y={ROW * (k + 1) + 5}
            height={ROW - 10}
          />
          <text x={Math.max(x(from), x(to)) + 6} y={ROW * (k + 1) + 17}>
            {`${contribution > 0 ? '+' : '−'}${formatValue(Math.abs(contribution))}`}
          </text>
        </g>
      ))}
      <End
        row={bars.length + 1}
        labels={labels}
        at={x(sum)}
        title="this client"
        text={formatPercent(probability)}
      />
    </svg>
  );
}

interface EndProps {
  readonly row: number;
  readonly labels: number;
  readonly at: number;
  readonly title: string;
  readonly text: string;
}

function End({ row, labels, at, title, text }: EndProps) {
  return (
    <g>
      <text class="quiet" x={labels - 12} y={ROW * row + 17} text-anchor="end">
        {title}
      </text>
      <rect class="ends" x={at - 2} width="4" y={ROW * row + 4} height={ROW - 8} />
      <text x={at + 8} y={ROW * row + 17}>
        {text}
      </text>
    </g>
  );
}

/** The strongest, and what is left as one. */
function gather(parts: readonly Part[]): readonly Part[] {
  if (parts.length <= MAX) return parts;
  const rest = parts.slice(MAX - 1);
  const contribution = rest.reduce((total, part) => total + part.contribution, 0);
  return [...parts.slice(0, MAX - 1), { column: `${rest.length} other columns`, contribution }];
}

function cut(name: string, width: number): string {
  const most = Math.floor((width - 12) / LETTER);
  return name.length <= most ? name : `${name.slice(0, most - 1)}…`;
}
