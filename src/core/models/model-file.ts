/** `trainedmodel.json`: from text to a checked model document and back, and the version that names it. */
import { z } from 'zod';
import { TidewatchError } from '../../base/errors.ts';
import { MODEL_FORMAT, type ModelDocument } from '../document/document.ts';
import { modelSchema } from '../document/schema.ts';
import { findFaults } from './check-model.ts';
import { renderJson } from './json.ts';

/** Hex SHA-256 of a text. */
export type Hash = (text: string) => string;

/**
 * Reads the text of a model file. Nothing in it is executed. Error `model-invalid` when it is not JSON, is of
 * another format, a key is missing, unknown or of the wrong type, its parts do not fit each other, or its content is
 * not the one that its version names, since it was changed after it was trained.
 * @param hash to check the version by; null where the content is known to be what was written.
 * @param place what errors call it, such as its path.
 */
export function parseModel(text: string, hash: Hash | null, place = 'The model file'): ModelDocument {
  const value = parseJson(text, place);
  const format = typeof value === 'object' && value !== null && 'format' in value ? value.format : undefined;
  if (format !== MODEL_FORMAT) {
    throw invalid(place, `format is ${JSON.stringify(format)}, expected ${JSON.stringify(MODEL_FORMAT)}`);
  }
  const parsed = modelSchema.safeParse(value);
  if (!parsed.success)
    throw invalid(place, z.prettifyError(parsed.error).replaceAll('\n', ' '), parsed.error);
  const model: ModelDocument = parsed.data;
  const fault = findFaults(model)[0];
  if (fault !== undefined) throw invalid(place, fault);
  if (hash === null) return model;
  const version = modelVersion(model, hash);
  if (version === model.version) return model;
  throw invalid(
    place,
    `it was changed after it was trained (version is ${model.version}, but the content makes it ${version})`,
  );
}

function parseJson(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid(place, `it is not JSON (${cause instanceof Error ? cause.message : String(cause)})`, cause);
  }
}

function invalid(place: string, what: string, cause?: unknown): TidewatchError {
  return new TidewatchError(
    'model-invalid',
    `${place} cannot be used: ${what}. Train again with "tidewatch train", or put back a model that is whole: ` +
      '"tidewatch models list" shows them, "tidewatch models promote VERSION" makes one live.',
    { details: { place }, ...(cause === undefined ? {} : { cause }) },
  );
}

/** Canonical text of a model file: equal models give equal bytes, every number reads back to the same bits. */
export function renderModel(model: ModelDocument): string {
  return `${renderJson(model)}\n`;
}

/**
 * Version of a model: the first 12 hex digits of the hash of its canonical text without the version, the time of
 * training, and the looks that date a change, so that training again on the same data gives the same version.
 * @param hash hex SHA-256 of a text.
 */
export function modelVersion(model: Omit<ModelDocument, 'version'>, hash: Hash): string {
  const { change, recalibrated } = model.certificate;
  const certificate = {
    ...model.certificate,
    trainedAt: undefined,
    change: change && { rows: change.rows, learned: change.learned },
    recalibrated: recalibrated && { ...recalibrated, at: undefined },
  };
  return hash(renderJson({ ...model, version: undefined, certificate })).slice(0, 12);
}
