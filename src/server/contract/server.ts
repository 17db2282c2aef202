/** The server itself: its health and what it has. */
import { z } from 'zod';
import type { Immutable } from './immutable.ts';

export const healthSchema = z.strictObject({ status: z.literal('ok') });
export const readinessSchema = z.strictObject({ status: z.literal('ready') });

export const homeSchema = z.strictObject({
  name: z.string(),
  version: z.string(),
  docs: z.string().describe('Path of the OpenAPI page.'),
  routes: z.array(z.strictObject({ method: z.string(), path: z.string(), summary: z.string() })),
});

export type Home = Immutable<z.output<typeof homeSchema>>;
