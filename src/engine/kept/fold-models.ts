/**
 * Fold models in output_folder_path: beside a model those of its cross-validation, so that a client that the model was
 * trained on can be scored by one that has not seen it.
 */
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { writeFileAtomic } from '../../base/atomic-file.ts';
import { sha256 } from '../../base/hash.ts';
import { readRegularFile } from '../../base/regular-file.ts';
import type { ModelDocument } from '../../core/document/document.ts';
import { parseModel, renderModel } from '../../core/models/model-file.ts';
import { referencePath } from './references-folder.ts';

const FORMAT = 'tidewatch-fold-models/1';

export interface FoldModels {
  /** One a fold: the recipe and the learner of the fold, with the calibration and the threshold of the model. */
  readonly models: readonly ModelDocument[];
  /**
   * The fold, a place in `models`, whose model has not seen this client; -1: the client was not trained on.
   * @param key `clientKey` of its id; without an id column the content key of its row, over all columns but the target.
   */
  foldOf(key: bigint): number;
}

export interface FoldModelsToWrite {
  readonly models: readonly ModelDocument[];
  /** The key and the fold of each client, in any order; of equal keys the first counts. */
  readonly clients: { readonly keys: BigUint64Array; readonly folds: Uint8Array };
}

const headerSchema = z.object({
  format: z.literal(FORMAT),
  model: z.string(),
  clients: z.int().min(0),
  /** Length of each document. */
  bytes: z.array(z.int().min(1)),
  /** Of all bytes after the line of this header. */
  sha256: z.string(),
});

const KEY_BYTES = 8;
const FOLD_BYTES = 1;

/**
 * Writes the fold models of a model, whole or not at all: a line of JSON, then the keys, ascending (64 bits,
 * little-endian), the fold of each (a byte), and the documents as model files. Equal content gives equal bytes.
 */
export function writeFoldModels(output: string, version: string, content: FoldModelsToWrite): void {
  const { keys, folds } = sortedByKey(content.clients);
  const documents = content.models.map((model) => Buffer.from(renderModel(model), 'utf8'));
  const body = Buffer.concat([
    Buffer.from(keys.buffer, keys.byteOffset, keys.byteLength),
    folds,
    ...documents,
  ]);
  const header: z.infer<typeof headerSchema> = {
    format: FORMAT,
    model: version,
    clients: keys.length,
    bytes: documents.map(({ length }) => length),
    sha256: sha256(body),
  };
  writeFileAtomic(
    referencePath(output, version, 'foldModels'),
    Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`, 'utf8'), body]),
  );
}

/** The fold models of a model; null where there are none, or the file is damaged or of another model. */
export function readFoldModels(output: string, version: string): FoldModels | null {
  const content = readContent(output, version);
  if (content === null) return null;
  const { keys, folds } = content.clients;
  return {
    models: content.models,
    foldOf(key) {
      const place = lowerBound(keys, key);
      return keys[place] === key ? (folds[place] as number) : -1;
    },
  };
}

/** Gives a model the fold models of another one, each as `change` makes it; nothing where there are none. */
export function copyFoldModels(
  output: string,
  from: string,
  to: string,
  change: (model: ModelDocument) => ModelDocument,
): void {
  const content = readContent(output, from);
  if (content !== null) writeFoldModels(output, to, { ...content, models: content.models.map(change) });
}

/** What the file of a model holds, its keys ascending; null where there is none, or it is damaged or of another model. */
function readContent(output: string, version: string): FoldModelsToWrite | null {
  const path = referencePath(output, version, 'foldModels');
  if (!existsSync(path)) return null;
  const content = readRegularFile(path);
  const end = content.indexOf('\n');
  const header = headerSchema.safeParse(parseJson(content.subarray(0, Math.max(0, end)).toString('utf8')));
  const body = content.subarray(end + 1);
  if (!header.success || header.data.model !== version || sha256(body) !== header.data.sha256) return null;
  const { clients } = header.data;
  const foldsFrom = clients * KEY_BYTES;
  const modelsFrom = foldsFrom + clients * FOLD_BYTES;
  // A copy, since the bytes need not lie where an array of 64-bit numbers may begin.
  const keys = new BigUint64Array(new Uint8Array(body.subarray(0, foldsFrom)).buffer);
  const folds = new Uint8Array(body.subarray(foldsFrom, modelsFrom));
  let at = modelsFrom;
  const models = header.data.bytes.map((length) => {
    at += length;
    // The hash of the whole file has been checked.
    return parseModel(body.subarray(at - length, at).toString('utf8'), null);
  });
  return { models, clients: { keys, folds } };
}

function sortedByKey({ keys, folds }: FoldModelsToWrite['clients']): FoldModelsToWrite['clients'] {
  const order = Uint32Array.from(keys, (_, place) => place).sort((a, b) => {
    const [left, right] = [keys[a] as bigint, keys[b] as bigint];
    return left < right ? -1 : left > right ? 1 : a - b;
  });
  const kept = order.filter((place, k) => k === 0 || keys[place] !== keys[order[k - 1] as number]);
  return {
    keys: BigUint64Array.from(kept, (place) => keys[place] as bigint),
    folds: Uint8Array.from(kept, (place) => folds[place] as number),
  };
}

/** Place of the first key that is not below `wanted`; the keys ascend. */
function lowerBound(keys: BigUint64Array, wanted: bigint): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] as bigint) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is not JSON fails the schema as well.
    return null;
  }
}
