/** Steps through a list without a known end: to older entries and back to the newest. */
import { changeQuery, route } from '../routing/route.ts';

/** `next` is what the API calls the beginning of the next page; null: this is the last. */
export function Older({ next, noun }: { readonly next: string | null; readonly noun: string }) {
  const before = route.value.query.get('before');
  if (next === null && before === null) return null;
  return (
    <nav class="pager" aria-label={`Pages of ${noun}`}>
      <button type="button" disabled={before === null} onClick={() => changeQuery({ before: null })}>
        Newest
      </button>
      <button type="button" disabled={next === null} onClick={() => changeQuery({ before: next })}>
        Older {noun}
      </button>
    </nav>
  );
}
