/** Lets in only calls that bear an API key; keys are held as hashes and compared in constant time. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { TidewatchError } from '../base/errors.ts';
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

/** True when a bearer token or X-API-Key of the request is one of the keys; takes equally long for each. */
export function bearsKey(headers: IncomingHttpHeaders, keys: KeyHashes): boolean {
  const bearer = /^bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
  const header = headers['x-api-key'];
  let known = false;
  for (const presented of [bearer, header]) {
    if (typeof presented !== 'string') continue;
    const presentedHash = hash(presented);
    for (const key of keys) known = timingSafeEqual(key, presentedHash) || known;
  }
  return known;
}

/**
 * Refuses calls with `unauthorized`: with keys, those to routes that are not public and that bear none of them;
 * without keys, those made under a host name that is not of this machine, since a page of another site can give
 * its own name this machine's address and read the answers; nor may a page of another site change anything, since its
 * calls reach this machine with the rights of whoever looks at it.
 */
export function guard(app: FastifyInstance, keys: KeyHashes | null): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (keys === null) {
      const known = request.hostname === '' || isLoopback(request.hostname);
      if (!known) return done(foreignHost());
      return isOfForeignPage(request) ? done(foreignPage()) : done();
    }
    if (request.routeOptions.config.public === true || bearsKey(request.headers, keys)) return done();
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
