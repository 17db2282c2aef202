/** Calls of the API of this server: JSON in and out, with the key, and problems as the server words them. */
import type { ErrorAnswer } from '../../../src/server/contract.ts';
import { fill, type Parts, type PostAnswer, type PostPath, type PostRest } from './address.ts';
import { apiKey, keyWanted } from './api-key.ts';

type ProblemCode = ErrorAnswer['error']['code'] | 'no-connection' | 'not-json';

/** A call that did not succeed; the message is for people. */
export class ApiProblem extends Error {
  readonly code: ProblemCode;

  constructor(code: ProblemCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Whether nothing is broken, there is only nothing to show yet, or not without the key. */
export function isNothingYet({ code }: ApiProblem): boolean {
  return code.startsWith('nothing-') || code === 'unauthorized';
}

/** The answer of the server, whatever its kind; rejects with ApiProblem unless it is a success. */
export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (apiKey.value !== null) headers.set('x-api-key', apiKey.value);
  let answer: Response;
  try {
    answer = await fetch(path, { ...init, headers });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiProblem('no-connection', 'The server does not answer. Is it running?');
  }
  if (!answer.ok) throw await problemOf(answer);
  return answer;
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const answer = await request(path, signal === undefined ? {} : { signal });
  return (await answer.json()) as T;
}

/** Asks for a change; what the route takes is given as its contract says. */
export async function post<Path extends PostPath>(
  path: Path,
  ...[given]: PostRest<Path>
): Promise<PostAnswer<Path>> {
  // As in `addressOf`.
  const parts = (given ?? {}) as Parts & { readonly body?: unknown };
  const { body } = parts;
  const init: RequestInit =
    body === undefined
      ? { method: 'POST' }
      : { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const answer = await request(fill(path, parts), init);
  return (await answer.json()) as PostAnswer<Path>;
}

async function problemOf(answer: Response): Promise<ApiProblem> {
  const body = (await answer.json().catch(() => null)) as ErrorAnswer | null;
  const error = body?.error;
  if (error === undefined) return new ApiProblem('not-json', `The server answered ${answer.status}.`);
  if (answer.status === 401) {
    keyWanted.value = true;
    return new ApiProblem(error.code, 'Enter the key of this server first.');
  }
  return new ApiProblem(error.code, error.message);
}
