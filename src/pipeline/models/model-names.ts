/** What a model may be called: its version, the beginning of it, or what it is at the moment. */
import { TidewatchError } from '../../base/errors.ts';
import { nearestNames } from '../../base/nearest.ts';
import { modelRecordOf } from '../../steps/deploy.ts';
import type { ModelRecord, ModelStore } from '../../store/port/models.ts';
import type { WithLive } from '../resources.ts';
import { previousModel } from './deployment-history.ts';
import { liveVersionOf, wholeLiveModel } from './live-model.ts';

/** Versions of the models that have a name beside their version; null where there is none. */
export interface Aliases {
  /** The model that is live. */
  readonly champion: string | null;
  /** The model that scores beside it until a test decides. */
  readonly challenger: string | null;
  /** The model that a rollback brings back. */
  readonly previous: string | null;
}

/** What the names are read from. */
const NAMES: readonly (keyof Aliases)[] = ['champion', 'challenger', 'previous'];
const MAX_VERSIONS = 1000;

export async function readAliases(resources: WithLive): Promise<Aliases> {
  const champion = await liveVersionOf(resources);
  const open = await (await resources.store()).openChallenge();
  const previous = champion === null ? null : await previousModel(resources);
  // A challenge of a model that is not live any more is over, though no run has said so yet.
  return { champion, challenger: open?.champion === champion ? (open?.challenger ?? null) : null, previous };
}

/** Names of a model beside its version. */
export function aliasesOf(aliases: Aliases, version: string): (keyof Aliases)[] {
  return NAMES.filter((name) => aliases[name] === version);
}

/**
 * The version that a name means: `champion`, `challenger`, `previous`, a version, or the beginning of one alone.
 * Errors: `not-found` where there is none, with the nearest; `usage` where several begin so.
 */
export async function resolveVersion(resources: WithLive, name: string): Promise<string> {
  const alias = NAMES.find((each) => each === name);
  if (alias !== undefined) {
    const version = (await readAliases(resources))[alias];
    if (version !== null) return version;
    throw new TidewatchError('not-found', ABSENT[alias], { details: { name } });
  }
  const store = await resources.store();
  const [first, second, ...rest] = name === '' ? [] : await store.versions(name, MAX_VERSIONS);
  if (first === undefined) {
    const live = resources.live.manifest()?.modelVersion;
    if (name !== '' && live?.startsWith(name) === true) return live;
    throw await unknownModel(store, name);
  }
  if (second === undefined || first === name || second === name || rest.includes(name))
    return second === undefined ? first : name;
  const fitting = [first, second, ...rest.slice(0, 3)];
  throw new TidewatchError(
    'usage',
    `${rest.length + 2} models begin with ${name}: ${fitting.join(', ')}${rest.length > 3 ? ', ...' : ''}. ` +
      'Give more of the version.',
    { details: { name, fitting } },
  );
}

/** The stored model of a name; errors as `resolveVersion`. */
export async function resolveModel(resources: WithLive, name: string): Promise<ModelRecord> {
  const store = await resources.store();
  const version = await resolveVersion(resources, name);
  const record = (await store.model(version)) ?? liveRecord(resources, version);
  if (record !== null) return record;
  throw await unknownModel(store, version);
}

/** The live model as its files tell it, of which a store that was lost knows nothing before the next run. */
export function liveRecord(resources: Pick<WithLive, 'live'>, version: string): ModelRecord | null {
  const live = wholeLiveModel(resources);
  if (live?.model.version !== version) return null;
  return modelRecordOf(live.model, live.deployed.manifest.runId);
}

const ABSENT: Readonly<Record<keyof Aliases, string>> = {
  champion: 'No model is live yet. "tidewatch run" trains and deploys one.',
  challenger:
    'No model challenges the live one at the moment. With "gate": "sequential" in config.json a retrained model does.',
  previous:
    'No model was live before the one that is live now, so there is none to go back to. "tidewatch models list" shows ' +
    'all that were trained, and "tidewatch models promote VERSION" makes one of them live.',
};

async function unknownModel(store: ModelStore, name: string): Promise<TidewatchError> {
  const known = await store.versions('', MAX_VERSIONS);
  const near = nearestNames(name, known, 3);
  const hint = near.length === 0 ? '' : ` Near it: ${near.join(', ')}.`;
  return new TidewatchError(
    'not-found',
    `The store knows no model ${name}.${hint} "tidewatch models list" shows those that there are.`,
    { details: { version: name, nearest: near } },
  );
}
