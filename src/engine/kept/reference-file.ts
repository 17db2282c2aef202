/**
 * Reference samples in output_folder_path: labelled training rows of a model with the margins that models which had
 * not seen them gave. Estimates without labels are made from them.
 */
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { writeFileAtomic } from '../../base/atomic-file.ts';
import { sha256 } from '../../base/hash.ts';
import { readRegularFile } from '../../base/regular-file.ts';
import { canonicalText } from '../../core/columns/canonical-text.ts';
import type { ModelInput, SourceBatch, SourceColumn } from '../../core/columns/source-column.ts';
import { referencePath } from './references-folder.ts';

const FORMAT = 'tidewatch-reference/2';
/** Without the keys of clients. */
const FORMER_FORMAT = 'tidewatch-reference/1';

export interface ReferenceSample {
  readonly inputs: readonly ModelInput[];
  /** Columns of numbers or of codes, in the order of the inputs. */
  readonly batch: SourceBatch;
  /** 1 (left) or 0 (stayed). */
  readonly labels: Float64Array;
  /**
   * Log-odds of each row by a model that had not seen it, before calibration: the raw probability is its sigmoid, and
   * the model's calibration map takes it as it is.
   */
  readonly margins: Float64Array;
  /** Money at stake, one a row, NaN where not known; null without a value column. */
  readonly values: Float64Array | null;
  /** `clientKey` of the id of each row; null without an id column, and in samples of older versions. */
  readonly clients: BigUint64Array | null;
}

/** A sample, or why there is none. */
export type ReferenceReading =
  | { readonly kind: 'found'; readonly sample: ReferenceSample }
  | { readonly kind: 'absent'; readonly reason: string };

const headerSchema = z.object({
  format: z.enum([FORMAT, FORMER_FORMAT]),
  model: z.string(),
  rows: z.int().min(0),
  inputs: z.array(
    z.discriminatedUnion('kind', [
      z.object({ name: z.string(), kind: z.literal('numeric') }),
      z.object({ name: z.string(), kind: z.literal('categorical'), levels: z.array(z.string()) }),
    ]),
  ),
  hasValues: z.boolean(),
  hasClients: z.boolean().default(false),
  /** Of all bytes after the line of this header. */
  sha256: z.string(),
});

type Header = z.infer<typeof headerSchema>;

/**
 * Writes the sample of a model, whole or not at all: a line of JSON, then the columns in the order of the inputs
 * (numbers as doubles, levels as 32-bit codes, -1 missing), labels, margins and values (doubles), and the keys of clients
 * (64 bits), little-endian.
 */
export function writeReferenceSample(output: string, model: string, sample: ReferenceSample): void {
  const columns = sample.batch.columns.map(plainColumn);
  const parts = [
    ...columns.map((column) => (column.kind === 'numeric' ? column.values : column.codes)),
    sample.labels,
    sample.margins,
    ...(sample.values === null ? [] : [sample.values]),
    ...(sample.clients === null ? [] : [sample.clients]),
  ];
  const body = Buffer.concat(parts.map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength)));
  const header: Header = {
    format: FORMAT,
    model,
    rows: sample.batch.rows,
    inputs: sample.inputs.map(({ name }, index) => {
      const column = columns[index] as PlainColumn;
      return column.kind === 'numeric'
        ? { name, kind: 'numeric' }
        : { name, kind: 'categorical', levels: [...column.levels] };
    }),
    hasValues: sample.values !== null,
    hasClients: sample.clients !== null,
    sha256: sha256(body),
  };
  writeFileAtomic(
    referencePath(output, model, 'sample'),
    Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`, 'utf8'), body]),
  );
}

/** Reads the sample of a model, its levels in canonical form; a file that is missing, damaged or of another model is `absent` with its reason. */
export function readReferenceSample(output: string, model: string): ReferenceReading {
  const path = referencePath(output, model, 'sample');
  if (!existsSync(path)) {
    return absent(`Model ${model} has no reference sample. Train again to make one.`);
  }
  const content = readRegularFile(path);
  const end = content.indexOf('\n');
  const header = headerSchema.safeParse(parseJson(content.subarray(0, Math.max(0, end)).toString('utf8')));
  const body = content.subarray(end + 1);
  if (!header.success || body.length !== bytesOf(header.data) || sha256(body) !== header.data.sha256) {
    return absent(`${path} is damaged, so it cannot serve as a reference. Train again to make a new one.`);
  }
  if (header.data.model !== model) {
    return absent(
      `${path} is of model ${header.data.model}, not of ${model}. Train again to make a new one.`,
    );
  }
  return { kind: 'found', sample: sampleOf(header.data, body) };
}

/** Samples of earlier versions have levels as the files wrote them, and several may be one now. */
function spelled(codes: Int32Array, levels: readonly string[]): SourceColumn {
  const canonical = levels.map(canonicalText);
  const distinct = [...new Set(canonical)].filter((level) => level !== '');
  if (distinct.length === levels.length) return { kind: 'categorical', codes, levels: canonical };
  const codeOf = Int32Array.from(canonical, (level) => distinct.indexOf(level));
  return { kind: 'categorical', codes: codes.map((code) => codeOf[code] ?? -1), levels: distinct };
}

const absent = (reason: string): ReferenceReading => ({ kind: 'absent', reason });

type PlainColumn = Exclude<SourceColumn, { kind: 'text' }>;

/** Texts become codes; codes keep only the levels that these rows have, in the order found. */
function plainColumn(column: SourceColumn): PlainColumn {
  if (column.kind === 'numeric') return column;
  const found = new Map<string, number>();
  const codeOf = (level: string | null | undefined): number => {
    if (level === null || level === undefined) return -1;
    const known = found.get(level);
    if (known !== undefined) return known;
    found.set(level, found.size);
    return found.size - 1;
  };
  const codes =
    column.kind === 'text'
      ? Int32Array.from(column.values, codeOf)
      : column.codes.map((code) => codeOf(column.levels[code]));
  return { kind: 'categorical', codes, levels: [...found.keys()] };
}

const DOUBLE = 8;
const CODE = 4;
const KEY = 8;

function bytesOf({ rows, inputs, hasValues, hasClients }: Header): number {
  const doubles = inputs.filter(({ kind }) => kind === 'numeric').length + 2 + (hasValues ? 1 : 0);
  const codes = inputs.filter(({ kind }) => kind === 'categorical').length;
  return rows * (doubles * DOUBLE + codes * CODE + (hasClients ? KEY : 0));
}

function sampleOf({ rows, inputs, hasValues, hasClients }: Header, body: Buffer): ReferenceSample {
  let at = 0;
  // A copy, since the bytes need not lie where an array of doubles may begin.
  const take = (bytes: number): ArrayBuffer => {
    const part = new Uint8Array(body.subarray(at, at + bytes));
    at += bytes;
    return part.buffer;
  };
  const doubles = () => new Float64Array(take(rows * DOUBLE));
  const columns = inputs.map(
    (input): SourceColumn =>
      input.kind === 'numeric'
        ? { kind: 'numeric', values: doubles() }
        : spelled(new Int32Array(take(rows * CODE)), input.levels),
  );
  return {
    inputs: inputs.map(({ name, kind }) => ({ name, kind })),
    batch: { rows, columns },
    labels: doubles(),
    margins: doubles(),
    values: hasValues ? doubles() : null,
    clients: hasClients ? new BigUint64Array(take(rows * KEY)) : null,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is not JSON fails the schema as well, with the one message that helps.
    return null;
  }
}
