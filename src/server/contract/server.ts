/** The server itself: its health and what it has. */
import { z } from 'zod';
import type { Immutable } from './immutable.ts';
import { route } from './route.ts';

export const healthSchema = z.strictObject({ status: z.literal('ok') });
export const readinessSchema = z.strictObject({ status: z.literal('ready') });

export const homeSchema = z.strictObject({
  name: z.string(),
  version: z.string(),
  docs: z.string().describe('Path of the OpenAPI page.'),
  routes: z.array(z.strictObject({ method: z.string(), path: z.string(), summary: z.string() })),
});

export const homeRoutes = {
  home: route({ method: 'GET', path: '/', summary: 'What is here', tag: 'server', answer: homeSchema }),
};

export const healthRoutes = {
  health: route({
    method: 'GET',
    path: '/healthz',
    summary: 'Whether the server lives',
    tag: 'server',
    answer: healthSchema,
    public: true,
  }),
  readiness: route({
    method: 'GET',
    path: '/readyz',
    summary: 'Whether predictions can be answered',
    tag: 'server',
    answer: readinessSchema,
    public: true,
  }),
};

export type Home = Immutable<z.output<typeof homeSchema>>;
