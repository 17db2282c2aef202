/** The certificate of the model: what it was made of, how it was chosen, and why it is as it is. */
import type { Certificate, ModelDocument } from '../../core/document/document.ts';
import { formatCount, formatNumber, formatPercent } from '../text/format.ts';
import { boundedTable, paragraph } from './blocks.ts';
import type { Block, Section } from './document.ts';
import { timeText } from './time-text.ts';

const MAX_CANDIDATES = 20;
const MAX_FILES = 40;

type Entry = readonly [name: string, value: string];

export function certificateSection(model: ModelDocument): Section {
  const { certificate } = model;
  return {
    id: 'model',
    heading: 'The model and its certificate',
    blocks: [
      boundedTable({
        caption: `Certificate of model ${model.version}`,
        columns: [{ header: 'What' }, { header: 'Value', wide: true }],
        items: entriesOf(model),
        row: (entry) => entry,
        most: 60,
      }),
      ...selectionBlocks(certificate.selection),
      boundedTable({
        caption: 'Files that it was trained on',
        columns: [{ header: 'File', wide: true }],
        items: certificate.files,
        row: (name) => [name],
        most: MAX_FILES,
      }),
    ],
  };
}

function entriesOf(model: ModelDocument): Entry[] {
  const { certificate, learner, inputs, target } = model;
  const { snapshot } = certificate;
  const left = snapshot.rows === 0 ? null : snapshot.positives / snapshot.rows;
  return [
    ['Kind', learner.kind],
    ['Trained', timeText(certificate.trainedAt)],
    ['Snapshot', snapshot.id],
    ['Training rows', `${formatCount(snapshot.rows)}, ${formatPercent(left)} of which left`],
    ['Target', `${target.column}; "${target.positive}" means left`],
    ['Inputs', boundedList(inputs.map(({ name }) => name))],
    ['Calibration', calibrationText(model)],
    ['Threshold', thresholdText(model.threshold, certificate)],
    ['Seed', String(certificate.seed)],
    ['Tidewatch', certificate.version],
    ...Object.entries(certificate.options).map(
      ([name, value]): Entry => [`Option: ${wordsOf(name)}`, plain(value)],
    ),
    ...Object.entries(certificate.fit).map(([name, value]): Entry => [`Fit: ${wordsOf(name)}`, plain(value)]),
  ];
}

function thresholdText(threshold: number, { threshold: why }: Certificate): string {
  const at = formatNumber(threshold);
  return why === undefined ? at : `${at} by rule ${why.rule}. ${why.reason}`;
}

function calibrationText({ calibration, certificate }: ModelDocument): string {
  const why = (certificate.calibration ?? '').replace(/\.$/, '');
  return why === '' ? calibration.kind : `${calibration.kind} (${why})`;
}

const MAX_NAMES = 12;

function boundedList(names: readonly string[]): string {
  const rest = names.length - MAX_NAMES;
  return `${names.slice(0, MAX_NAMES).join(', ')}${rest > 0 ? ` and ${formatCount(rest)} more` : ''}`;
}

/** "gradientNorm" as "gradient norm". */
function wordsOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** Options and notes of a fit as text: lists and objects as "name: value". */
function plain(value: unknown): string {
  if (typeof value === 'number')
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
  if (Array.isArray(value)) return boundedList(value.map(plain)) || 'none';
  if (typeof value === 'object' && value !== null) {
    return boundedList(Object.entries(value).map(([name, inner]) => `${name}: ${plain(inner)}`)) || 'none';
  }
  return value === null || value === undefined ? 'none' : String(value);
}

/** What the train step keeps of a choice, as far as it is told here. */
interface StoredSelection {
  readonly chosen: string;
  readonly reason: string;
  readonly folds: number;
  readonly repeats: number;
  readonly rows: number;
  readonly clients?: number;
  readonly candidates: readonly {
    readonly name: string;
    readonly logLoss: number | null;
    readonly behind: number;
    readonly standardError: number;
    readonly outOfFold: { readonly rocAuc: { readonly value: number } | null };
  }[];
}

function selectionBlocks(selection: unknown): Block[] {
  if (typeof selection !== 'object' || selection === null || !('candidates' in selection)) {
    return [paragraph('No other candidate was considered: the configuration names the kind of model.')];
  }
  const { chosen, reason, folds, repeats, rows, clients, candidates } = selection as StoredSelection;
  return [
    { kind: 'heading', text: 'How it was chosen' },
    paragraph(
      `${reason} ${formatCount(candidates.length)} ${candidates.length === 1 ? 'candidate' : 'candidates'}, ` +
        `${formatCount(folds)} folds${clients === undefined ? '' : ' by client'}` +
        `${repeats > 1 ? `, ${formatCount(repeats)} times over` : ''}, ` +
        `${formatCount(rows)} rows${clients === undefined ? '' : ` of ${formatCount(clients)} clients`}.`,
    ),
    boundedTable({
      caption: 'Candidates by cross-validation',
      columns: [
        { header: 'Candidate', wide: true },
        { header: 'Log loss', align: 'right' },
        { header: 'Behind the best', align: 'right' },
        { header: 'ROC AUC', align: 'right' },
        { header: 'Chosen' },
      ],
      items: candidates,
      row: ({ name, logLoss, behind, standardError, outOfFold }) => [
        name,
        formatNumber(logLoss, 4),
        `${formatNumber(behind, 4)} ± ${formatNumber(standardError, 4)}`,
        formatNumber(outOfFold.rocAuc?.value, 3),
        name === chosen ? 'chosen' : '',
      ],
      most: MAX_CANDIDATES,
    }),
  ];
}
