/** What contacting the clients above a threshold is worth, by row. */
import type { SourceColumn } from '../../core/columns/source-column.ts';
import { numericValues } from '../../core/features/source-fit.ts';
import { type Campaign, termsOf } from '../../core/metrics/campaign.ts';
import { addProfits } from '../../core/metrics/profit.ts';
import {
  type MomentSums,
  mergeMomentSums,
  readMoments,
  type SampleMoments,
  startMoments,
} from '../../core/metrics/sample-moments.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { centralSumsSql, readCentralSums } from './central-sums.ts';
import type { ScoreColumns } from './confusion-counts.ts';
import type { SqlTable, Statistic } from './statistic.ts';

export interface ProfitColumns extends ScoreColumns {
  /** Money at stake; null: the data does not tell it. Where it is missing, the campaign's own value counts. */
  readonly value: string | null;
}

/** Mean, spread and skewness of the profit of a row as `profitMoments` has them; rows without a label do not count. */
export function profitSums(
  columns: ProfitColumns,
  threshold: number,
  campaign: Campaign,
): Statistic<MomentSums, SampleMoments> {
  const { label, score, value } = columns;
  return {
    name: `profit sums of "${score}"`,
    columns: value === null ? [label, score] : [label, score, value],
    init: startMoments,
    add(state, [labels, scores, values]) {
      const terms = termsOf(campaign, value === null ? null : numericValues(value, values as SourceColumn));
      const known = numericValues(label, labels as SourceColumn);
      addProfits(state, known, numericValues(score, scores as SourceColumn), threshold, terms);
      return state;
    },
    merge: mergeMomentSums,
    sql: (table, dialect) => centralSumsSql(profitSql(table, dialect, columns, threshold, campaign)),
    read([row]) {
      const { count, mean, second, third } = readCentralSums(row);
      return { rows: count, mean, second, third };
    },
    answer: readMoments,
  };
}

/** The profit of each row with a label. */
function profitSql(
  table: SqlTable,
  { double, number }: Dialect,
  { label, score, value }: ProfitColumns,
  threshold: number,
  { contactCost, offerCost, successRate, clientValue }: Campaign,
): string {
  const stake =
    value === null ? number(clientValue) : `COALESCE(${double(table.column(value))}, ${number(clientValue)})`;
  const columns = [double(table.column(label)), double(table.column(score)), stake];
  const rows = `SELECT ${columns.map((column, k) => `${column} AS ${'ypv'[k]}`).join(', ')} FROM ${table.from}`;
  const left = `${number(successRate)} * (v - ${number(offerCost)}) - ${number(contactCost)}`;
  const stayed = `${number(-offerCost)} - ${number(contactCost)}`;
  const profit =
    `CASE WHEN p > ${number(threshold)} THEN CASE WHEN y = 1 THEN ${left} ELSE ${stayed} END ` +
    `ELSE ${number(0)} END`;
  return `SELECT ${profit} AS x FROM (${rows}) r WHERE y = 0 OR y = 1`;
}
