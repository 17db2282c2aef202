/** Gives every failure of a call its one shape: `{error: {code, message, details}}` with the code's HTTP status. */
import type { Socket } from 'node:net';
import { inspect } from 'node:util';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { asTidewatchError, CATALOGUE, TidewatchError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { ErrorAnswer } from './contract.ts';
import { pathOf } from './request-log.ts';
import { validationProblem } from './validation-problem.ts';

export interface ErrorContext {
  readonly log: Log;
  /** Folder whose name must not be told: paths below it are told from there. */
  readonly root: string;
}

/** Makes the app answer all errors, and calls to what is not there, in the one shape. */
export function answerErrors(app: FastifyInstance, context: ErrorContext): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => sendError(error, request, reply, context));
  app.setNotFoundHandler((request, reply) => {
    const path = pathOf(request);
    const methods = (['GET', 'POST'] as const).filter((method) => app.hasRoute({ method, url: path }));
    if (methods.length > 0) reply.header('allow', methods.join(', '));
    const advice = methods.length > 0 ? `use ${methods.join(' or ')}` : '/docs shows what is there';
    throw new TidewatchError('not-found', `There is no ${request.method} ${path}: ${advice}.`, {
      details: { method: request.method, path, allowed: methods },
    });
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
  const answer =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? new TidewatchError('request-too-large', 'The headers of the request are too large.')
      : new TidewatchError('request-invalid', brokenReason(error.code));
  const body = JSON.stringify(answerOf(answer, ''));
  const head = [
    `HTTP/1.1 ${answer.http} ${answer.http === 413 ? 'Payload Too Large' : 'Bad Request'}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Content-Type: application/json; charset=utf-8',
    'Connection: close',
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
    return new TidewatchError(
      'request-too-large',
      'The body is too large. Send the clients in several calls.',
    );
  }
  if (status >= 400 && status < 500) return new TidewatchError('request-invalid', reasonOf(code, thrown));
  return asTidewatchError(thrown);
}

function reasonOf(code: string, error: Error): string {
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return 'The content type is not taken. Send application/json or text/csv, and name it in Content-Type.';
  }
  return code.startsWith('FST_') ? `${error.message}.` : `The body is not JSON: ${error.message}.`;
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
    return typeof value === 'string' ? tell(value) : value;
  };
  const details = JSON.parse(JSON.stringify(error.details, tellValue)) as Record<string, unknown>;
  return { error: { code: error.code, message: tell(error.message), details } };
}
