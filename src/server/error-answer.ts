/** Gives every failure of a call its one shape: `{error: {code, message, details}}` with the code's HTTP status. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { inspect } from 'node:util';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { asTidewatchError, CATALOGUE, TidewatchError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { shorten } from '../base/shorten.ts';
import type { ErrorAnswer } from './contract.ts';
import type { MethodsAt } from './known-methods.ts';
import { pathOf } from './request-log.ts';
import { validationProblem } from './validation-problem.ts';

/** What a client sent is never told in full. */
const LONGEST_DETAIL = 300;
const LONGEST_MESSAGE = 4000;
const LONGEST_REASON = 200;

export interface ErrorContext {
  readonly log: Log;
  /** Folder whose name must not be told: paths below it are told from there. */
  readonly root: string;
}

/**
 * Makes the app answer all errors, calls to what is not there and methods that are not taken in the one shape, and
 * OPTIONS with the methods that are. Call it after the hooks that ask for a key.
 */
export function answerErrors(app: FastifyInstance, context: ErrorContext, methodsAt: MethodsAt): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => sendError(error, request, reply, context));
  // Before the body of such a call is read, and whatever it is.
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) return done();
    const { method } = request;
    const path = pathOf(request);
    const allowed = methodsAt(path);
    if (allowed.length > 0) reply.header('allow', allowed.join(', '));
    if (allowed.length > 0 && method === 'OPTIONS') return reply.code(204).send();
    done(notTaken(method, path, allowed));
  });
}

function notTaken(method: string, path: string, allowed: readonly string[]): TidewatchError {
  const [code, advice] =
    allowed.length === 0
      ? (['not-found', '/docs shows what is there'] as const)
      : (['method-not-allowed', `use ${allowed.join(' or ')}`] as const);
  return new TidewatchError(code, `There is no ${method} ${shorten(path)}: ${advice}.`, {
    details: { method, path: shorten(path), allowed },
  });
}

/** Answers a call with an error. What is not expected is logged, and told to the client without its particulars. */
export function sendError(
  thrown: FastifyError | Error,
  request: FastifyRequest,
  reply: FastifyReply,
  context: ErrorContext,
): FastifyReply {
  const error = errorOf(thrown);
  logFailure(error, thrown, request.id, context.log);
  const answer = error.code === 'internal' ? unexpected(request.id) : error;
  return reply
    .code(answer.http)
    .type('application/json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(answerOf(answer, context.root));
}

/** What cannot be answered yet is a warning; what should not have happened is an error with its whole story. */
function logFailure(error: TidewatchError, thrown: Error, requestId: string, log: Log): void {
  if (error.http === 503)
    log.warn({ requestId, code: error.code, cause: String(error.cause ?? '') }, error.message);
  else if (error.http >= 500)
    log.error({ requestId, code: error.code, error: inspect(thrown) }, error.message);
}

/** Answers what is not HTTP, or came too slowly or with too many headers, on the bare connection. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  if (error.code === 'HPE_HEADER_OVERFLOW') {
    const message = 'The path and the headers of the request are larger than 16 KiB together.';
    answerBare(socket, new TidewatchError('headers-too-large', message));
  } else answerBare(socket, new TidewatchError('request-invalid', brokenReason(error.code)));
}

/** Answers on a connection that has no request of its own, and ends it. */
export function answerBare(socket: Socket, error: TidewatchError): void {
  const body = JSON.stringify(answerOf(error, ''));
  const head = [
    `HTTP/1.1 ${error.http} ${STATUS_CODES[error.http]}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Content-Type: application/json; charset=utf-8',
    'Connection: close',
    ...(error.http === 405 ? ['Allow:'] : []),
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function brokenReason(code: string | undefined): string {
  return code === 'ERR_HTTP_REQUEST_TIMEOUT'
    ? 'The request did not arrive in time. Send it faster, or in smaller parts.'
    : 'The request is not valid HTTP/1.1.';
}

/** The error of the catalogue that a thrown value stands for. */
function errorOf(thrown: FastifyError | Error): TidewatchError {
  if (thrown instanceof TidewatchError) return thrown;
  if ('validation' in thrown && thrown.validation !== undefined) {
    return validationProblem(thrown.validation, thrown.validationContext ?? 'body');
  }
  const code = 'code' in thrown ? thrown.code : '';
  const status = 'statusCode' in thrown ? (thrown.statusCode ?? 500) : 500;
  if (status === 413) {
    return new TidewatchError('request-too-large', 'The body is too large. Send it in several calls.');
  }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new TidewatchError(
      'content-type-unknown',
      'The content type is not taken. Send application/json or, to /prediction, text/csv, and name it in Content-Type.',
    );
  }
  if (status >= 400 && status < 500) {
    return new TidewatchError('request-invalid', `${shorten(thrown.message, LONGEST_REASON)}.`);
  }
  return asTidewatchError(thrown);
}

function unexpected(requestId: string): TidewatchError {
  return new TidewatchError(
    'internal',
    `${CATALOGUE.internal.meaning} Look for the request id ${requestId}.`,
    { details: { requestId } },
  );
}

function answerOf(error: TidewatchError, root: string): ErrorAnswer {
  const tell = (text: string): string =>
    root === '' ? text : text.replaceAll(`${root}/`, '').replaceAll(root, '.');
  const tellValue = (_key: string, value: unknown): unknown => {
    if (typeof value === 'bigint') return String(value);
    return typeof value === 'string' ? shorten(tell(value), LONGEST_DETAIL) : value;
  };
  const details = JSON.parse(JSON.stringify(error.details, tellValue)) as Record<string, unknown>;
  return { error: { code: error.code, message: shorten(tell(error.message), LONGEST_MESSAGE), details } };
}
