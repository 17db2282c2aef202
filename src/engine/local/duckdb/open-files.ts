/** Opens files as they are: every row, in order, nothing dropped; a bad row refuses the whole. */

import { rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { asTidewatchError, isErrno, isMachineFailure, TidewatchError } from '../../../base/errors.ts';
import { quoted } from '../../../base/shorten.ts';
import { FileRefused } from '../../../formats/csv/file-refused.ts';
import { type HeaderMatch, renderRecord } from '../../../formats/csv/header.ts';
import { RowWriter, refuseMisread } from '../../../formats/csv/row-writer.ts';
import { contractFor, isOwnFile } from '../../../formats/own-file.ts';
import { readTable } from '../../../formats/read-table.ts';
import type { Table, TableSource } from '../../port.ts';
import { columnTypes } from '../compile/column-types.ts';
import { FinalFile } from '../compile/final-file.ts';
import { LineBuffer } from '../compile/line-buffer.ts';
import { withComputed } from './computed/compute-files.ts';
import type { Database } from './database.ts';
import { asCsv } from './parquet.ts';
import { readCanonicalCsv } from './sql.ts';
import { openRelation } from './table.ts';

type FilesSource = Extract<TableSource, { kind: 'files' }>;

/**
 * @throws TidewatchError value-invalid for a bad row, column-missing or input-unreadable for a bad file, each with
 * its place; rows-do-not-add-up where DuckDB reads another number of rows than was written.
 */
export async function openFiles(
  database: Database,
  source: FilesSource,
  maxUnpackedRatio: number,
): Promise<Table> {
  const { contract } = source;
  const path = join(database.folder, `${database.nextTable()}.csv`);
  const header = renderRecord(contract.columns.map((column) => column.name));
  const lines = new FinalFile(path, Buffer.from(`${header}\n`));
  try {
    const writer = new RowWriter({
      contract,
      negative: contract.negative,
      targetOptional: source.labels === 'optional',
    });
    const rows = await readFiles(database, { ...source, maxUnpackedRatio }, writer, lines);
    const negative = contract.negative ?? oneOtherLabel(writer, source);
    const columns = columnTypes(contract, negative, writer, rows);
    lines.finish();
    const relation = database.nextTable();
    await database.run(
      `create table ${relation} as select * from ${readCanonicalCsv(path, columns, writer.longestLine)}`,
    );
    const release = (): Promise<unknown> => database.run(`drop table if exists ${relation}`);
    const table = await openRelation(database, { relation, columns, contract, release });
    const { computed } = contract;
    if (table.rows === rows) {
      return computed ? await withComputed(database, { relation, columns, contract }, computed) : table;
    }
    await table.close();
    throw new TidewatchError(
      'rows-do-not-add-up',
      `${rows} rows were read from ${source.paths.join(', ')}, but DuckDB has ${table.rows}. Please report these files.`,
    );
  } finally {
    lines.close();
    rmSync(path, { force: true });
  }
}

async function readFiles(
  database: Database,
  source: FilesSource & { readonly maxUnpackedRatio: number },
  writer: RowWriter,
  lines: FinalFile,
): Promise<number> {
  const buffer = new LineBuffer((bytes) => lines.write(bytes));
  let rows = 0;
  for (const path of source.paths) {
    try {
      const csv = await asCsv(database, path, source.contract, source);
      let matched: HeaderMatch['matched'] = [];
      await readTable(csv, {
        maxUnpackedRatio: source.maxUnpackedRatio,
        contract: contractFor(path, source.contract),
        within: csv === path ? source.within : undefined,
        isTyped: csv !== path,
        targetOptional: source.labels === 'optional',
        onHeader: (header) => {
          matched = header.matched;
          writer.begin(header, isOwnFile(path));
        },
        onRow: (bytes, reader, line) => {
          buffer.reserve(writer.room(reader));
          const end = writer.write(bytes, reader, buffer.block, buffer.position);
          if (end < 0) throw badRow(path, line, writer);
          buffer.position = end;
          rows++;
        },
      });
      refuseMisread(writer);
      if (matched.length > 0) source.onMatched?.(matched);
    } catch (error) {
      throw explain(error, path);
    }
  }
  buffer.finish();
  return rows;
}

function badRow(path: string, line: number, writer: RowWriter): TidewatchError {
  const reasons = writer.refusals.map((refusal) => refusal.reason).join('; ');
  const columns = writer.refusals.flatMap((refusal) => refusal.column ?? []);
  return new TidewatchError(
    'value-invalid',
    `${path}, line ${line}: ${reasons}. Mend the line and run again; nothing of the file was used.`,
    { details: { file: basename(path), path, line, columns, reasons } },
  );
}

/** The label that is not positive, where the contract leaves it open. */
function oneOtherLabel(writer: RowWriter, source: FilesSource): string | null {
  const others = [...writer.labels.keys()];
  if (others.length < 2) return others[0] ?? null;
  const target = source.contract.columns.find((column) => column.role === 'target')?.name ?? '';
  const got = others.slice(0, 5).map(quoted).join(', ');
  throw new TidewatchError(
    'value-invalid',
    `${source.paths.join(', ')}, column ${target}: got the labels ${got} besides ${quoted(source.contract.positive)}; ` +
      'expected one other. Name it as `negative` in `columns` of config.json, or mend the files.',
    { details: { paths: source.paths, column: target, labels: others } },
  );
}

function explain(error: unknown, path: string): unknown {
  if (error instanceof FileRefused) {
    return new TidewatchError(error.kind, `${path}: ${error.message}.`, { details: { path }, cause: error });
  }
  const absent = isErrno(error) && error.code === 'ENOENT';
  if (error instanceof TidewatchError || (!absent && isMachineFailure(error))) return asTidewatchError(error);
  const why = absent ? 'there is no such file' : error instanceof Error ? error.message : String(error);
  return new TidewatchError('input-unreadable', `${path} cannot be read: ${why}.`, {
    details: { path },
    cause: error,
  });
}
