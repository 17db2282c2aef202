/** The shape of a column of a snapshot, as it is kept. */
import { z } from 'zod';
import { shapeOf } from '../base/codec.ts';
import { COLUMN_ROLES } from '../formats/contract/table-contract.ts';
import type { SnapshotColumn } from './port.ts';

export const snapshotColumn = shapeOf<SnapshotColumn>({
  name: z.string(),
  role: z.enum(COLUMN_ROLES),
  type: z.enum(['integer', 'double', 'text', 'timestamp']),
  computed: z.literal(true).optional(),
});
