/** /api/v1/clients/:id: all about one client, notes on it, and how it ended. */
import type { FastifyInstance } from 'fastify';
import type { ClientNoteRequest, OutcomeRequest } from '../contract.ts';
import {
  clientNoteRequestSchema,
  clientNoteSchema,
  clientSchema,
  outcomeRequestSchema,
  outcomeSchema,
} from '../contract.ts';
import type { DashboardDeps } from '../dashboard-deps.ts';
import { jsonSchemaOf } from '../json-schema.ts';
import { answers } from './answers.ts';

const tags = ['clients'];
const params = {
  type: 'object',
  properties: { id: { type: 'string', minLength: 1, maxLength: 255, description: 'Id of the client.' } },
  required: ['id'],
};

const show = {
  operationId: 'client',
  summary: 'All about one client',
  description:
    'Its risk and every reason, how its score has gone, what would have to change, and what people say of it.',
  tags,
  params,
  response: answers(clientSchema),
};

const note = {
  operationId: 'addClientNote',
  summary: 'Add a note on a client',
  description: 'Notes are added and never changed.',
  tags,
  params,
  body: jsonSchemaOf(clientNoteRequestSchema, 'input'),
  response: answers(clientNoteSchema, { status: 201, takesBody: true }),
};

const outcome = {
  operationId: 'addOutcome',
  summary: 'Say how it ended',
  description:
    'left takes the client off the list at once, stayed puts it back. Both become its label: the next run adds its ' +
    'row with that label to the input folder. contacted is kept alone.',
  tags,
  params,
  body: jsonSchemaOf(outcomeRequestSchema, 'input'),
  response: answers(outcomeSchema, { status: 201, takesBody: true }),
};

export function clientRoutes(
  app: FastifyInstance,
  deps: Pick<DashboardDeps, 'client' | 'addClientNote' | 'addOutcome'>,
): void {
  app.get<{ Params: { id: string } }>('/api/v1/clients/:id', { schema: show }, (request) =>
    deps.client(request.params.id),
  );
  app.post<{ Params: { id: string }; Body: ClientNoteRequest }>(
    '/api/v1/clients/:id/notes',
    { schema: note },
    async (request, reply) => reply.code(201).send(await deps.addClientNote(request.params.id, request.body)),
  );
  app.post<{ Params: { id: string }; Body: OutcomeRequest }>(
    '/api/v1/clients/:id/outcome',
    { schema: outcome },
    async (request, reply) => reply.code(201).send(await deps.addOutcome(request.params.id, request.body)),
  );
}
