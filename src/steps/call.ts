/** Calls every endpoint of a running server and keeps the answers in one document, `apireturns.txt`. */
import { writeFileAtomic } from '../base/atomic-file.ts';
import type { Clock } from '../base/clock.ts';
import { TidewatchError } from '../base/errors.ts';
import type { SourceRow } from '../core/scoring/scorer.ts';
import type { LeaseStore } from '../store/port/leases.ts';

export interface CallOptions {
  /** Where the server is, such as http://127.0.0.1:8000; a path in front of its own is kept. */
  readonly url: string;
  /** The key the server wants, or null. Of several separated by commas the first is sent. */
  readonly apiKey: string | null;
  /** Time for each answer to arrive whole. */
  readonly timeoutMs: number;
  /** The data file to predict, by its way from the server's workspace, or rows by column name. */
  readonly prediction: { readonly path: string } | { readonly rows: readonly SourceRow[] };
  /** Absolute path of the document, such as .../apireturns.txt. */
  readonly outputPath: string;
}

/** One endpoint's answer: its HTTP status, and its JSON (the text itself where it is not JSON). */
interface ApiReturn {
  readonly status: number;
  readonly body: unknown;
}

export interface ApiReturns {
  /** ISO 8601, UTC. */
  readonly calledAt: string;
  readonly url: string;
  readonly prediction: ApiReturn;
  readonly scoring: ApiReturn;
  readonly summarystats: ApiReturn;
  readonly diagnostics: ApiReturn;
}

const NOUNS = ['prediction', 'scoring', 'summarystats', 'diagnostics'] as const;
type Noun = (typeof NOUNS)[number];

/**
 * Calls the four endpoints one after another and writes their answers, JSON, as a whole or not at all. Throws
 * `usage` for a URL or a key that cannot be sent, and `server-unreachable` where one does not answer (nothing is
 * written then). An endpoint that answers an error is written down, and then makes this throw `unauthorized` or
 * `call-failed`.
 */
export async function callApi(
  deps: { readonly clock: Clock; readonly store: Pick<LeaseStore, 'whileHeld'> },
  options: CallOptions,
): Promise<ApiReturns> {
  const base = parseBase(options.url);
  const headers = headersOf(options.apiKey);
  const call = (noun: Noun): Promise<ApiReturn> => {
    const body = noun === 'prediction' ? JSON.stringify(options.prediction) : null;
    return request(new URL(noun, base), headers, body, options.timeoutMs);
  };
  const returns: ApiReturns = {
    calledAt: deps.clock.now().toISOString(),
    url: options.url,
    prediction: await call('prediction'),
    scoring: await call('scoring'),
    summarystats: await call('summarystats'),
    diagnostics: await call('diagnostics'),
  };
  const text = `${JSON.stringify(returns, null, 2)}\n`;
  await deps.store.whileHeld(() => writeFileAtomic(options.outputPath, text));
  refuseFailures(returns, options.outputPath);
  return returns;
}

function parseBase(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const plain = url !== null && url.username === '' && url.password === '' && url.search === '';
  if (url !== null && plain && (url.protocol === 'http:' || url.protocol === 'https:')) {
    return new URL(url.href.endsWith('/') ? url.href : `${url.href}/`);
  }
  const shown = url === null ? JSON.stringify(text) : `of ${url.host === '' ? url.protocol : url.host}`;
  throw new TidewatchError(
    'usage',
    `The URL ${shown} cannot be called. Give one such as http://127.0.0.1:8000, without user, password or query.`,
  );
}

function headersOf(apiKey: string | null): Readonly<Record<string, string>> {
  const key = apiKey?.split(',')[0]?.trim() ?? '';
  if (key === '') return {};
  if (/^[\x21-\x7e]+$/.test(key)) return { authorization: `Bearer ${key}` };
  throw new TidewatchError(
    'usage',
    'The API key holds characters that cannot be sent. Use letters, digits and signs of ASCII, without spaces.',
  );
}

async function request(
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string | null,
  timeoutMs: number,
): Promise<ApiReturn> {
  const content = body === null ? {} : { method: 'POST', body };
  const type: Readonly<Record<string, string>> = body === null ? {} : { 'content-type': 'application/json' };
  try {
    const response = await fetch(url, {
      ...content,
      headers: { ...headers, ...type },
      // A redirect could carry the key to another server.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, body: parseBody(await response.text()) };
  } catch (error) {
    throw unreachable(url, timeoutMs, error);
  }
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function unreachable(url: URL, timeoutMs: number, error: unknown): TidewatchError {
  const late = error instanceof Error && error.name === 'TimeoutError';
  const what = late
    ? `did not answer within ${timeoutMs} ms. Look at its log, or give it more time.`
    : `cannot be reached (${reasonOf(error)}). Start it with "tidewatch serve", or name the right URL.`;
  return new TidewatchError('server-unreachable', `The server at ${url.href} ${what}`, {
    details: { url: url.href },
    cause: error,
  });
}

/** The system's own word, such as ECONNREFUSED, which fetch keeps in the cause of its error. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
}

function refuseFailures(returns: ApiReturns, outputPath: string): void {
  const failed = NOUNS.filter((noun) => !succeeded(returns[noun]));
  if (failed.length === 0) return;
  const keyless = failed.every((noun) => returns[noun].status === 401);
  const list = failed.map((noun) => `${noun}: ${explain(returns[noun])}`).join('; ');
  const advice = keyless
    ? 'Set TIDEWATCH_API_KEY to a key of that server.'
    : `All answers are in ${outputPath}.`;
  throw new TidewatchError(
    keyless ? 'unauthorized' : 'call-failed',
    `The server at ${returns.url} answered ${failed.length} of ${NOUNS.length} calls with an error. ${list}. ${advice}`,
    { details: { url: returns.url, failed, path: outputPath } },
  );
}

function succeeded(answer: ApiReturn): boolean {
  return answer.status === 200 && typeof answer.body === 'object' && answer.body !== null;
}

function explain({ status, body }: ApiReturn): string {
  if (typeof body !== 'object') return `${status}, not JSON (is this a Tidewatch server?)`;
  const error = body !== null && 'error' in body ? body.error : null;
  const told =
    typeof error === 'object' && error !== null && 'message' in error ? error.message : 'no reason given';
  return `${status}, ${String(told).replace(/\.$/, '')}`;
}
