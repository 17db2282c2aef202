/** GET /: says what this server is and which calls it takes. */
import type { FastifyInstance, RouteOptions } from 'fastify';
import type { Home } from '../contract.ts';
import { homeSchema } from '../contract.ts';
import { answers } from './answers.ts';

const schema = {
  operationId: 'home',
  summary: 'What is here',
  tags: ['server'],
  response: answers(homeSchema),
};

/** Adds the route; call it before the other routes, so that it sees them. */
export function homeRoute(app: FastifyInstance, version: string): void {
  const routes: Home['routes'][number][] = [];
  app.addHook('onRoute', (route) => {
    if (isOfTheApi(route)) routes.push(entryOf(route));
  });
  const home: Home = { name: 'tidewatch', version, docs: '/docs', routes };
  app.get('/', { schema }, () => home);
}

function isOfTheApi(route: RouteOptions): boolean {
  return route.schema !== undefined && route.schema.hide !== true && route.method !== 'HEAD';
}

/** Parameters of the path are written as /docs writes them: `{version}`. */
function entryOf(route: RouteOptions): Home['routes'][number] {
  const path = route.url.replace(/:(\w+)/g, '{$1}');
  return { method: String(route.method), path, summary: route.schema?.summary ?? '' };
}
