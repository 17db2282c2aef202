/** Walks a listing of the store to its end. */
import type { Listed, Page } from '../store/port/paging.ts';

const PAGE = 200;

/** Every record of a listing, newest first, read page by page, from a cursor on or from the newest. */
export async function* everyRecord<T>(
  read: (page: Page) => Promise<readonly Listed<T>[]>,
  from?: string,
): AsyncGenerator<Listed<T>> {
  let before = from;
  for (;;) {
    const page = await read(before === undefined ? { limit: PAGE } : { limit: PAGE, before });
    yield* page;
    before = page.at(-1)?.cursor;
    if (page.length < PAGE || before === undefined) return;
  }
}
