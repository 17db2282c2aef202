/** The page of a list that a query asks for. */
import type { Page } from '../../store/port/paging.ts';

export function pageOf({
  limit,
  before,
}: {
  readonly limit: number;
  readonly before?: string | undefined;
}): Page {
  return before === undefined ? { limit } : { limit, before };
}
