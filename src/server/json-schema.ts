/** Turns the zod schemas of the contract into the JSON schemas that Fastify compiles and the OpenAPI page shows. */
import { z } from 'zod';

const PLAIN = new Set(['string', 'number', 'integer', 'boolean', 'null']);

/** The JSON schema of a zod schema; a choice of plain types is written as one list of types, which is quicker to check. */
export function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    target: 'draft-7',
    io,
    override: ({ jsonSchema }) => mergePlainTypes(jsonSchema),
  });
  return rest;
}

function mergePlainTypes(schema: Record<string, unknown>): void {
  if (!Array.isArray(schema.anyOf)) return;
  const options: readonly Record<string, unknown>[] = schema.anyOf;
  const bounds = Object.assign({}, ...options) as Record<string, unknown>;
  const types = options.map((option) => option.type);
  if (!types.every((type) => typeof type === 'string' && PLAIN.has(type))) return;
  delete schema.anyOf;
  // Else null would be of a type that is taken, and no value that is.
  if (Array.isArray(bounds.enum) && types.includes('null')) bounds.enum = [...bounds.enum, null];
  Object.assign(schema, bounds, { type: types });
}
