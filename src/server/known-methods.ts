/** Which methods a path takes, for calls that come with another one. */
import type { FastifyInstance, RouteOptions } from 'fastify';

/** The methods of the path, in the order of the alphabet; none: there is nothing at the path. */
export type MethodsAt = (path: string) => readonly string[];

/** Learns the routes that are added from now on. */
export function learnMethods(app: FastifyInstance): MethodsAt {
  const routes: { readonly url: string; readonly pattern: RegExp; readonly methods: readonly string[] }[] =
    [];
  app.addHook('onRoute', ({ url, method }: RouteOptions) => {
    routes.push({ url, pattern: patternOf(url), methods: [method].flat() });
  });
  return (path) => {
    const exact = routes.filter(({ url }) => url === path);
    const found = exact.length > 0 ? exact : routes.filter(({ pattern }) => pattern.test(path));
    return [...new Set(found.flatMap(({ methods }) => methods))].sort();
  };
}

/** `/models/:version/notes` and `/docs/static/*` as expressions, each part of a path looked at once. */
function patternOf(url: string): RegExp {
  const parts = url
    .split('/')
    .map((part) =>
      part
        .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
        .replace(/:\w+|\*/, (hole) => (hole === '*' ? '.*' : '[^/]+')),
    );
  return new RegExp(`^${parts.join('/')}$`);
}
