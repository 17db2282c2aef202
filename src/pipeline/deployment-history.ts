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

/** Versions of the models that a rollback would bring back one after the other, the live one first. */
export async function liveStack(resources: Pick<Resources, 'live' | 'store'>): Promise<readonly string[]> {
  const store = await resources.store();
  const events: Pick<DeploymentEvent, 'id' | 'modelVersion' | 'verb'>[] = [];
  for await (const event of everyRecord((page) => store.deployments(page))) events.push(event);
  const manifest = resources.live.read()?.manifest;
  // A deployment whose run was killed before it was recorded.
  if (manifest !== undefined && events[0]?.id !== manifest.id) {
    const verb = (await store.run(manifest.runId))?.verb ?? 'run';
    events.unshift({ id: manifest.id, modelVersion: manifest.modelVersion, verb });
  }
  return stackOf(events.toReversed());
}

/**
 * Replays deployments, oldest first: each lays its model on a stack, a rollback takes off what lies above the model
 * that it brought back. So a second rollback goes further back and not forth again. Newest first.
 */
export function stackOf(
  events: readonly Pick<DeploymentEvent, 'modelVersion' | 'verb'>[],
): readonly string[] {
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
