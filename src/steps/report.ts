/** Makes the report from stored values: confusionmatrix.png, report.pdf and report.html. */
import { join } from 'node:path';
import { writeFileAtomic } from '../base/atomic-file.ts';
import type { ModelDocument } from '../core/document/document.ts';
import { CHARTS } from '../report/charts/catalogue.ts';
import { assembleReport, type ReportInput } from '../report/content/assemble.ts';
import type { Renderer } from '../report/renderer.ts';
import { type ReportStore, readReportValues } from '../report/report-values.ts';
import type { LeaseStore } from '../store/port/leases.ts';

const CONFUSION_MATRIX_FILE = 'confusionmatrix.png';
const PDF_FILE = 'report.pdf';
const HTML_FILE = 'report.html';

export interface ReportOptions {
  /** The model to report on: the deployed one, or the trained one where none is deployed. */
  readonly model: ModelDocument;
  /** How things stand, the most urgent first. */
  readonly states: ReportInput['states'];
  /** Absolute path of output_model_path. */
  readonly modelFolder: string;
  /** Version of Tidewatch. */
  readonly version: string;
}

export interface ReportFile {
  /** Absolute path. */
  readonly path: string;
  readonly bytes: number;
}

export interface ReportSummary {
  readonly model: string;
  readonly files: readonly ReportFile[];
  /** Why a file was not written; empty where all were. */
  readonly notes: readonly string[];
}

/**
 * Writes the three files. All that is said of the model is stored already, so equal values give equal files, byte
 * for byte. Without a test score there is no confusion matrix, and an older picture of it stays as it was; the
 * report then says so. On a failure all files stay as they were.
 */
export async function report(
  deps: {
    readonly store: ReportStore & Pick<LeaseStore, 'whileHeld'>;
    readonly renderer: Pick<Renderer, 'png' | 'report'>;
    /** The clients at risk, or why they are not known. */
    readonly clients: () => Promise<ReportInput['clients']>;
  },
  { model, states, modelFolder, version }: ReportOptions,
): Promise<ReportSummary> {
  const values = await readReportValues(deps.store, model);
  const picture =
    values.evaluation === null ? null : deps.renderer.png(CHARTS['confusion-matrix'].draw(values));
  const content = assembleReport({ values, model, states, clients: await deps.clients(), version });
  const [png, { pdf, html }] = await Promise.all([picture, deps.renderer.report(content)]);
  const contents: [string, Uint8Array][] = [
    ...(png === null ? [] : [[CONFUSION_MATRIX_FILE, png] satisfies [string, Uint8Array]]),
    [PDF_FILE, pdf],
    [HTML_FILE, Buffer.from(html)],
  ];
  const files = await deps.store.whileHeld(() =>
    contents.map(([name, bytes]) => {
      const path = join(modelFolder, name);
      writeFileAtomic(path, bytes);
      return { path, bytes: bytes.length };
    }),
  );
  const none = `${CONFUSION_MATRIX_FILE} was not drawn: model ${model.version} has no score on the test data yet.`;
  return { model: model.version, files, notes: png === null ? [none] : [] };
}
