/** Looks into a SQLite state store without changing a byte, whatever its age and health; for the doctor. */

import { evaluationOutlineCodec } from '../codecs/evaluation-codec.ts';
import { MIGRATION_NAMES } from '../migrations/migrate.ts';
import type { LeaseHolder } from '../port/leases.ts';
import type { InspectedRun, KeptPurpose, StoreInspection } from './inspection.ts';
import { column, modelNames, names, readSqlite, rows } from './read-sqlite.ts';
import type { SqliteFile } from './sqlite-connection.ts';

const RUNS = 50;

/**
 * Opens the file for reading and tells what is in it. A file that no process has open is read as one that nobody
 * changes, since SQLite would make files beside it otherwise; of one that is open only the shared memory is touched. Error `store-unavailable` where it is no database or
 * cannot be read; null where it is not there.
 */
export function inspectSqlite(path: string): StoreInspection | null {
  return readSqlite(path, (file) => {
    const applied = names(file, 'select name from kysely_migration order by name');
    const lacking = MIGRATION_NAMES.filter((name) => !applied.includes(name));
    return {
      damage: column(file, 'pragma quick_check(20)', 'quick_check').filter((line) => line !== 'ok'),
      lacking,
      unknown: applied.filter((name) => !MIGRATION_NAMES.includes(name)),
      lease: (rows(
        file,
        `select owner, acquired_at as acquiredAt, expires_at as expiresAt from leases where name = 'run' and owner <> ''`,
      )[0] ?? null) as LeaseHolder | null,
      runs: rows(
        file,
        `select id, verb, started_by as startedBy, started_at as startedAt, status, error_code as errorCode,
           error_message as errorMessage from runs order by seq desc limit ${RUNS}`,
      ) as unknown as InspectedRun[],
      testScores: newestTestScores(file),
      judged: names(file, `select distinct model_version as name from checks where kind = 'gate'`),
      models: modelNames(file),
      deployments: names(file, `select id as name from deployments order by seq desc limit ${RUNS}`),
      // A store of an older version has no such column.
      keptRows: lacking.length > 0 ? new Map() : keptRows(file),
      server: null,
    };
  });
}

function keptRows(file: SqliteFile): StoreInspection['keptRows'] {
  const records = [
    ...rows(file, `select reference, 'scoring' as purpose from scorings where reference is not null`),
    ...rows(file, 'select reference, purpose from watched_rows where reference is not null'),
  ];
  return new Map(records.map(({ reference, purpose }) => [String(reference), purpose as KeptPurpose]));
}

function newestTestScores(file: SqliteFile): StoreInspection['testScores'] {
  const scores = rows(
    file,
    `select model_version as model, metrics from scores where dataset = 'test' order by seq desc limit ${RUNS * 20}`,
  );
  return new Map(
    scores.toReversed().map(({ model, metrics }) => {
      const place = `The newest score of model ${model} in the state store`;
      return [String(model), evaluationOutlineCodec.decode(JSON.parse(String(metrics)), place)];
    }),
  );
}
