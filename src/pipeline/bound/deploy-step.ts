/** Deployment bound to a workspace. */
import { deploy, type LiveModel, type ScoredModel } from '../../steps/deploy.ts';
import type { Resources } from '../resources.ts';
import type { Session } from '../run/session.ts';

/** Makes a scored model live. */
export async function deployStep(
  resources: Pick<Resources, 'clock' | 'live' | 'store'>,
  session: Session,
  scored: ScoredModel,
  reason: string,
): Promise<LiveModel> {
  return session.step('deploy', () => deployScored(resources, session, scored, reason), sayDeployed);
}

/** The same as a part of a step that is under way. */
export async function deployScored(
  resources: Pick<Resources, 'clock' | 'live' | 'store'>,
  { runId, token }: Session,
  scored: ScoredModel,
  reason: string,
): Promise<LiveModel> {
  const { live, store, clock } = resources;
  return deploy({ live, store: await store(), clock }, scored, { runId, token, reason });
}

export function sayDeployed({ model }: LiveModel): string {
  return `model ${model.version} is live`;
}
