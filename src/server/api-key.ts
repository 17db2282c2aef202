/** Lets in only calls that bear an API key; keys are held as hashes and compared in constant time. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { TidewatchError } from '../base/errors.ts';
import { createKeyAttempts, MAX_WRONG_KEYS } from './key-attempts.ts';
import { isLoopback } from './loopback.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True for routes that answer without a key. */
    readonly public?: boolean;
  }
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** SHA-256 hashes of the keys. */
export type KeyHashes = readonly Buffer[];

/** Hashes of keys separated by commas; null stays null. A text without any key is `listen-refused`. */
export function hashKeys(keys: string | null): KeyHashes | null {
  if (keys === null) return null;
  const hashes = keys
    .split(',')
    .map((key) => key.trim())
    .filter((key) => key !== '')
    .map(hash);
  if (hashes.length > 0) return hashes;
  throw new TidewatchError(
    'listen-refused',
    'An API key is set, but it is empty. Set it to one or more keys, separated by commas, or do not set it.',
  );
}

/** What a request shows: no key, a wrong one, or the one at that place of the list. */
export type Shown = 'none' | 'wrong' | number;

/** Looks at the bearer token and X-API-Key of the request; takes equally long for each key. */
export function keyShown(headers: IncomingHttpHeaders, keys: KeyHashes): Shown {
  const bearer = /^bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
  const header = headers['x-api-key'];
  let shown: Shown = 'none';
  for (const presented of [bearer, header]) {
    if (typeof presented !== 'string') continue;
    if (shown === 'none') shown = 'wrong';
    const presentedHash = hash(presented);
    for (const [place, key] of keys.entries()) if (timingSafeEqual(key, presentedHash)) shown = place;
  }
  return shown;
}

/**
 * Refuses calls with `unauthorized`: with keys, those to routes that are not public and that bear none of them;
 * without keys, those made under a host name that is not of this machine, since a page of another site can give
 * its own name this machine's address and read the answers; nor may a page of another site change anything, since its
 * calls reach this machine with the rights of whoever looks at it. An address from which many wrong keys come is
 * answered `too-many-requests` for a while.
 */
export function guard(app: FastifyInstance, keys: KeyHashes | null): void {
  const attempts = createKeyAttempts(() => performance.now());
  app.addHook('onRequest', (request, reply, done) => {
    if (keys === null) {
      const known = request.hostname === '' || isLoopback(request.hostname);
      if (!known) return done(foreignHost());
      return isOfForeignPage(request) ? done(foreignPage()) : done();
    }
    if (request.routeOptions.config.public === true) return done();
    const shown = keyShown(request.headers, keys);
    const seconds = attempts.lockedSeconds(request.ip);
    if (typeof shown === 'number' && (seconds === 0 || attempts.isProven(request.ip, shown))) {
      attempts.right(request.ip, shown);
      return done();
    }
    if (shown !== 'none' && seconds > 0) {
      reply.header('retry-after', String(seconds));
      return done(tooManyKeys(seconds));
    }
    if (shown === 'wrong') attempts.wrong(request.ip);
    reply.header('www-authenticate', 'Bearer realm="tidewatch"');
    done(missingKey());
  });
}

/** Whether a browser says that the call would change something for a page that is not of this server. */
function isOfForeignPage(request: FastifyRequest): boolean {
  if (SAFE_METHODS.has(request.method)) return false;
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  return origin !== undefined && origin !== `${request.protocol}://${request.host}`;
}

function foreignPage(): TidewatchError {
  return new TidewatchError(
    'unauthorized',
    'Without an API key, pages of other sites may not change anything. Open the dashboard of this server, or set an ' +
      'API key and send it with each call.',
  );
}

function missingKey(): TidewatchError {
  return new TidewatchError(
    'unauthorized',
    'The API key is missing or wrong. Send it as "Authorization: Bearer KEY" or "X-API-Key: KEY".',
  );
}

function tooManyKeys(seconds: number): TidewatchError {
  return new TidewatchError(
    'too-many-requests',
    `More than ${MAX_WRONG_KEYS} wrong API keys came from this address in a minute. Correct the key, and try again in ` +
      `${seconds} s.`,
    { details: { limit: MAX_WRONG_KEYS, seconds } },
  );
}

function foreignHost(): TidewatchError {
  return new TidewatchError(
    'unauthorized',
    'Without an API key the server answers only to names of this machine, such as localhost. ' +
      'To serve other names, set an API key and send it with each call.',
  );
}

function hash(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
