/** The shape of a drift reference, for model files that come from outside. */
import { z } from 'zod';

const count = z.int().min(0);

/** Refuses also counts that do not fit the edges or levels, and edges that do not rise. */
export const driftReferenceSchema = z.strictObject({
  rows: count,
  columns: z.array(
    z.discriminatedUnion('kind', [
      z
        .strictObject({
          kind: z.literal('numeric'),
          name: z.string().min(1),
          rows: count,
          missing: count,
          range: z
            .strictObject({ min: z.number(), max: z.number(), mean: z.number(), std: z.number().min(0) })
            .nullable(),
          edges: z.array(z.number()).max(253),
          counts: z.array(count),
          atoms: z.boolean(),
        })
        .refine(
          ({ edges, counts }) => counts.length === edges.length + 2,
          'counts must be two more than edges',
        )
        .refine(
          ({ edges }) => edges.every((edge, k) => k === 0 || edge > (edges[k - 1] as number)),
          'edges must rise',
        ),
      z
        .strictObject({
          kind: z.literal('categorical'),
          name: z.string().min(1),
          rows: count,
          missing: count,
          levels: z.array(z.string()),
          counts: z.array(count),
          pooled: z.strictObject({ levels: count, rows: count }),
          singletons: count,
        })
        .refine(({ levels, counts }) => counts.length === levels.length, 'counts must be as many as levels'),
    ]),
  ),
});
