/** A slider that tries another threshold: what it would cost, and whom it would add to the list. Nothing is changed. */
import { useEffect, useState } from 'preact/hooks';
import type { Threshold } from '../../../../src/server/contract.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { formatCount, formatScore, formatValue } from '../../format/numbers.ts';
import { countOf } from '../../format/words.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Shown } from '../../parts/shown.tsx';
import { href } from '../../routing/route.ts';

type At = Threshold['current'];

const RESTS_MS = 120;

export function ModelThreshold() {
  const [at, setAt] = useState<number | null>(null);
  const [asked, setAsked] = useState<number | null>(null);
  useEffect(() => {
    const rest = setTimeout(() => setAsked(at), RESTS_MS);
    return () => clearTimeout(rest);
  }, [at]);
  const answer = useAnswer('/api/v1/models/:version/threshold', {
    params: { version: 'champion' },
    query: { at: asked },
  });
  return (
    <Panel
      title="Try another threshold"
      about="A client is on the list when the risk is above the threshold. Move it to see what would change; nothing is saved. The threshold of the next model is chosen as the configuration says."
    >
      <Shown answer={answer}>
        {(data) => (
          <>
            <label class="field">
              Threshold to try
              <span class="threshold">
                <input
                  type="range"
                  min="0"
                  max="1"
                  step="0.01"
                  value={at ?? data.current.threshold}
                  aria-valuetext={(at ?? data.current.threshold).toFixed(2)}
                  onInput={(event) => setAt(Number(event.currentTarget.value))}
                />
                <output class="number">{(at ?? data.current.threshold).toFixed(2)}</output>
                <button type="button" disabled={at === null} onClick={() => setAt(null)}>
                  Back to {data.current.threshold.toFixed(2)}
                </button>
              </span>
            </label>
            <p aria-live="polite">{describe(data)}</p>
            <Comparison data={data} />
            <p class="small quiet">
              Counts are of the {formatCount(data.rows)} labelled rows of the test data.{' '}
              {data.tried.clients !== null && (
                <a href={href(['clients'], { minRisk: data.tried.threshold, sort: 'risk' })}>
                  See the clients above this threshold
                </a>
              )}
            </p>
          </>
        )}
      </Shown>
    </Panel>
  );
}

function describe({ tried, current, addedClients }: Threshold): string {
  const [missed, called] = [tried.confusion[1]?.[0] ?? 0, tried.confusion[0]?.[1] ?? 0];
  const list =
    addedClients === null || tried.clients === null
      ? ''
      : addedClients === 0
        ? `The list stays at ${countOf(tried.clients, 'client')}. `
        : `${addedClients > 0 ? 'Adds' : 'Takes off'} ${countOf(Math.abs(addedClients), 'client')}: the list would have ${formatCount(tried.clients)}. `;
  const money =
    tried.profit === null || current.profit === null
      ? ''
      : ` Expected profit a client: ${formatValue(tried.profit)} instead of ${formatValue(current.profit)}.`;
  return `${list}On the test data it would miss ${countOf(missed, 'leaver')} and call ${countOf(called, 'client')} in vain.${money}`;
}

interface Line {
  readonly name: string;
  readonly of: (at: At) => string;
}

function Comparison({ data }: { readonly data: Threshold }) {
  const cell = (row: number, column: number) => (at: At) => formatCount(at.confusion[row]?.[column] ?? null);
  const lines: readonly Line[] = [
    { name: 'Left, and on the list', of: cell(1, 1) },
    { name: 'Left, but missed', of: cell(1, 0) },
    { name: 'Stayed, but on the list', of: cell(0, 1) },
    { name: 'Stayed, and not on the list', of: cell(0, 0) },
    { name: 'F1', of: ({ f1 }) => formatScore(f1) },
    { name: 'Precision', of: ({ precision }) => formatScore(precision) },
    { name: 'Recall', of: ({ recall }) => formatScore(recall) },
    ...(data.current.profit === null
      ? []
      : [{ name: 'Profit a client', of: ({ profit }: At) => formatValue(profit) }]),
    ...(data.current.clients === null
      ? []
      : [{ name: 'Clients on the list', of: ({ clients }: At) => formatCount(clients) }]),
  ];
  return (
    <DataTable
      label="The threshold of the model and the one that is tried"
      columns={[
        { head: 'What', names: true, cell: ({ name }) => name },
        {
          head: `Now (${data.current.threshold.toFixed(2)})`,
          number: true,
          cell: ({ of }) => of(data.current),
        },
        {
          head: `Tried (${data.tried.threshold.toFixed(2)})`,
          number: true,
          cell: ({ of }) => of(data.tried),
        },
      ]}
      rows={lines}
      keyOf={({ name }) => name}
    />
  );
}
