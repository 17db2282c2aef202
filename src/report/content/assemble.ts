/** Assembles the report from stored values, once; the PDF and the HTML are drawn from what it gives. */
import type { ModelDocument } from '../../core/document/document.ts';
import type { ReportValues } from '../report-values.ts';
import { certificateSection } from './certificate.ts';
import { clientsSection, type ReportClients } from './clients.ts';
import { dataSection } from './data.ts';
import type { ReportContent } from './document.ts';
import { driftSection } from './drift.ts';
import { qualitySection } from './quality.ts';
import { dependenciesSection, runSection } from './run.ts';
import type { ReportState } from './standing.ts';
import { summarySection } from './summary.ts';
import { timeText } from './time-text.ts';
import { trendSection } from './trend.ts';

export interface ReportInput {
  readonly values: ReportValues;
  readonly model: ModelDocument;
  /** How things stand, the most urgent first: what the report says first. */
  readonly states: readonly ReportState[];
  /** The clients at risk, or why they are not known. */
  readonly clients: ReportClients | string;
  /** Version of Tidewatch. */
  readonly version: string;
}

/** The report, for readers from the client manager on the first page to the auditor on the last. Equal values give equal content. */
export function assembleReport({ values, model, states, clients, version }: ReportInput): ReportContent {
  const asOf = newestTime(values, model);
  return {
    title: 'Attrition risk report',
    subtitle: `Model ${values.modelVersion}, as of ${timeText(asOf)}`,
    asOf,
    version,
    sections: [
      summarySection(values, model, states, clients),
      clientsSection(clients),
      qualitySection(values),
      trendSection(values),
      driftSection(values),
      dataSection(values),
      certificateSection(model),
      runSection(values),
      dependenciesSection(values),
    ],
  };
}

/** The time of the newest value, which stands for the time of the report: the clock does not. */
function newestTime(values: ReportValues, model: ModelDocument): string {
  const times = [
    model.certificate.trainedAt,
    values.score?.createdAt,
    values.deployment?.deployedAt,
    values.run?.startedAt,
    values.drift?.check.createdAt,
    values.snapshot?.createdAt,
    values.diagnosedAt,
  ].filter((time) => typeof time === 'string');
  return times.toSorted().at(-1) ?? model.certificate.trainedAt;
}
