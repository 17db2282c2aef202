/** Adds every call of the contract to the server, each with its handler. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Api } from './api.ts';
import type { Route } from './contract/route.ts';
import { errorSchema, ROUTES } from './contract.ts';
import { describeRoute, ERROR_SCHEMA } from './describe-route.ts';
import { createEventStreams } from './event-stream.ts';
import { CsvFile, type EventFeed, type Picture } from './handler.ts';
import { jsonSchemaOf } from './json-schema.ts';
import { queryValidator } from './query-validator.ts';
import { sendCsv } from './send-csv.ts';
import { sendPicture } from './send-picture.ts';

/** A handler whose types are forgotten: what a route takes is checked before, what it answers is by the compiler. */
type AnyHandler = (input: unknown) => unknown;
type Send = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

export function addRoutes(app: FastifyInstance, api: Api): void {
  app.addSchema({ $id: ERROR_SCHEMA, ...jsonSchemaOf(errorSchema, 'output') });
  const stream = createEventStreams(app);
  const handlers = api as Readonly<Record<string, AnyHandler>>;
  for (const [name, route] of Object.entries<Route>(ROUTES)) {
    const handle = handlers[name];
    if (handle === undefined) throw new Error(`no handler of ${name}`);
    app.route({
      method: route.method,
      url: route.path,
      schema: describeRoute(name, route),
      ...(route.public === true ? { config: { public: true } } : {}),
      ...(route.query === undefined ? {} : { validatorCompiler: validatorOf(route.query) }),
      handler: senderOf(route, handle, stream),
    });
  }
}

/** The query is read by its schema. What names a thing in the path is for the handler, which knows what is near it. */
function validatorOf(query: z.ZodType): ReturnType<typeof queryValidator> {
  const check = queryValidator(query);
  return (part) => (part.httpPart === 'querystring' ? check(part) : (value: unknown) => ({ value }));
}

function senderOf(route: Route, handle: AnyHandler, stream: ReturnType<typeof createEventStreams>): Send {
  const ask = ({ params, query, body }: FastifyRequest): unknown => handle({ params, query, body });
  if (route.events !== undefined) {
    return (request, reply) => stream(request, reply, ask(request) as EventFeed<{ readonly kind: string }>);
  }
  if (route.picture !== undefined) {
    return async (request, reply) => sendPicture(request, reply, (await ask(request)) as Picture);
  }
  return async (request, reply) => {
    const answer = await ask(request);
    if (answer instanceof CsvFile) return sendCsv(reply, answer);
    return reply.code(route.status ?? 200).send(answer);
  };
}
