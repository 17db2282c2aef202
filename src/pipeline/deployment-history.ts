/** What was live when, and what could go live again: derived from the recorded deployments and the live folder. */
import type { DeploymentEvent, Listed, Page } from '../store/port.ts';
import { everyRecord } from './every-record.ts';
import type { Resources } from './resources.ts';
import type { LiveModel } from './workspace-state.ts';

export interface DeploymentPage {
  readonly deployments: readonly (Omit<DeploymentEvent, 'f1'> & {
    readonly f1: number | null;
    readonly live: boolean;
  })[];
  /** `before` of the next page; null: this was the last one. */
  readonly next: string | null;
}

/** One page of the deployments, newest first. Error `request-invalid` for a cursor that is none. */
export async function listDeployments(resources: Resources, page: Page): Promise<DeploymentPage> {
  const found = await (await resources.store()).deployments({ ...page, limit: page.limit + 1 });
  const live = resources.live.currentId();
  const shown = found.slice(0, page.limit);
  const deployments = shown.map((event) => tellDeployment(event, live));
  return { deployments, next: found.length > shown.length ? (shown.at(-1)?.cursor ?? null) : null };
}

function tellDeployment(
  { cursor: _, ...event }: Listed<DeploymentEvent>,
  live: string | null,
): DeploymentPage['deployments'][number] {
  return { ...event, f1: Number.isNaN(event.f1) ? null : event.f1, live: event.id === live };
}

type StackEvent = Pick<DeploymentEvent, 'modelVersion' | 'verb'>;

/** The version that a rollback would bring back; null where there is none. It reads the history as far as it must. */
export async function previousModel(resources: Pick<Resources, 'live' | 'store'>): Promise<string | null> {
  const stack = stackFrom(newestFirst(resources));
  await stack.next();
  const { done, value } = await stack.next();
  return done === true ? null : value;
}

async function* newestFirst(resources: Pick<Resources, 'live' | 'store'>): AsyncGenerator<StackEvent> {
  const store = await resources.store();
  const manifest = resources.live.read()?.manifest;
  const [newest] = await store.deployments({ limit: 1 });
  // A deployment whose run was killed before it was recorded.
  if (manifest !== undefined && newest?.id !== manifest.id) {
    const verb = (await store.run(manifest.runId))?.verb ?? 'run';
    yield { modelVersion: manifest.modelVersion, verb };
  }
  yield* everyRecord((page) => store.deployments(page));
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
  const isTold = (version: string): boolean => {
    while (sought.length > 0 && sought.at(-1) === version) sought.pop();
    if (sought.length === 0) told += 1;
    return sought.length === 0;
  };
  for await (const event of events) {
    const newer = seen.at(-1);
    seen.push(event);
    // Whether an event put its model on the stack shows with the event before it: the model may have been there.
    if (newer !== undefined && newer.verb !== 'rollback' && newer.modelVersion !== event.modelVersion) {
      if (isTold(newer.modelVersion)) yield newer.modelVersion;
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

/** A run that was killed between going live and saying so left a deployment without a record; it gets one. */
export async function recordMissedDeployment(resources: Resources, live: LiveModel): Promise<void> {
  const { id, runId, modelVersion, deployedAt, reason } = live.deployed.manifest;
  const store = await resources.store();
  const [latest] = await store.deployments({ limit: 1 });
  if (latest?.id !== id)
    await store.recordDeployment({ id, runId, modelVersion, deployedAt, f1: live.f1, reason });
}
