/** How things stand, in plain words. */
import { today } from '../../pipeline/answers/today.ts';
import type { Resources } from '../../pipeline/resources.ts';
import type { RunControl } from '../../pipeline/run/run-control.ts';
import type { todayRoutes } from '../contract/today.ts';
import type { Handlers } from '../handler.ts';

export function todayHandlers(
  resources: Pick<Resources, 'snapshots' | 'workspace' | 'clock' | 'live' | 'store'>,
  control: RunControl,
): Handlers<typeof todayRoutes> {
  return { today: () => today(resources, control.next()) };
}
