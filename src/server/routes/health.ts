/** GET /healthz and /readyz: whether the process lives, and whether it can answer predictions. Neither needs a key. */
import type { FastifyInstance } from 'fastify';
import { asTidewatchError, CATALOGUE, TidewatchError } from '../../base/errors.ts';
import { healthSchema, readinessSchema } from '../contract.ts';
import type { ServerDeps } from '../deps.ts';
import { answers } from './answers.ts';

const config = { public: true };
const tags = ['server'];

const health = {
  operationId: 'health',
  summary: 'Whether the server lives',
  tags,
  security: [],
  response: answers(healthSchema),
};

const readiness = {
  operationId: 'readiness',
  summary: 'Whether predictions can be answered',
  tags,
  security: [],
  response: answers(readinessSchema),
};

export function healthRoutes(app: FastifyInstance, deps: Pick<ServerDeps, 'ready'>): void {
  app.get('/healthz', { schema: health, config }, () => ({ status: 'ok' }));
  app.get('/readyz', { schema: readiness, config }, async () => {
    await deps.ready().catch((error: unknown) => {
      throw withoutParticulars(error);
    });
    return { status: 'ready' };
  });
}

/** The bare meaning of an error, since whoever asks here has shown no key. */
function withoutParticulars(error: unknown): unknown {
  const { code } = asTidewatchError(error);
  return code === 'internal' ? error : new TidewatchError(code, CATALOGUE[code].meaning, { cause: error });
}
