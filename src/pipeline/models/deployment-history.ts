/** What was live when, and what could go live again: derived from the recorded deployments and the live folder. */
import { type Deployed, type Manifest, unlessDamaged } from '../../store/live/deployed-files.ts';
import type { DeploymentEvent, DeploymentStore } from '../../store/port/deployments.ts';
import type { Listed, Page } from '../../store/port/paging.ts';
import { everyRecord } from '../every-record.ts';
import type { WithLive } from '../resources.ts';

export interface DeploymentPage {
  readonly deployments: readonly (Omit<DeploymentEvent, 'f1'> & {
    readonly f1: number | null;
    readonly live: boolean;
  })[];
  /** `before` of the next page; null: this was the last one. */
  readonly next: string | null;
}

/** One page of the deployments, newest first. Error `request-invalid` for an invalid cursor. */
export async function listDeployments(resources: WithLive, page: Page): Promise<DeploymentPage> {
  const found = await (await resources.store()).deployments({ ...page, limit: page.limit + 1 });
  const live = resources.live.currentId();
  const shown = found.slice(0, page.limit);
  const deployments = shown.map((event) => deploymentAnswer(event, live));
  return { deployments, next: found.length > shown.length ? (shown.at(-1)?.cursor ?? null) : null };
}

function deploymentAnswer(
  { cursor: _, ...event }: Listed<DeploymentEvent>,
  live: string | null,
): DeploymentPage['deployments'][number] {
  return { ...event, f1: Number.isNaN(event.f1) ? null : event.f1, live: event.id === live };
}

/**
 * The deployment that made the live model live: repairs and repeated deployments of the same model go on from it. The
 * given one where the store does not know it.
 */
export async function liveSince(
  store: Pick<DeploymentStore, 'deployment' | 'deployments'>,
  { id, modelVersion, deployedAt }: Manifest,
): Promise<Pick<DeploymentEvent, 'id' | 'deployedAt'>> {
  let first = { id, deployedAt };
  const recorded = await store.deployment(id);
  if (recorded === null) return first;
  for await (const event of everyRecord((page) => store.deployments(page), recorded.cursor)) {
    if (event.modelVersion !== modelVersion) break;
    first = { id: event.id, deployedAt: event.deployedAt };
  }
  return first;
}

type StackEvent = Pick<DeploymentEvent, 'modelVersion' | 'verb'>;

/** The version that a rollback would bring back; null where there is none. It reads the history as far as it must. */
export async function previousModel(resources: WithLive): Promise<string | null> {
  const stack = stackFrom(newestFirst(resources));
  await stack.next();
  const { done, value } = await stack.next();
  return done === true ? null : value;
}

/** From what is live on: what was recorded after it, before its files were put back, is not what was live before it. */
async function* newestFirst(resources: WithLive): AsyncGenerator<StackEvent> {
  const store = await resources.store();
  const id = resources.live.currentId();
  const recorded = id === null ? null : await store.deployment(id);
  if (recorded !== null) yield recorded;
  else {
    for await (const { modelVersion, runId } of missedManifests(resources))
      yield { modelVersion, verb: (await store.run(runId))?.verb ?? 'run' };
  }
  yield* everyRecord((page) => store.deployments(page), recorded?.cursor);
}

/** The live one first, as far as its manifest can be read. */
async function* missedManifests(resources: WithLive): AsyncGenerator<Manifest> {
  const live = resources.live.manifest();
  if (live !== null) yield live;
  for await (const { manifest } of missedDeployments(resources)) if (manifest.id !== live?.id) yield manifest;
}

/** The whole deployments of the folder that the store does not know, the live one first, then the newest. */
export async function* missedDeployments(resources: WithLive): AsyncGenerator<Deployed> {
  const store = await resources.store();
  const id = resources.live.currentId();
  if (id === null || (await store.deployment(id)) !== null) return;
  const live = unlessDamaged(() => resources.live.read());
  if (live !== null) yield live;
  for (const deployed of resources.live.history()) {
    if (deployed.manifest.id === id) continue;
    if ((await store.deployment(deployed.manifest.id)) !== null) return;
    yield deployed;
  }
}

/**
 * The same as `stackOf` from the newest event on, one version at a time, which mostly takes no more events than
 * versions: what lies above the model of a rollback is passed over. Only a rollback to a model that was on no stack,
 * as where records were lost, takes all of them.
 */
export async function* stackFrom(events: AsyncIterable<StackEvent>): AsyncGenerator<string> {
  const seen: StackEvent[] = [];
  /** Models of rollbacks whose place on the stack is not reached yet, the oldest rollback last. */
  const sought: string[] = [];
  let told = 0;
  const isShown = (version: string): boolean => {
    while (sought.length > 0 && sought.at(-1) === version) sought.pop();
    if (sought.length === 0) told += 1;
    return sought.length === 0;
  };
  for await (const event of events) {
    const newer = seen.at(-1);
    seen.push(event);
    // Whether an event put its model on the stack shows with the event before it: the model may have been there.
    if (newer !== undefined && newer.verb !== 'rollback' && newer.modelVersion !== event.modelVersion) {
      if (isShown(newer.modelVersion)) yield newer.modelVersion;
    }
    if (event.verb === 'rollback') sought.push(event.modelVersion);
  }
  yield* stackOf(seen.toReversed()).slice(told);
}

/**
 * Replays deployments, oldest first: each lays its model on a stack, a rollback takes off what lies above the model
 * that it brought back. So a second rollback goes further back and not forth again. Newest first.
 */
export function stackOf(events: readonly StackEvent[]): readonly string[] {
  const stack: string[] = [];
  for (const { modelVersion, verb } of events) {
    if (verb === 'rollback' && stack.includes(modelVersion))
      stack.length = stack.lastIndexOf(modelVersion) + 1;
    else if (stack.at(-1) !== modelVersion) stack.push(modelVersion);
  }
  return stack.toReversed();
}
