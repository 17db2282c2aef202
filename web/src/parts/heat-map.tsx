/** Columns by time: how far each has moved from the training data, in three bands that also differ in their text. */
import { formatShortTime } from '../format/times.ts';
import { ScrollBox } from './data-table.tsx';

export interface HeatRow {
  readonly name: string;
  /** By moment; what is missing was not measured. */
  readonly values: ReadonlyMap<string, number>;
}

interface Props {
  readonly label: string;
  /** ISO 8601, oldest first. */
  readonly moments: readonly string[];
  readonly rows: readonly HeatRow[];
}

/** Above these a shift counts as moderate and as large. */
export const BANDS = [0.1, 0.25] as const;

export function HeatMap({ label, moments, rows }: Props) {
  return (
    <div class="stack tight">
      <ScrollBox label={label}>
        <table class="heat" aria-label={label}>
          <thead>
            <tr>
              <th scope="col">column</th>
              {moments.map((at) => (
                <th key={at} scope="col">
                  {formatShortTime(at)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, values }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {moments.map((at) => (
                  <HeatCell key={at} value={values.get(at)} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
      <p class="heat-key">
        <span>little, below {BANDS[0]}</span>
        <span class="level-1">moderate</span>
        <span class="level-2">large, from {BANDS[1]}</span>
      </p>
    </div>
  );
}

function HeatCell({ value }: { readonly value: number | undefined }) {
  if (value === undefined) return <td class="quiet">–</td>;
  const level = value >= BANDS[1] ? 2 : value >= BANDS[0] ? 1 : 0;
  return <td class={`level-${level}`}>{value.toFixed(2)}</td>;
}
