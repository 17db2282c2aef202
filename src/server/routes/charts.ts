/** GET /api/v1/charts/{name}.svg: the charts of the deployed model, drawn once and asked for again only when they change. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { TidewatchError } from '../../base/errors.ts';
import { nearestNames } from '../../base/nearest.ts';
import { CHARTS } from '../../report/charts/catalogue.ts';
import { CHART_NAMES } from '../../report/charts/chart-names.ts';
import { type ChartQuery, chartParamsSchema, chartQuerySchema, chartSchema } from '../contract.ts';
import type { ServerDeps } from '../deps.ts';
import { jsonSchemaOf } from '../json-schema.ts';
import { queryValidator } from '../query-validator.ts';
import { answers } from './answers.ts';

const names = CHART_NAMES.map((name) => `${name}: ${CHARTS[name].summary}`).join(' ');

const schema = {
  operationId: 'chart',
  summary: 'A chart of the deployed model',
  description:
    'Drawn from stored values; where there is nothing to show yet, the picture says so. The ETag changes when a ' +
    `value does. ${names}`,
  tags: ['model'],
  params: jsonSchemaOf(chartParamsSchema, 'input'),
  querystring: jsonSchemaOf(chartQuerySchema, 'input'),
  response: {
    ...answers(chartSchema),
    200: {
      description: 'The picture.',
      content: { 'image/svg+xml': { schema: jsonSchemaOf(chartSchema, 'output') } },
    },
    304: { description: 'The picture is the one that If-None-Match names.', type: 'null' },
  },
};

type ChartRequest = FastifyRequest<{ Params: { name: string }; Querystring: ChartQuery }>;

export function chartRoute(app: FastifyInstance, deps: Pick<ServerDeps, 'chart'>): void {
  app.get<{ Params: { name: string }; Querystring: ChartQuery }>(
    '/api/v1/charts/:name.svg',
    { schema, validatorCompiler: validatorOf },
    (request, reply) => answer(request, reply, deps),
  );
}

/** The query is checked here; the name below, where its neighbours can be told. */
const checkQuery = queryValidator(chartQuerySchema);
const validatorOf: typeof checkQuery = (part) =>
  part.httpPart === 'querystring' ? checkQuery(part) : (value: unknown) => ({ value });

async function answer(
  { params, query, headers }: ChartRequest,
  reply: FastifyReply,
  deps: Pick<ServerDeps, 'chart'>,
): Promise<FastifyReply> {
  const { etag, draw } = await deps.chart(nameOf(params.name), query.theme);
  const tag = `"${etag}"`;
  // A copy may be kept, and is asked for again before every use.
  reply.header('etag', tag).header('cache-control', 'private, no-cache');
  if (named(headers['if-none-match']).includes(tag)) return reply.code(304).send();
  return reply.type('image/svg+xml; charset=utf-8').send(await draw());
}

function nameOf(text: string): (typeof CHART_NAMES)[number] {
  const name = CHART_NAMES.find((each) => each === text);
  if (name !== undefined) return name;
  const nearest = nearestNames(text, CHART_NAMES, 3);
  throw new TidewatchError(
    'not-found',
    `There is no chart of that name.${nearest.length === 0 ? '' : ` Near it: ${nearest.join(', ')}.`} There are: ` +
      `${CHART_NAMES.join(', ')}.`,
    { details: { nearest, charts: CHART_NAMES } },
  );
}

/** The tags of an If-None-Match header; weak ones count as well (RFC 9110, 13.1.2). */
function named(header: string | undefined): string[] {
  return (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
}
