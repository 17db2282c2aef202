/** The API key, where the server asks for one: kept for this tab alone, and forgotten when it closes. */
import { signal } from '@preact/signals';

const PLACE = 'tidewatch-key';

export const apiKey = signal<string | null>(sessionStorage.getItem(PLACE));

/** Whether the server has refused the last call for want of a key. */
export const keyWanted = signal(false);

export function setApiKey(key: string): void {
  sessionStorage.setItem(PLACE, key);
  apiKey.value = key;
  keyWanted.value = false;
}

export function forgetApiKey(): void {
  sessionStorage.removeItem(PLACE);
  apiKey.value = null;
}
