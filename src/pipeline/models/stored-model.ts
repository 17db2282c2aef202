/** The document of a model in the state store, read as strictly as a file. */
import { TidewatchError } from '../../base/errors.ts';
import { sha256 } from '../../base/hash.ts';
import type { ModelDocument } from '../../core/document/document.ts';
import { renderJson } from '../../core/models/json.ts';
import { parseModel } from '../../core/models/model-file.ts';
import type { ModelRecord } from '../../store/port/models.ts';

/** `model-invalid` where this version cannot use it, or it is not the model that was trained. */
export function documentOf({ version, document }: Pick<ModelRecord, 'version' | 'document'>): ModelDocument {
  const place = `The document of model ${version} in the state store`;
  const model = parseModel(renderJson(document), sha256, place);
  if (model.version === version) return model;
  throw new TidewatchError('model-invalid', `${place} is that of another model, ${model.version}.`, {
    details: { version, found: model.version },
  });
}

/** The same, null where there is none that can be used. */
export function usableDocument(record: ModelRecord | null): ModelDocument | null {
  if (record === null) return null;
  try {
    return documentOf(record);
  } catch (error) {
    if (error instanceof TidewatchError && error.code === 'model-invalid') return null;
    throw error;
  }
}
