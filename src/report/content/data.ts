/** The data: the snapshot, its columns, what is missing, and the files that it was made of. */

import type { TableStatistics } from '../../store/port/diagnostics.ts';
import { CHARTS } from '../charts/catalogue.ts';
import type { ReportValues } from '../report-values.ts';
import { formatBytes, formatCount, formatNumber, formatPercent } from '../text/format.ts';
import { boundedTable, figure, paragraph } from './blocks.ts';
import type { Block, Section } from './document.ts';
import { timeText } from './time-text.ts';

const MAX_COLUMNS = 40;
const MAX_FILES = 40;

export function dataSection(values: ReportValues): Section {
  const head = { id: 'data', heading: 'The data' };
  const { snapshot, diagnostics } = values;
  if (snapshot === null) return { ...head, blocks: [paragraph('Nothing has been ingested yet.')] };
  const statistics = diagnostics?.statistics ?? null;
  return {
    ...head,
    blocks: [
      snapshotFacts(snapshot),
      ...(statistics === null
        ? [paragraph('The columns have not been diagnosed yet. "tidewatch diagnose" does so.')]
        : [statisticsTable(statistics), ...missing(values, statistics)]),
      fileTable(values),
    ],
  };
}

function snapshotFacts(snapshot: NonNullable<ReportValues['snapshot']>): Block {
  return {
    kind: 'facts',
    items: [
      { name: 'Rows kept', value: formatCount(snapshot.rows), note: `of ${formatCount(snapshot.read)} read` },
      { name: 'Duplicates', value: formatCount(snapshot.duplicates), note: 'counted once' },
      { name: 'Quarantined', value: formatCount(snapshot.quarantined), note: 'rows that do not fit' },
      { name: 'Snapshot', value: snapshot.id.slice(0, 12), note: timeText(snapshot.createdAt) },
    ],
  };
}

function statisticsTable({ rows, columns }: TableStatistics): Block {
  const number = (header: string) => ({ header, align: 'right' as const });
  return boundedTable({
    caption: `Summary statistics of ${formatCount(rows)} rows`,
    columns: [
      { header: 'Column', wide: true },
      { header: 'Used as' },
      ...['Mean', 'Median', 'Std', 'Min', 'Max', 'Missing'].map(number),
    ],
    items: columns,
    row: ({ name, role, mean, median, std, min, max, missingPercent }) => [
      name,
      role,
      ...[mean, median, std, min, max].map((value) => formatNumber(value)),
      formatPercent(missingPercent / 100),
    ],
    most: MAX_COLUMNS,
  });
}

function missing(values: ReportValues, { columns }: TableStatistics): Block[] {
  if (columns.every(({ missing: count }) => count === 0)) {
    return [paragraph('No value is missing in any column.')];
  }
  return [{ kind: 'figures', items: [figure('missing-data', CHARTS['missing-data'].draw(values), null)] }];
}

function fileTable({ files }: ReportValues): Block {
  return boundedTable({
    caption: 'Files of the latest ingestion',
    columns: [
      { header: 'File', wide: true },
      { header: 'Status', wide: files.some(({ reason }) => reason !== null) },
      { header: 'Size', align: 'right' },
      { header: 'Read', align: 'right' },
      { header: 'Kept', align: 'right' },
      { header: 'Duplicates', align: 'right' },
      { header: 'Quarantined', align: 'right' },
    ],
    items: files,
    row: ({ name, status, reason, bytes, read, kept, duplicates, quarantined }) => [
      name,
      reason === null ? status : `${status}: ${reason}`,
      formatBytes(bytes),
      ...[read, kept, duplicates, quarantined].map(formatCount),
    ],
    most: MAX_FILES,
  });
}
