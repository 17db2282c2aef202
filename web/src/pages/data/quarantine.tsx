/** The rows that were not accepted, with their reasons; mend them here and put them back. */
import { useState } from 'preact/hooks';
import type { Quarantine, Readmit, ReadmitRequest } from '../../../../src/server/contract.ts';
import { ApiProblem, post } from '../../api/call.ts';
import { refreshAnswers, useAnswer } from '../../api/use-answer.ts';
import { formatCount } from '../../format/numbers.ts';
import { countOf } from '../../format/words.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Badge } from '../../parts/marks.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Problem, Shown } from '../../parts/shown.tsx';
import { changeQuery, route } from '../../routing/route.ts';

type Row = Quarantine['rows'][number];
/** By line: the text as it should have been. Only chosen lines are in it. */
type Chosen = ReadonlyMap<number, string>;

export function QuarantineRows() {
  const { query } = route.value;
  const asked = { file: query.get('file'), after: query.get('after') };
  const quarantine = useAnswer('/api/v1/quarantine', { query: asked });
  return (
    <Panel
      title="Rows that were not accepted"
      about="They are not lost: choose rows, mend them where they are wrong, and put them back. The next run reads them."
    >
      <Shown
        answer={quarantine}
        empty={({ files }) =>
          files.length === 0 ? 'Every row was accepted. There is nothing to do here.' : null
        }
      >
        {(data) => <FileRows key={`${data.file}/${asked.after}`} data={data} after={asked.after} />}
      </Shown>
    </Panel>
  );
}

function FileRows({ data, after }: { readonly data: Quarantine; readonly after: string | null }) {
  const [chosen, setChosen] = useState<Chosen>(new Map());
  const [told, setTold] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const readmit = async (): Promise<void> => {
    const body: ReadmitRequest = { file: data.file ?? '', rows: rowsOf(data.rows, chosen) };
    try {
      setTold(tell(await post('/api/v1/quarantine/readmit', { body })));
      setProblem(null);
      setChosen(new Map());
      refreshAnswers();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error.message);
    }
  };
  return (
    <>
      <label class="field screen-only">
        File
        <select
          value={data.file ?? ''}
          onChange={(event) => changeQuery({ file: event.currentTarget.value, after: null })}
        >
          {data.files.map(({ name, rows }) => (
            <option key={name} value={name}>
              {name}: {countOf(rows, 'row')}
            </option>
          ))}
        </select>
      </label>
      <p class="small">
        Columns of a line: <code>{data.header}</code>
      </p>
      <RowTable rows={data.rows} chosen={chosen} onChoose={setChosen} />
      <div class="between screen-only">
        <button type="button" class="main" disabled={chosen.size === 0} onClick={() => void readmit()}>
          Put back {countOf(chosen.size, 'row')}
        </button>
        <span class="row">
          <button type="button" disabled={after === null} onClick={() => changeQuery({ after: null })}>
            First page
          </button>
          <button
            type="button"
            disabled={data.next === null}
            onClick={() => changeQuery({ after: data.next })}
          >
            Next page
          </button>
        </span>
      </div>
      {told !== null && <p role="status">{told}</p>}
      {problem !== null && <Problem message={problem} expected={false} />}
    </>
  );
}

interface TableProps {
  readonly rows: readonly Row[];
  readonly chosen: Chosen;
  readonly onChoose: (chosen: Chosen) => void;
}

function RowTable({ rows, chosen, onChoose }: TableProps) {
  const change = (line: number, text: string | null): void => {
    const next = new Map(chosen);
    if (text === null) next.delete(line);
    else next.set(line, text);
    onChoose(next);
  };
  return (
    <DataTable
      label="Rows of this file"
      columns={[
        {
          head: 'Put back',
          cell: ({ line, raw, readmitted, truncated }) =>
            readmitted === null && !truncated ? (
              <input
                type="checkbox"
                aria-label={`Put back line ${line}`}
                checked={chosen.has(line)}
                onChange={(event) => change(line, event.currentTarget.checked ? raw : null)}
              />
            ) : (
              <Badge kind="good">{truncated ? 'too long' : 'put back'}</Badge>
            ),
        },
        { head: 'Line', number: true, cell: ({ line }) => formatCount(line) },
        { head: 'Reason', cell: ({ reason }) => reason },
        {
          head: 'As it was read, or mended',
          cell: ({ line, raw }) =>
            chosen.has(line) ? (
              <input
                type="text"
                class="wide"
                aria-label={`Line ${line} as it should be`}
                value={chosen.get(line)}
                onInput={(event) => change(line, event.currentTarget.value)}
              />
            ) : (
              <code>{raw}</code>
            ),
        },
      ]}
      rows={rows}
      keyOf={({ line }) => line}
      cards
    />
  );
}

/** A line that was not touched goes back as it is. */
function rowsOf(rows: readonly Row[], chosen: Chosen): ReadmitRequest['rows'] {
  return rows
    .filter(({ line }) => chosen.has(line))
    .map(({ line, raw }) => {
      const text = chosen.get(line) ?? raw;
      return text === raw ? { line } : { line, text };
    });
}

function tell({ file, readmitted, skipped }: Readmit): string {
  const left =
    skipped.length === 0 ? '' : ` ${countOf(skipped.length, 'row')} left out: ${skipped[0]?.reason}.`;
  return file === null
    ? `Nothing was left to put back.${left}`
    : `${countOf(readmitted, 'row')} put into ${file}; the next run reads it.${left}`;
}
