/** Limits how many calls a minute one address may make. */
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { TidewatchError } from '../base/errors.ts';

/** Refuses the calls over the limit with `too-many-requests`; health calls count for nothing. */
export async function limitRequests(app: FastifyInstance, perMinute: number): Promise<void> {
  await app.register(rateLimit, {
    max: perMinute,
    timeWindow: 60_000,
    allowList: (request) => request.routeOptions.config.public === true,
    errorResponseBuilder: (_request, { after, max }) =>
      new TidewatchError('too-many-requests', `More than ${max} calls in a minute. Try again in ${after}.`, {
        details: { limit: max, after },
      }),
  });
}
