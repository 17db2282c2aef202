/** Asks for the API key where the server wants one. */
import { useState } from 'preact/hooks';
import { apiKey, keyWanted, setApiKey } from '../api/api-key.ts';

/** The key is kept for this tab alone. */
export function KeyForm({ onKey }: { readonly onKey: () => void }) {
  const [key, setKey] = useState('');
  if (!keyWanted.value) return null;
  return (
    <section class="panel" aria-labelledby="key-title">
      <h2 id="key-title">{apiKey.value === null ? 'This server asks for a key' : 'The key is not right'}</h2>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          setApiKey(key.trim());
          onKey();
        }}
      >
        <div class="field">
          <label for="api-key">API key (kept for this tab, until it is closed)</label>
          <input
            id="api-key"
            type="password"
            autocomplete="off"
            required
            value={key}
            onInput={(event) => setKey(event.currentTarget.value)}
          />
        </div>
        <button type="submit" class="main">
          Use this key
        </button>
      </form>
    </section>
  );
}
