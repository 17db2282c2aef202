/** What new rows say of the inputs. */
import type { Table } from '../../engine/port.ts';
import type { Look } from './look.ts';
export interface InputCheck {
  readonly rows: number;
}
export async function judgeInputs(
  _t: Table,
  _l: Look,
  _f: Uint32Array,
  _o: object,
): Promise<InputCheck | null> {
  return null;
}
