/** Serves the dashboard: the files of its bundle, held in memory, so that no path of a request ever meets the disk. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { pathOf } from './request-log.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};
const COMPRESSED = new Set(['.css', '.html', '.js', '.json', '.svg', '.txt', '.webmanifest']);
/** Names with a hash of the content in them, as bundlers make them. */
const HASHED = /^\/assets\/[^.]+-[\w-]{8}\.\w{2,5}$/;
const YEAR_SECONDS = 31_536_000;
const HOME = '/';

interface WebFile {
  readonly body: Buffer;
  /** null: as it is. */
  readonly gzip: Buffer | null;
  readonly type: string;
  readonly etag: string;
  readonly caching: string;
}

/** The files of a bundle by the path of their URL; none where `folder` holds no index.html. */
export function readWebFiles(folder: string): ReadonlyMap<string, WebFile> {
  const files = new Map<string, WebFile>();
  if (!existsSync(join(folder, 'index.html'))) return files;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const type = TYPES[extname(name)];
    if (type === undefined || !statSync(join(folder, name)).isFile()) continue;
    const url = `/${name.split(sep).join('/')}`;
    const file = webFile(url, type, readFileSync(join(folder, name)));
    files.set(url, file);
    if (url === '/index.html') files.set(HOME, file);
  }
  return files;
}

function webFile(url: string, type: string, body: Buffer): WebFile {
  return {
    body,
    gzip: COMPRESSED.has(extname(url)) ? gzipSync(body) : null,
    type,
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    caching: HASHED.test(url) ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache',
  };
}

/**
 * Answers GET and HEAD of these files, with no key: the page holds nothing, and asks for the key itself. `/` is the
 * page for browsers alone; a program gets the list of calls there. Call it before the hooks that ask for a key.
 */
export function serveWebFiles(app: FastifyInstance, files: ReadonlyMap<string, WebFile>): void {
  if (files.size === 0) return;
  app.addHook('onRequest', (request, reply, done) => {
    const file = fileOf(request, files);
    if (file === null) return done();
    const { body, gzip, type, etag, caching } = file;
    reply.headers({ 'cache-control': caching, etag, vary: 'accept, accept-encoding' }).type(type);
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    if (gzip === null || !/\bgzip\b/.test(request.headers['accept-encoding']?.toString() ?? '')) {
      return reply.send(body);
    }
    return reply.header('content-encoding', 'gzip').send(gzip);
  });
}

function fileOf(request: FastifyRequest, files: ReadonlyMap<string, WebFile>): WebFile | null {
  if (request.method !== 'GET' && request.method !== 'HEAD') return null;
  const path = pathOf(request);
  if (path === HOME && !request.headers.accept?.includes('text/html')) return null;
  return files.get(path) ?? null;
}
