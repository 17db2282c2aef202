/** Tells whether a file or a folder may be written, as on a volume that is mounted for reading alone. */
import { accessSync, constants } from 'node:fs';
import { isErrno } from './errors.ts';

const REFUSALS = new Set(['EACCES', 'EPERM', 'EROFS']);

/** False only where the system refuses it; true of what is not there. */
export function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch (error) {
    return !(isErrno(error) && REFUSALS.has(error.code ?? ''));
  }
}
