/** How things stand in a workspace: the states that hold, from the facts as they are now. */
import type { Resources } from '../resources.ts';
import { type Asking, gatherFacts } from './gather-facts.ts';
import type { Standing } from './state.ts';
import { standOf } from './table.ts';

/** `asking`: the run or command that asks, which is not told of itself; null: none. */
export async function standingNow(
  resources: Pick<Resources, 'snapshots' | 'workspace' | 'clock' | 'live' | 'store'>,
  asking: Asking | null,
): Promise<Standing> {
  return standOf(await gatherFacts(resources, asking));
}

/** The same, and whether other states hold than at the end of the last run that succeeded. */
export async function standingSince(
  resources: Pick<Resources, 'snapshots' | 'workspace' | 'clock' | 'live' | 'store'>,
  asking: Asking,
): Promise<{ readonly standing: Standing; readonly changed: boolean }> {
  const facts = await gatherFacts(resources, asking);
  const standing = standOf(facts);
  const idsOf = (states: readonly { readonly id: string }[]) => states.map(({ id }) => id).join();
  return { standing, changed: idsOf(standing.states) !== idsOf(facts.before) };
}
