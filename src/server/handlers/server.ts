/** What this server is, whether its process lives, and whether it can answer predictions. */
import { asTidewatchError, CATALOGUE, TidewatchError } from '../../base/errors.ts';
import type { Route } from '../contract/route.ts';
import type { healthRoutes, homeRoutes } from '../contract/server.ts';
import { type Home, ROUTES } from '../contract.ts';
import type { Handlers } from '../handler.ts';

export function homeHandlers(version: string): Handlers<typeof homeRoutes> {
  const routes = Object.values<Route>(ROUTES).map(({ method, path, summary }) => ({
    method,
    // Parameters are written as /docs writes them.
    path: path.replace(/:(\w+)/g, '{$1}'),
    summary,
  }));
  const home: Home = { name: 'tidewatch', version, docs: '/docs', routes };
  return { home: async () => home };
}

/** `ready` resolves when predictions can be answered, and rejects with the reason when not. */
export function healthHandlers(ready: () => Promise<void>): Handlers<typeof healthRoutes> {
  return {
    health: async () => ({ status: 'ok' }),
    readiness: async () => {
      await ready().catch((error: unknown) => {
        throw withoutParticulars(error);
      });
      return { status: 'ready' };
    },
  };
}

/** The bare meaning of an error, since whoever asks here has shown no key. */
function withoutParticulars(error: unknown): unknown {
  const { code } = asTidewatchError(error);
  return code === 'internal' ? error : new TidewatchError(code, CATALOGUE[code].meaning, { cause: error });
}
