/** `trainedmodel.json`: from text to a checked model document and back, and the version that names it. */
import { z } from 'zod';
import { TidewatchError } from '../../base/errors.ts';
import { findFaults } from './check-model.ts';
import { MODEL_FORMAT, type ModelDocument } from './document.ts';
import { renderJson } from './json.ts';
import { modelSchema } from './schema.ts';

/**
 * Reads the text of a model file. Nothing in it is executed. Error `model-invalid` when it is not JSON, is of
 * another format, a key is missing, unknown or of the wrong type, or its parts do not fit each other; with
 * `hash` also when the content is not the one that the version names.
 * @param hash hex SHA-256 of a text, to check the version by.
 */
export function parseModel(text: string, hash?: (text: string) => string): ModelDocument {
  const value = parseJson(text);
  const format = typeof value === 'object' && value !== null && 'format' in value ? value.format : undefined;
  if (format !== MODEL_FORMAT) {
    throw invalid(`format is ${JSON.stringify(format)}, expected ${JSON.stringify(MODEL_FORMAT)}`);
  }
  const parsed = modelSchema.safeParse(value);
  if (!parsed.success) throw invalid(z.prettifyError(parsed.error).replaceAll('\n', ' '), parsed.error);
  const model: ModelDocument = parsed.data;
  const fault = findFaults(model)[0];
  if (fault !== undefined) throw invalid(fault);
  if (hash !== undefined && modelVersion(model, hash) !== model.version) {
    throw invalid(
      `version is ${model.version}, but the content makes it ${modelVersion(model, hash)}: the file was edited`,
    );
  }
  return model;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid(`it is not JSON (${cause instanceof Error ? cause.message : String(cause)})`, cause);
  }
}

function invalid(what: string, cause?: unknown): TidewatchError {
  return new TidewatchError(
    'model-invalid',
    `The model file cannot be used: ${what}. Train again, or restore the file from the history of deployments.`,
    cause === undefined ? {} : { cause },
  );
}

/** Canonical text of a model file: equal models give equal bytes, every number reads back to the same bits. */
export function renderModel(model: ModelDocument): string {
  return `${renderJson(model)}\n`;
}

/**
 * Version of a model: the first 12 hex digits of the hash of its canonical text without the version and without
 * the time of training, so that training again on the same data gives the same version.
 * @param hash hex SHA-256 of a text.
 */
export function modelVersion(model: Omit<ModelDocument, 'version'>, hash: (text: string) => string): string {
  const certificate = { ...model.certificate, trainedAt: undefined };
  return hash(renderJson({ ...model, version: undefined, certificate })).slice(0, 12);
}
