/** A table: numbers right aligned, wide ones scroll in their own box, and on a phone a row may become a card. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

export interface Column<T> {
  readonly head: string;
  readonly cell: (row: T) => ComponentChildren;
  readonly number?: boolean;
  /** Left out where rows are cards. */
  readonly roomy?: boolean;
  /** The cell that names the row. */
  readonly names?: boolean;
}

interface Props<T> {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string | number;
  /** Whether rows become cards on a phone. */
  readonly cards?: boolean;
}

export function DataTable<T>({ label, columns, rows, keyOf, cards }: Props<T>) {
  return (
    <ScrollBox label={label}>
      <table class={cards ? 'cards' : ''} aria-label={label}>
        <thead>
          <tr>
            {columns.map(({ head, number }) => (
              <th key={head} scope="col" class={number ? 'number' : ''}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((column) => (
                <Cell key={column.head} column={column} row={row} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}

function Cell<T>({ column, row }: { readonly column: Column<T>; readonly row: T }) {
  const { head, cell, number, names, roomy } = column;
  const kind = `${number ? 'number' : ''} ${roomy ? 'roomy' : ''}`;
  return names ? (
    <th scope="row" class={kind}>
      {cell(row)}
    </th>
  ) : (
    <td class={kind} data-label={head}>
      {cell(row)}
    </td>
  );
}

/** A box that can be scrolled by keyboard where its content is wider than it. */
export function ScrollBox({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ComponentChildren;
}) {
  const box = useRef<HTMLDivElement>(null);
  const [wide, setWide] = useState(false);
  useEffect(() => {
    const { current } = box;
    if (current === null) return;
    const look = (): void => setWide(current.scrollWidth > current.clientWidth + 1);
    const observer = new ResizeObserver(look);
    observer.observe(current);
    if (current.firstElementChild !== null) observer.observe(current.firstElementChild);
    return () => observer.disconnect();
  }, []);
  const reach = wide
    ? { tabIndex: 0, role: 'region' as const, 'aria-label': `${label}, can be scrolled` }
    : {};
  return (
    <div class="table-box" ref={box} {...reach}>
      {children}
    </div>
  );
}
