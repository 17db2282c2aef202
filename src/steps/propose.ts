/** Propose: looks at client data files and says which column is what, before there is a workspace. */

import { isUtf8 } from 'node:buffer';
import { existsSync, rmSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { asTidewatchError, isErrno, isMachineFailure, TidewatchError } from '../base/errors.ts';
import { sha256File } from '../base/hash.ts';
import { quotedList } from '../base/near-columns.ts';
import type { Progress } from '../base/progress.ts';
import { quoted } from '../base/shorten.ts';
import type { ProposalWishes } from '../core/propose/column-verdict.ts';
import { type Proposal, propose as proposeColumns } from '../core/propose/proposal.ts';
import { TableTally } from '../core/propose/table-tally.ts';
import { listDataFiles } from '../engine/compile/input-folder.ts';
import { FileRefused } from '../engine/csv/file-refused.ts';
import { fieldText, type HeaderMatch } from '../engine/csv/header.ts';
import { readNumberText, typedNumberText } from '../engine/csv/number-text.ts';
import { otherSeparator } from '../engine/csv/other-separator.ts';
import { BARE, TYPED } from '../engine/csv/record-reader.ts';
import type { RecordView } from '../engine/csv/record-view.ts';
import { isTimeText } from '../engine/csv/time-text.ts';
import { DATA_ENDINGS_TEXT, hasObjects, isParquet } from '../engine/data-endings.ts';
import { readNdjsonKeys } from '../engine/ndjson/read-ndjson-keys.ts';
import type { TableContract } from '../engine/port.ts';
import { readTable } from '../engine/read-table.ts';

export interface ProposeOptions {
  /** Files of data, or folders of them. All must have the same header, or the same keys. */
  readonly paths: readonly string[];
  readonly wishes: ProposalWishes;
  /** Texts that mean "missing" in numeric columns. */
  readonly missingTexts: readonly string[];
  readonly seed: number;
  readonly progress: Progress;
  /** As Engine.copyOf; asked for Parquet alone. */
  readonly copyOf: (path: string) => Promise<string>;
}

export interface FileProposal extends Proposal {
  /** The files read, in order: absolute path and hex SHA-256. */
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
  /** Records that are no rows of the table (wrong number of fields, damaged quotes, not UTF-8). */
  readonly damaged: number;
  /** The sheet of a workbook that has several tables; null: there is no such workbook. */
  readonly sheet: string | null;
}

/** A contract that asks for nothing, so that any header fits. */
const ANY_TABLE: TableContract = Object.freeze({
  columns: [],
  positive: '1',
  negative: '0',
  missingTexts: [],
});

/**
 * Reads the files once (JSON twice, as its keys must be known first), in constant memory. Nothing is written.
 * @throws TidewatchError not-found, input-empty or input-unreadable with the file and what to do; and those of
 * `propose` in core.
 */
export async function propose(options: ProposeOptions): Promise<FileProposal> {
  const files: { path: string; sha256: string }[] = [];
  const pass = new Pass(options);
  for (const path of findFiles(options.paths)) {
    try {
      files.push({ path, sha256: await pass.read(path) });
    } catch (error) {
      throw explain(error, path);
    }
  }
  const { tally, damaged, firstDamage, sheet } = pass;
  if (tally === null) throw new TidewatchError('input-empty', 'There is no data file to look at.');
  const proposal = proposeColumns(tally, options.wishes);
  const note =
    firstDamage === null
      ? []
      : [`${damaged} lines are no rows (the first: ${firstDamage}); they will be quarantined.`];
  return { ...proposal, notes: [...proposal.notes, ...pass.notes, ...note], files, damaged, sheet };
}

/** The pass over all files. */
class Pass {
  tally: TableTally | null = null;
  damaged = 0;
  firstDamage: string | null = null;
  sheet: string | null = null;
  readonly notes: string[] = [];
  private readonly options: ProposeOptions;
  private fields: string[] = [];

  constructor(options: ProposeOptions) {
    this.options = options;
  }

  /** Adds a file; resolves to its hash. */
  async read(path: string): Promise<string> {
    const { progress } = this.options;
    if (isParquet(path)) return this.readCopy(path);
    const total = statSync(path).size;
    const names = hasObjects(path) ? await readNdjsonKeys(path, this.tally?.names ?? []) : null;
    const summary = await readTable(path, {
      contract: names === null ? ANY_TABLE : tableOf(names),
      targetOptional: true,
      onHeader: ({ extraColumns, raw, sheet }) => {
        if (sheet !== undefined) this.takeSheet(path, sheet);
        this.begin(path, names ?? extraColumns, sheet === undefined ? raw : null);
      },
      onRow: (bytes, reader, line) => this.add(path, bytes, reader, line),
      onBytes: async (done) =>
        progress({ label: `looking at ${basename(path)}`, done, total, unit: 'bytes' }),
    });
    return summary.sha256;
  }

  /** Adds a file that the engine has to unpack. */
  private async readCopy(path: string): Promise<string> {
    const copy = await this.options.copyOf(path);
    try {
      await readTable(copy, {
        contract: ANY_TABLE,
        targetOptional: true,
        isTyped: true,
        onHeader: ({ extraColumns }) => this.begin(path, extraColumns, null),
        onRow: (bytes, reader, line) => this.add(path, bytes, reader, line),
      });
      return await sha256File(path);
    } finally {
      rmSync(copy, { force: true });
    }
  }

  /** The configuration names the sheet where a workbook has several tables, since the rows of the others are not read. */
  private takeSheet(path: string, { name, others }: NonNullable<HeaderMatch['sheet']>): void {
    if (others.length === 0) return;
    this.sheet ??= name;
    this.notes.push(
      `of ${basename(path)} the sheet ${quoted(name)} is read; ${quotedList(others)} ${others.length === 1 ? 'is' : 'are'} not. ` +
        'Another is read with "input": {"sheet": ...} in config.json.',
    );
  }

  private begin(path: string, names: readonly string[], raw: string | null): void {
    if (raw !== null) refuseOtherSeparator(names, raw);
    if (this.tally === null) {
      const { missingTexts, seed, wishes } = this.options;
      const missing = new Set(['', ...missingTexts]);
      const rules = { missing, parseNumber: readNumberText, isTime: isTimeText };
      this.tally = new TableTally(names, { target: wishes.target, rules, seed });
      this.fields = names.map(() => '');
    } else refuseOtherHeader(path, names, this.tally.names);
  }

  private add(path: string, bytes: Uint8Array, reader: RecordView, line: number): void {
    const { fields, tally } = this;
    const isDamaged =
      reader.damage !== null ||
      reader.fields !== fields.length ||
      (reader.beyondAscii && !isUtf8(bytes.subarray(reader.start, reader.end)));
    if (isDamaged) {
      this.damaged++;
      this.firstDamage ??= `${basename(path)}, line ${line}`;
      return;
    }
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let field = 0; field < fields.length; field++) {
      const quoting = reader.quoting[field];
      const text =
        !reader.beyondAscii && (quoting === BARE || quoting === TYPED)
          ? buffer.toString('latin1', reader.starts[field], reader.ends[field])
          : fieldText(bytes, reader, field);
      fields[field] = quoting === TYPED ? typedNumberText(text) : text;
    }
    tally?.add(fields);
  }
}

/** Columns of which every text is taken as it is. */
function tableOf(names: readonly string[]): TableContract {
  return { ...ANY_TABLE, columns: names.map((name) => ({ name, role: 'categorical' })) };
}

function findFiles(paths: readonly string[]): string[] {
  return paths.flatMap((given) => {
    const path = resolve(given);
    if (!existsSync(path)) {
      throw new TidewatchError(
        'not-found',
        `${path} is not there. Name a file of data (${DATA_ENDINGS_TEXT}), or a folder of them.`,
        {
          details: { path },
        },
      );
    }
    return statSync(path).isDirectory() ? listDataFiles(path, path) : [path];
  });
}

function refuseOtherSeparator(names: readonly string[], raw: string): void {
  const reason = otherSeparator(names, raw, []);
  if (reason !== null) throw new FileRefused('input-unreadable', reason);
}

function refuseOtherHeader(path: string, names: readonly string[], expected: readonly string[]): void {
  const at = expected.findIndex((name, index) => names[index] !== name);
  if (at < 0 && names.length === expected.length) return;
  const column = at < 0 ? expected.length : at;
  throw new FileRefused(
    'input-unreadable',
    `its header differs from that of the first file: column ${column + 1} is ${quoted(names[column] ?? '(none)')}, expected ${quoted(expected[column] ?? '(none)')}. Files that are looked at together have the same columns in the same order (${basename(path)} can be left out)`,
  );
}

function explain(error: unknown, path: string): TidewatchError {
  if (error instanceof TidewatchError) return error;
  const details = { details: { path }, cause: error };
  if (error instanceof FileRefused) {
    const code = /is empty|only empty lines/.test(error.message) ? 'input-empty' : error.kind;
    return new TidewatchError(code, `${path} cannot be taken: ${error.message}.`, details);
  }
  const absent = isErrno(error) && error.code === 'ENOENT';
  if (!absent && isMachineFailure(error)) return asTidewatchError(error);
  const reason = error instanceof Error ? error.message : String(error);
  return new TidewatchError('input-unreadable', `${path} cannot be read: ${reason}.`, details);
}
