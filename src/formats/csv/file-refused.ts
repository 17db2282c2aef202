/** The error for a file that cannot be taken as a table of the contract at all. */
import { TidewatchError } from '../../base/errors.ts';
import type { HeaderRefusal } from './header.ts';

export class FileRefused extends Error {
  readonly kind: HeaderRefusal['kind'];

  constructor(kind: HeaderRefusal['kind'], reason: string, cause?: unknown) {
    super(reason, cause === undefined ? undefined : { cause });
    this.name = 'FileRefused';
    this.kind = kind;
  }
}

/** Throws what `openRegularFile` says of a path that is no file as a refusal of that file, and any other error as it is. */
export function refusedAs(error: unknown): never {
  const reason = error instanceof TidewatchError ? error.details['reason'] : undefined;
  throw typeof reason === 'string' ? new FileRefused('input-unreadable', reason, error) : error;
}
