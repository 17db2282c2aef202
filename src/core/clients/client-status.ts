/** Whether a client is still there, by its newest row or by what people say of it. */
import { UNKNOWN } from '../outcomes/settle.ts';

/** current: still there. left: gone. unknown: its newest row has no outcome yet. */
export const CLIENT_STATUSES = Object.freeze(['current', 'left', 'unknown'] as const);
export type ClientStatus = (typeof CLIENT_STATUSES)[number];
export const [CURRENT, LEFT, STATUS_UNKNOWN] = [0, 1, 2] as const;

/** Place in CLIENT_STATUSES of a client whose newest row has this label. */
export function statusOfLabel(label: number): number {
  return label === UNKNOWN ? STATUS_UNKNOWN : label === 1 ? LEFT : CURRENT;
}
