/** What a snapshot keeps beside its counts: its columns. */
import { z } from 'zod';
import { createCodec, shapeOf } from '../../base/codec.ts';
import { snapshotColumn } from '../../engine/snapshot-column.ts';
import type { SnapshotRecord } from '../port/snapshots.ts';

type Columns = Pick<SnapshotRecord, 'columns'>;

/** Version 0 was the list by itself. */
export const columnsCodec = createCodec<Columns>({
  name: 'columns',
  schema: shapeOf<Columns>({ columns: z.array(snapshotColumn) }),
  upgrades: [(columns) => ({ columns })],
  remedy: 'Run "tidewatch ingest" again.',
});
