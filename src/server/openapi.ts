/** Describes the API in OpenAPI 3.1, at /docs as a page and at /docs/json as data. */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';

/** Registers the description; call it before the routes, so that it sees them. */
export async function describeApi(app: FastifyInstance, version: string, keyed: boolean): Promise<void> {
  await app.register(swagger, {
    refResolver: { buildLocalReference: (schema) => String(schema.$id) },
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Tidewatch',
        version,
        description:
          'Which clients are about to leave, how good the model is that says so, and on what data.',
      },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: 'Authorization: Bearer KEY' },
          apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        },
      },
      security: keyed ? [{ bearer: [] }, { apiKey: [] }] : [],
      tags: [
        { name: 'model', description: 'The deployed model.' },
        { name: 'clients', description: 'Whom to call today, and why.' },
        { name: 'data', description: 'The data and the system around it.' },
        { name: 'server', description: 'The server itself.' },
      ],
    },
  });
  await app.register(swaggerUi, { routePrefix: '/docs', theme: { title: 'Tidewatch API' } });
}
