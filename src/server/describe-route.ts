/** The schemas of a route as Fastify compiles them and the description of the API shows them. */
import { CATALOGUE } from '../base/errors.ts';
import type { Route } from './contract/route.ts';
import { jsonSchemaOf } from './json-schema.ts';

/** Name under which the server keeps the schema of errors. */
export const ERROR_SCHEMA = 'Error';

type Schema = Record<string, unknown>;

export function describeRoute(name: string, route: Route): Schema {
  const { summary, description, params, query } = route;
  return {
    operationId: name,
    summary,
    ...(description === undefined ? {} : { description }),
    tags: [route.tag],
    ...(route.public === true ? { security: [] } : {}),
    ...(route.events === undefined ? {} : { produces: ['text/event-stream'] }),
    ...(params === undefined ? {} : { params: jsonSchemaOf(params, 'input') }),
    ...(query === undefined ? {} : { querystring: jsonSchemaOf(query, 'input') }),
    ...bodyOf(route),
    response: { ...errorsOf(route), ...answersOf(route) },
  };
}

function bodyOf({ body, csvBody }: Route): Schema {
  if (body === undefined) return {};
  if (csvBody === undefined) return { body: jsonSchemaOf(body, 'input') };
  const content = {
    'application/json': { schema: jsonSchemaOf(body, 'input') },
    'text/csv': { schema: jsonSchemaOf(csvBody, 'input') },
  };
  return { body: { content } };
}

/** By HTTP status: the answer, in each type that it comes in. */
function answersOf({ answer, csv, picture, events, status }: Route): Schema {
  if (picture !== undefined) {
    return {
      200: { description: 'The picture.', content: contentOf('image/svg+xml', picture) },
      304: { description: 'The picture is the one that If-None-Match names.', type: 'null' },
    };
  }
  if (events !== undefined) {
    return { 200: { description: 'The events.', content: contentOf('text/event-stream', events) } };
  }
  if (answer === undefined) return {};
  const description = 'The answer.';
  if (csv === undefined) return { [status ?? 200]: { description, ...jsonSchemaOf(answer, 'output') } };
  const content = { ...contentOf('application/json', answer), ...contentOf('text/csv', csv) };
  return { [status ?? 200]: { description, content } };
}

function contentOf(type: string, schema: NonNullable<Route['answer']>): Schema {
  return { [type]: { schema: jsonSchemaOf(schema, 'output') } };
}

function errorsOf({ errors }: Route): Schema {
  return Object.fromEntries(errors.map((status) => [status, errorAnswer(status)]));
}

function errorAnswer(status: number): Schema {
  const codes = Object.entries(CATALOGUE).filter(([, { http }]) => http === status);
  const description = `An error: ${codes.map(([code]) => code).join(', ')}.`;
  return { description, $ref: `${ERROR_SCHEMA}#` };
}
