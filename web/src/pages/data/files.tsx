/** The files of the newest ingestion, and statistics of every column of what they made. */
import type { Files } from '../../../../src/server/contract.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { formatBytes, formatCount, formatValue } from '../../format/numbers.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Badge, Meter } from '../../parts/marks.tsx';
import { Pager } from '../../parts/pager.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Shown } from '../../parts/shown.tsx';
import { changeQuery, href, route } from '../../routing/route.ts';

const PAGE = 100;

export function FilesAndColumns() {
  return (
    <>
      <FileList />
      <ColumnList />
    </>
  );
}

function FileList() {
  const offset = Number(route.value.query.get('offset') ?? 0);
  const files = useAnswer('/api/v1/files', { query: { limit: PAGE, offset } });
  return (
    <Panel
      title="Files"
      about="Of the newest look into the input folder. Rows read = kept + duplicates + not accepted."
    >
      <Shown answer={files} empty={({ total }) => (total === 0 ? 'No file has been read yet.' : null)}>
        {(data) => (
          <>
            <FileTable files={data.files} />
            {data.total > PAGE && (
              <Pager
                offset={offset}
                limit={PAGE}
                total={data.total}
                noun="files"
                onMove={(next) => changeQuery({ offset: next === 0 ? null : next })}
              />
            )}
          </>
        )}
      </Shown>
    </Panel>
  );
}

const STATUS = { accepted: 'good', rejected: 'act', waiting: 'accent', ignored: 'plain' } as const;

export function FileTable({ files }: { readonly files: Files['files'] }) {
  return (
    <DataTable
      label="Input files"
      columns={[
        { head: 'File', names: true, cell: ({ name }) => name },
        {
          head: 'Status',
          cell: ({ status, reason }) => (
            <>
              <Badge kind={STATUS[status]}>{status}</Badge> {reason}
            </>
          ),
        },
        { head: 'Size', number: true, cell: ({ bytes }) => formatBytes(bytes) },
        { head: 'Rows read', number: true, cell: ({ read }) => formatCount(read) },
        { head: 'Kept', number: true, cell: ({ kept }) => formatCount(kept) },
        { head: 'Duplicates', number: true, cell: ({ duplicates }) => formatCount(duplicates) },
        {
          head: 'Not accepted',
          number: true,
          cell: ({ name, quarantined }) =>
            quarantined === 0 ? (
              0
            ) : (
              <a href={href(['data', 'quarantine'], { file: name })}>{formatCount(quarantined)}</a>
            ),
        },
      ]}
      rows={files}
      keyOf={({ name }) => name}
      cards
    />
  );
}

function ColumnList() {
  const statistics = useAnswer('/summarystats');
  return (
    <Panel title="Columns" about="Of the snapshot that these files made. Standard deviation is of a sample.">
      <Shown answer={statistics}>
        {({ columns, rows }) => (
          <>
            <DataTable
              label="Statistics of the columns"
              columns={[
                { head: 'Column', names: true, cell: ({ name }) => name },
                { head: 'Role', cell: ({ role }) => role },
                {
                  head: 'Missing',
                  cell: ({ missing, missingPercent }) => (
                    <span class="risk">
                      <span class="number" title={`${formatCount(missing)} rows`}>
                        {missing === 0 ? '0 %' : `${missingPercent.toFixed(1)} %`}
                      </span>
                      <Meter share={missingPercent / 100} />
                    </span>
                  ),
                },
                { head: 'Mean', number: true, cell: ({ mean }) => formatValue(mean) },
                { head: 'Median', number: true, cell: ({ median }) => formatValue(median) },
                { head: 'Std. deviation', number: true, cell: ({ std }) => formatValue(std) },
                { head: 'Least', number: true, cell: ({ min }) => formatValue(min) },
                { head: 'Most', number: true, cell: ({ max }) => formatValue(max) },
              ]}
              rows={columns}
              keyOf={({ name }) => name}
            />
            <p class="small quiet">{formatCount(rows)} rows.</p>
          </>
        )}
      </Shown>
    </Panel>
  );
}
