/** Who writes: asked once, remembered by this browser. */
import { signal } from '@preact/signals';

const PLACE = 'tidewatch-author';

export const author = signal(localStorage.getItem(PLACE) ?? '');

export function rememberAuthor(): void {
  localStorage.setItem(PLACE, author.value.trim());
}

export function AuthorField() {
  return (
    <label class="field">
      Your name
      <input
        type="text"
        autocomplete="name"
        maxLength={200}
        value={author.value}
        onInput={(event) => {
          author.value = event.currentTarget.value;
        }}
      />
    </label>
  );
}
