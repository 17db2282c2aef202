/** The values of each column as they were in training and as they are now, side by side. */
import { formatShare } from '../../format/numbers.ts';
import { Panel } from '../../parts/panel.tsx';

interface Cell {
  readonly label: string;
  readonly reference: number;
  readonly current: number;
}

export interface ColumnHistogram {
  readonly name: string;
  readonly cells: readonly Cell[];
}

const MAX_COLUMNS = 50;

export function Histograms({ of }: { readonly of: readonly ColumnHistogram[] }) {
  const shown = of.filter(({ cells }) => cells.length > 0).slice(0, MAX_COLUMNS);
  if (shown.length === 0) return null;
  return (
    <Panel
      title="Then and now"
      about="Share of the rows with each value: in the training data, and at this look."
    >
      <div class="grid wide">
        {shown.map((histogram) => (
          <Histogram key={histogram.name} histogram={histogram} />
        ))}
      </div>
    </Panel>
  );
}

function Histogram({ histogram: { name, cells } }: { readonly histogram: ColumnHistogram }) {
  const most = Math.max(...cells.flatMap(({ reference, current }) => [reference, current]));
  return (
    <table class="histogram">
      <caption>{name}</caption>
      <thead>
        <tr>
          <th scope="col">Values</th>
          <th scope="col">Training</th>
          <th scope="col">Now</th>
        </tr>
      </thead>
      <tbody>
        {cells.map(({ label, reference, current }) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td>
              <Bar share={reference} most={most} kind="then" />
            </td>
            <td>
              <Bar share={current} most={most} kind="now" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Bar({
  share,
  most,
  kind,
}: {
  readonly share: number;
  readonly most: number;
  readonly kind: 'then' | 'now';
}) {
  return (
    <span class="histogram-bar">
      <svg aria-hidden="true" class={kind} height="10" width="100%">
        <rect height="10" width={`${most === 0 ? 0 : (100 * share) / most}%`} />
      </svg>
      <span>{formatShare(share)}</span>
    </span>
  );
}
