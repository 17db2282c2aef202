/** The model that is live: as its files say it, or where these are damaged as far as it is whole somewhere. */
import { TidewatchError } from '../../base/errors.ts';
import { sha256 } from '../../base/hash.ts';
import type { ModelDocument } from '../../core/document/document.ts';
import { parseModel } from '../../core/models/model-file.ts';
import type { LiveModel } from '../../steps/deploy.ts';
import { type Deployed, parseScore } from '../../store/live/deployed-files.ts';
import type { Resources, WithLive } from '../resources.ts';
import { usableDocument } from './stored-model.ts';

type Live = Pick<Resources, 'live'>;
/** The live model, or null; `deployment-damaged` or `model-invalid` where it cannot be read. */
export function readLiveModel({ live }: Live): LiveModel | null {
  const deployed = live.read();
  return deployed === null ? null : liveModelOf(deployed);
}

/** The model of a deployment, checked by the hash that is its version. */
export function liveModelOf(deployed: Deployed): LiveModel {
  const { id, modelVersion } = deployed.manifest;
  const model = parseModel(deployed.model, sha256, `The deployed model (deployment ${id})`);
  if (model.version === modelVersion) return { deployed, model, f1: parseScore(deployed.score) };
  throw new TidewatchError(
    'deployment-damaged',
    `The deployed model is ${model.version}, but the manifest of deployment ${id} says ${modelVersion}. ` +
      'Run "tidewatch run" or "tidewatch doctor --fix" to put the right one back.',
    { details: { id, modelVersion, found: model.version } },
  );
}

/** What `read` gives; null where it finds a deployment or a model that is damaged. */
export function ifWhole<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (isDamage(error)) return null;
    throw error;
  }
}

/** Whether an error says that a deployment or a model is damaged. */
export function isDamage(error: unknown): boolean {
  if (!(error instanceof TidewatchError)) return false;
  return error.code === 'deployment-damaged' || error.code === 'model-invalid';
}

/** The live model; null where none is live, and where its files are damaged. */
export function wholeLiveModel(resources: Live): LiveModel | null {
  return ifWhole(() => readLiveModel(resources));
}

/** Version of the live model, also where its files are damaged; null where none is live, or nothing knows its version. */
export async function liveVersionOf({ live, store }: WithLive): Promise<string | null> {
  const id = live.currentId();
  if (id === null) return null;
  const told = live.manifest()?.modelVersion;
  return told ?? (await (await store()).deployment(id))?.modelVersion ?? null;
}

/**
 * The live model to answer by, or null where none is live. Where its files are damaged it is the very same model from
 * whichever place has it whole: its own file, else the state store; never another one. Errors as `readLiveModel` where
 * no place has.
 */
export async function readServedModel(resources: WithLive): Promise<ModelDocument | null> {
  try {
    return readLiveModel(resources)?.model ?? null;
  } catch (error) {
    if (!isDamage(error)) throw error;
    const model = await salvageModel(resources);
    if (model === null) throw error;
    return model;
  }
}

/** The model of a deployment whose files are damaged, from its own file, else from the state store; null: nowhere. */
export async function salvageModel(resources: WithLive): Promise<ModelDocument | null> {
  const version = await liveVersionOf(resources);
  if (version === null) return null;
  const text = resources.live.modelText();
  const own = text === null ? null : ifWhole(() => parseModel(text, sha256));
  if (own?.version === version) return own;
  return usableDocument(await (await resources.store()).model(version));
}
