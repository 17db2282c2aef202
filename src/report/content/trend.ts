/** The score over time: the picture, the newest scores, and which model was live since when. */
import { CHARTS } from '../charts/catalogue.ts';
import type { ReportValues } from '../report-values.ts';
import { formatCount, formatScore } from '../text/format.ts';
import { boundedTable, figure, paragraph, sentence } from './blocks.ts';
import type { Block, Section } from './document.ts';
import { timeText } from './time-text.ts';

const MAX_SCORES = 12;
const MAX_DEPLOYMENTS = 12;
/** Scores from which a line says more than a table. */
const A_LINE = 2;

export function trendSection(values: ReportValues): Section {
  const { scores, deployments } = values;
  const head = { id: 'trend', heading: 'Over time' };
  if (scores.length === 0 && deployments.length === 0) {
    return { ...head, blocks: [paragraph('Nothing has been scored or deployed yet.')] };
  }
  const tested = scores.filter(({ dataset }) => dataset === 'test').length;
  const picture: Block[] =
    tested >= A_LINE
      ? [{ kind: 'figures', items: [figure('score-trend', CHARTS['score-trend'].draw(values), null)] }]
      : [paragraph('There are too few scores for a line yet; the table holds those that there are.')];
  return { ...head, blocks: [...picture, scoreTable(values), deploymentTable(values)] };
}

function scoreTable({ scores }: ReportValues): Block {
  return boundedTable({
    caption: 'Newest scores',
    columns: [
      { header: 'When' },
      { header: 'Model' },
      { header: 'Scored on' },
      { header: 'Rows', align: 'right' },
      { header: 'F1', align: 'right' },
    ],
    items: scores,
    row: ({ createdAt, modelVersion, dataset, rows, f1 }) => [
      timeText(createdAt),
      modelVersion,
      dataset === 'test' ? 'test data' : 'new rows',
      formatCount(rows),
      formatScore(f1),
    ],
    most: MAX_SCORES,
  });
}

function deploymentTable({ deployments }: ReportValues): Block {
  return boundedTable({
    caption: 'Models that went live',
    columns: [
      { header: 'When' },
      { header: 'Model' },
      { header: 'F1', align: 'right' },
      { header: 'Why', wide: true },
    ],
    items: deployments,
    row: ({ deployedAt, modelVersion, f1, reason }) => [
      timeText(deployedAt),
      modelVersion,
      formatScore(f1),
      sentence(reason),
    ],
    most: MAX_DEPLOYMENTS,
  });
}
