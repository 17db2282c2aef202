/** Reads the bodies of requests, JSON and CSV: how large one may be, and how much of all is held at once. */
import type { Readable } from 'node:stream';
import { finished } from 'node:stream';
import { finished as finishedReading } from 'node:stream/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { TidewatchError } from '../base/errors.ts';
import { chooseEncoding, findMark, findUtf16 } from '../formats/csv/encoding.ts';
import { JsonScan } from './json-scan.ts';
import { readJson } from './read-json.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Bytes of its body that are held. */
    bodyBytes: number;
  }
}

export interface BodyLimits {
  /** Largest body taken. */
  readonly bodyLimitBytes: number;
  /** Most values in a JSON body. */
  readonly bodyValues: number;
}

/** Bodies of the largest size that are held at once. */
const BODIES_HELD = 8;
/** Bytes by which UTF-16 without a mark is known. */
const ENCODING_BYTES = 1024;
/** So much, and for so long, is still read of a body that is refused. */
const LET_GO_BY_BYTES = 256 * 1024 * 1024;
const LET_GO_BY_MS = 5000;

/** Adds the readers of JSON and CSV bodies. Errors: `request-too-large`, `request-invalid`, `too-many-requests`. */
export function readBodies(app: FastifyInstance, limits: BodyLimits): void {
  let held = 0;
  const take = (request: FastifyRequest, bytes: number): void => {
    if (held + bytes > BODIES_HELD * limits.bodyLimitBytes) throw tooMany();
    held += bytes;
    request.bodyBytes += bytes;
  };
  app.decorateRequest('bodyBytes', 0);
  app.addHook('onRequest', (request, reply, done) => {
    finished(reply.raw, () => {
      held -= request.bodyBytes;
    });
    done();
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', async (request: FastifyRequest, payload: Readable) => {
    const scan = new JsonScan(limits.bodyValues);
    const body = await collect(request, payload, limits, (bytes) => {
      take(request, bytes.length);
      scan.add(bytes);
    });
    return body.length === 0 ? undefined : readJson(body, scan.list);
  });
  app.addContentTypeParser('text/csv', async (request: FastifyRequest, payload: Readable) =>
    decodeCsv(await collect(request, payload, limits, (bytes) => take(request, bytes.length))),
  );
}

/** The whole body. */
async function collect(
  request: FastifyRequest,
  payload: Readable,
  { bodyLimitBytes }: BodyLimits,
  look: (bytes: Uint8Array) => void,
): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    if (Number(request.headers['content-length']) > bodyLimitBytes) throw tooLarge(bodyLimitBytes);
    // Ending the stream would end the connection, and the refusal would not arrive.
    for await (const part of payload.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > bodyLimitBytes) throw tooLarge(bodyLimitBytes);
      look(part);
      parts.push(part);
    }
  } catch (error) {
    if (!(error instanceof TidewatchError)) throw brokenOff(error);
    await letGoBy(payload);
    throw error;
  }
  return Buffer.concat(parts, size);
}

/** Reads on without keeping anything, for a while: many clients look for an answer only when they have sent all. */
async function letGoBy(payload: Readable): Promise<void> {
  let left = LET_GO_BY_BYTES;
  payload.on('data', (part: Buffer) => {
    left -= part.length;
    if (left < 0) payload.pause();
  });
  const controller = new AbortController();
  const deadline = setTimeout(() => controller.abort(), LET_GO_BY_MS);
  payload.once('pause', () => controller.abort());
  await finishedReading(payload, { signal: controller.signal, cleanup: true }).catch(() => {});
  clearTimeout(deadline);
}

function brokenOff(cause: unknown): TidewatchError {
  return new TidewatchError('request-invalid', 'The body broke off before its end. Send it again.', {
    cause,
  });
}

/** The text of a CSV in the encodings that files may have: as its mark says, or else as its bytes show. */
function decodeCsv(body: Buffer): string {
  const encoding = findMark(body) ?? findUtf16(body.subarray(0, ENCODING_BYTES)) ?? chooseEncoding(body);
  try {
    return new TextDecoder(encoding ?? 'utf-8', { fatal: true }).decode(body);
  } catch (error) {
    throw new TidewatchError(
      'request-invalid',
      'The CSV text is in no encoding that is read, or in several. Send it as UTF-8.',
      { cause: error },
    );
  }
}

function tooLarge(bytes: number): TidewatchError {
  return new TidewatchError(
    'request-too-large',
    `The body is larger than ${bytes} bytes. Send the clients in several calls, or raise server.body_megabytes in ` +
      'config.json.',
    { details: { bytes } },
  );
}

function tooMany(): TidewatchError {
  return new TidewatchError(
    'too-many-requests',
    'The server holds as many large bodies as it may. Send this one again in a moment.',
  );
}
