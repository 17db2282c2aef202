/** The error for a file that cannot be taken as a table of the contract at all. */
import type { HeaderRefusal } from './header.ts';

export class FileRefused extends Error {
  readonly kind: HeaderRefusal['kind'];

  constructor(kind: HeaderRefusal['kind'], reason: string, cause?: unknown) {
    super(reason, cause === undefined ? undefined : { cause });
    this.name = 'FileRefused';
    this.kind = kind;
  }
}
