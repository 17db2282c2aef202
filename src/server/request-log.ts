/** Writes one line a request to the log: id, method, path, status and milliseconds. */
import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Log } from '../base/log.ts';

/** Names requests: unlike between two starts of the server, and counted within one. */
export function createRequestIds(): () => string {
  const start = randomBytes(4).toString('hex');
  let count = 0;
  return () => {
    count++;
    return `${start}-${count.toString(36)}`;
  };
}

/** The path that was asked for, without the query, which may hold what no log should keep. */
export function pathOf(request: FastifyRequest): string {
  const query = request.url.search(/[?#;]/);
  return query === -1 ? request.url : request.url.slice(0, query);
}

/** Logs every request when its answer is sent; health calls, which come all the time, only at debug level. */
export function logRequests(app: FastifyInstance, log: Log): void {
  app.addHook('onResponse', (request, reply, done) => {
    const line = {
      requestId: request.id,
      method: request.method,
      path: pathOf(request),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 1000) / 1000,
    };
    if (request.routeOptions.config.public === true) log.debug(line, 'request');
    else log.info(line, 'request');
    done();
  });
}
