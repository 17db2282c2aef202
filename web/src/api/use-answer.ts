/** An answer of the API as a hook: what was known at once, what is new as soon as it comes, and problems beside it. */
import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { addressOf, type GetAnswer, type GetPath, type GetRest } from './address.ts';
import { apiKey } from './api-key.ts';
import { ApiProblem, get } from './call.ts';

export interface Answer<T> {
  /** The newest known answer, be it of the call before; null: none yet. */
  readonly data: T | null;
  readonly problem: ApiProblem | null;
  readonly loading: boolean;
  /** When the answer came. */
  readonly at: Date | null;
}

const MAX_REMEMBERED = 60;
const remembered = new Map<string, { readonly data: unknown; readonly at: Date }>();

/** Goes up when what the server knows may have changed; every answer on the page is then asked for again. */
export const dataVersion = signal(0);

export function refreshAnswers(): void {
  dataVersion.value += 1;
}

/**
 * Asks a route of the contract, and again when what is asked changes; null: for nothing. Answers that are on their way are
 * dropped then.
 */
export function useAnswer<Path extends GetPath>(
  route: Path | null,
  ...given: GetRest<Path>
): Answer<GetAnswer<Path>> {
  return useAddress<GetAnswer<Path>>(route === null ? null : addressOf(route, ...given));
}

function useAddress<T>(path: string | null): Answer<T> {
  const version = dataVersion.value;
  const key = apiKey.value;
  const [answer, setAnswer] = useState<Answer<T>>(() => recall<T>(path, null));
  // A new version or key asks again for the same path.
  useEffect(() => {
    if (path === null) return;
    const abort = new AbortController();
    setAnswer((before) => recall(path, before));
    get<T>(path, abort.signal).then(
      (data) => {
        const at = new Date();
        remember(path, { data, at });
        setAnswer({ data, at, problem: null, loading: false });
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        if (!(error instanceof ApiProblem)) throw error;
        setAnswer((before) => ({ ...before, problem: error, loading: false }));
      },
    );
    return () => abort.abort();
  }, [path, version, key]);
  return answer;
}

function recall<T>(path: string | null, before: Answer<T> | null): Answer<T> {
  const known = path === null ? undefined : remembered.get(path);
  const loading = path !== null;
  if (known !== undefined) return { data: known.data as T, at: known.at, problem: null, loading };
  return { data: before?.data ?? null, at: before?.at ?? null, problem: null, loading };
}

function remember(path: string, answer: { readonly data: unknown; readonly at: Date }): void {
  remembered.delete(path);
  remembered.set(path, answer);
  if (remembered.size <= MAX_REMEMBERED) return;
  const [oldest] = remembered.keys();
  if (oldest !== undefined) remembered.delete(oldest);
}
