/** Diagnostics: what a run measured of the data, the steps and the installation. */
import type { Kysely } from 'kysely';
import { diagnosticsCodec } from '../codecs/diagnostics-codec.ts';
import type { DiagnosticsRecord, DiagnosticsStore } from '../port/diagnostics.ts';
import type { Tables } from '../tables.ts';
import { fromJson, toJson } from './json.ts';

export function createDiagnostics(db: Kysely<Tables>): DiagnosticsStore {
  return {
    recordDiagnostics: (diagnostics) => recordDiagnostics(db, diagnostics),
    latestDiagnostics: () => latestDiagnostics(db),
  };
}

async function recordDiagnostics(db: Kysely<Tables>, diagnostics: DiagnosticsRecord): Promise<void> {
  await db
    .insertInto('diagnostics')
    .values({
      runId: diagnostics.runId,
      createdAt: diagnostics.createdAt,
      snapshotId: diagnostics.snapshotId,
      values: toJson(diagnosticsCodec.encode(diagnostics.values)),
    })
    .execute();
}

async function latestDiagnostics(db: Kysely<Tables>): Promise<DiagnosticsRecord | null> {
  const row = await db
    .selectFrom('diagnostics')
    .selectAll()
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { seq, ...record } = row;
  const place = `The diagnostics of run ${record.runId} in the state store`;
  return { ...record, values: diagnosticsCodec.decode(fromJson(record.values), place) };
}
