/** Steps through a long list by pages of known number. */
import { formatCount } from '../format/numbers.ts';

interface Props {
  readonly offset: number;
  readonly limit: number;
  readonly total: number;
  readonly noun: string;
  readonly onMove: (offset: number) => void;
}

export function Pager({ offset, limit, total, noun, onMove }: Props) {
  const pages = Math.max(1, Math.ceil(total / limit));
  const page = Math.floor(offset / limit) + 1;
  const go = (to: number) => (): void => onMove((to - 1) * limit);
  const from = total === 0 ? 0 : offset + 1;
  return (
    <nav class="pager" aria-label={`Pages of ${noun}`}>
      <span class="small quiet">
        {formatCount(from)} to {formatCount(Math.min(total, offset + limit))} of {formatCount(total)} {noun}
      </span>
      <span class="row">
        <button type="button" disabled={page <= 1} onClick={go(1)}>
          First
        </button>
        <button type="button" disabled={page <= 1} onClick={go(page - 1)}>
          Previous
        </button>
        <label class="row small">
          Page
          <input
            type="number"
            min={1}
            max={pages}
            value={page}
            class="page-number"
            onChange={(event) => {
              const asked = Math.round(Number(event.currentTarget.value));
              onMove((Math.min(pages, Math.max(1, asked || 1)) - 1) * limit);
            }}
          />
          of {formatCount(pages)}
        </label>
        <button type="button" disabled={page >= pages} onClick={go(page + 1)}>
          Next
        </button>
      </span>
    </nav>
  );
}
