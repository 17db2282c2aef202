/** Propose: looks at client data files and says which column is what, before there is a workspace. */

import { existsSync, rmSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { asTidewatchError, isErrno, isMachineFailure, TidewatchError } from '../base/errors.ts';
import { sha256File } from '../base/hash.ts';
import { quotedList } from '../base/near-columns.ts';
import type { Progress } from '../base/progress.ts';
import { quoted } from '../base/shorten.ts';
import type { ConfigInput } from '../config/schema.ts';
import type { ProposalWishes } from '../core/propose/column-verdict.ts';
import { type Proposal, propose as proposeColumns } from '../core/propose/proposal.ts';
import { TableTally } from '../core/propose/table-tally.ts';
import { numberReader, PLAIN_STYLE } from '../core/values/number-style.ts';
import type { Reading, TableContract } from '../formats/contract/table-contract.ts';
import type { Dialect } from '../formats/csv/dialect.ts';
import { FileRefused } from '../formats/csv/file-refused.ts';
import { fieldText, type HeaderMatch } from '../formats/csv/header.ts';
import { typedNumberText } from '../formats/csv/number-text.ts';
import type { TableReading } from '../formats/csv/read-csv-table.ts';
import { recordFault } from '../formats/csv/record-fault.ts';
import { BARE, LOOSE, TYPED } from '../formats/csv/record-reader.ts';
import type { RecordView } from '../formats/csv/record-view.ts';
import { isTimeText } from '../formats/csv/time-text.ts';
import { DATA_ENDINGS_TEXT, hasObjects, isParquet } from '../formats/data-endings.ts';
import {
  AS_FILES_SHOW,
  type PlainWriter,
  plainWriters,
  readingOf,
  type ValueOptions,
  ValueWatch,
  withReading,
} from '../formats/found-reading.ts';
import { listDataFiles } from '../formats/input-folder.ts';
import { readNdjsonKeys } from '../formats/ndjson/read-ndjson-keys.ts';
import { readTable } from '../formats/read-table.ts';

export interface ProposeOptions {
  /** Files of data, or folders of them. All must have the same header, or the same keys. */
  readonly paths: readonly string[];
  readonly wishes: ProposalWishes;
  /** Texts that mean "missing" in numeric columns. */
  readonly missingTexts: readonly string[];
  /** What is said of how CSV files are written; what is not is found in each. */
  readonly reading?: Partial<Reading>;
  readonly seed: number;
  /** What is said of how values are written; what is not is found in them. */
  readonly values?: ValueOptions;
  readonly progress: Progress;
  /** As Engine.copyOf; asked for Parquet alone. */
  readonly copyOf: (path: string) => Promise<string>;
}

export interface FileProposal extends Omit<Proposal, 'dates'> {
  /** The files read, in order. */
  readonly files: readonly ProposedFile[];
  /** `input` of the configuration, as far as it is not what is found in each file by itself. */
  readonly input: NonNullable<ConfigInput['input']>;
  /** The first rows as they were read, a text a column in the order of `decisions`. */
  readonly sample: readonly (readonly string[])[];
  /** Records that are no rows of the table (wrong number of fields, damaged quotes, not UTF-8). */
  readonly damaged: number;
}

export interface ProposedFile {
  /** Absolute. */
  readonly path: string;
  /** Hex. */
  readonly sha256: string;
  /** How it is written; null: its format has only one way. */
  readonly reading: Dialect | null;
  /** The sheet that is read of a workbook; null: it is none. */
  readonly sheet: string | null;
}

/** Rows that are shown. */
const SAMPLE_ROWS = 3;
/** Reasons for which lines are no rows that are told apart. */
const MAX_REASONS = 3;

/** Nothing is set: all is found in each file. */
const FOUND: Reading = Object.freeze({
  delimiter: null,
  encoding: null,
  skipLines: null,
  descriptionLines: 0,
  decimal: '.',
  thousands: null,
  sheet: null,
});

/** A contract that asks for nothing, so that any header fits. */
const ANY_TABLE: TableContract = Object.freeze({
  columns: [],
  positive: '1',
  negative: '0',
  missingTexts: [],
});

/**
 * Reads the files in constant memory, once, JSON twice, as its keys must be known first, and once more where numbers
 * or dates are not written plainly. Nothing is written.
 * @throws TidewatchError not-found, input-empty or input-unreadable with the file and what to do; and those of
 * `propose` in core.
 */
export async function propose(options: ProposeOptions): Promise<FileProposal> {
  const paths = findFiles(options.paths);
  const first = new Pass(options, null);
  const files = await first.readAll(paths);
  const { tally, watch } = first;
  if (tally === null || watch === null) {
    throw new TidewatchError('input-empty', 'There is no data file to look at.');
  }
  const choice = readingOf(tally, watch, options.values ?? AS_FILES_SHOW, options.wishes);
  const writers = plainWriters(tally.names, watch.tallies, choice);
  const second = writers === null ? first : new Pass(options, writers);
  if (writers !== null) await second.readAll(paths);
  const { damage, sample, sheet } = second;
  const { dates: found, ...proposal } = withReading(
    proposeColumns(second.tally ?? tally, options.wishes),
    choice,
  );
  const notes = [...proposal.notes, ...second.notes, ...damage.notes()];
  const dates = { ...found, ...proposal.input.dates };
  const input = {
    ...inputOf(files, options.reading ?? {}),
    ...proposal.input,
    ...(sheet === null ? {} : { sheet }),
    ...(Object.keys(dates).length === 0 ? {} : { dates }),
  };
  return { ...proposal, notes, files, damaged: damage.lines, input, sample };
}

/** Lines above and under the header are not found by a later run where a file lacks columns, so they are written down. */
function inputOf(files: readonly ProposedFile[], told: Partial<Reading>): FileProposal['input'] {
  const readings = files.flatMap(({ reading }) => reading ?? []);
  const above = [...new Set(readings.map(({ skipLines }) => skipLines))];
  const under = Math.max(0, ...readings.map(({ descriptionLines }) => descriptionLines));
  const [skipLines = 0] = above;
  return {
    ...(told.delimiter == null ? {} : { delimiter: told.delimiter }),
    ...(told.encoding == null ? {} : { encoding: told.encoding }),
    ...(above.length === 1 && skipLines > 0 ? { skip_lines: skipLines } : {}),
    ...(under === 0 ? {} : { description_lines: under }),
  };
}

/** Lines that are no rows, by reason. */
class Damage {
  lines = 0;
  private readonly reasons = new Map<string, { lines: number; readonly first: string }>();

  add(reason: string, place: string): void {
    this.lines++;
    const known = this.reasons.get(reason);
    if (known !== undefined) known.lines++;
    else if (this.reasons.size < MAX_REASONS) this.reasons.set(reason, { lines: 1, first: place });
  }

  notes(): string[] {
    if (this.lines === 0) return [];
    const told = [...this.reasons].map(
      ([reason, { lines, first }]) => `${lines} (the first: ${first}): ${reason}`,
    );
    const rest = this.lines - [...this.reasons.values()].reduce((sum, { lines }) => sum + lines, 0);
    const others = rest === 0 ? [] : [`${rest} for other reasons`];
    return [`${this.lines} lines are no rows and will be quarantined. ${[...told, ...others].join('; ')}.`];
  }
}

/** The pass over all files. */
class Pass {
  tally: TableTally | null = null;
  readonly damage = new Damage();
  readonly sample: string[][] = [];
  readonly notes: string[] = [];
  /** null: the values are written plainly by now. */
  watch: ValueWatch | null = null;
  sheet: string | null = null;
  private readonly options: ProposeOptions;
  private readonly writers: readonly (PlainWriter | null)[] | null;
  private fields: string[] = [];

  /** `writers`: what writes the values of each column plainly; null: they are looked at as they are. */
  constructor(options: ProposeOptions, writers: readonly (PlainWriter | null)[] | null) {
    this.options = options;
    this.writers = writers;
  }

  /** Adds all files. */
  async readAll(paths: readonly string[]): Promise<ProposedFile[]> {
    const files: ProposedFile[] = [];
    for (const path of paths) {
      try {
        files.push(await this.read(path));
      } catch (error) {
        throw explain(error, path);
      }
    }
    return files;
  }

  /** Adds a file. */
  async read(path: string): Promise<ProposedFile> {
    const { progress } = this.options;
    if (isParquet(path)) return this.readCopy(path);
    const total = statSync(path).size;
    const names = hasObjects(path) ? await readNdjsonKeys(path, this.tally?.names ?? []) : null;
    let sheetName: string | null = null;
    const summary = await readTable(path, {
      contract: names === null ? this.anyTable() : tableOf(names),
      targetOptional: true,
      onHeader: ({ extraColumns, sheet }) => {
        if (sheet !== undefined) this.takeSheet(path, sheet);
        sheetName = sheet?.name ?? null;
        this.begin(path, names ?? extraColumns);
      },
      onRow: (bytes, reader, line) => this.add(path, bytes, reader, line),
      onBytes: async (done) =>
        progress({ label: `looking at ${basename(path)}`, done, total, unit: 'bytes' }),
    });
    const { sha256, reading } = summary;
    if (reading !== null) this.notes.push(...notesOf(basename(path), reading));
    return { path, sha256, reading: reading?.dialect ?? null, sheet: sheetName };
  }

  /** Fits any header; what was said of how files are written holds. */
  private anyTable(): TableContract {
    const { reading, missingTexts } = this.options;
    return { ...ANY_TABLE, missingTexts, reading: { ...FOUND, ...reading } };
  }

  /** Adds a file that the engine has to unpack. */
  private async readCopy(path: string): Promise<ProposedFile> {
    const copy = await this.options.copyOf(path);
    try {
      await readTable(copy, {
        contract: ANY_TABLE,
        targetOptional: true,
        isTyped: true,
        onHeader: ({ extraColumns }) => this.begin(path, extraColumns),
        onRow: (bytes, reader, line) => this.add(path, bytes, reader, line),
      });
      return { path, sha256: await sha256File(path), reading: null, sheet: null };
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

  private begin(path: string, names: readonly string[]): void {
    if (this.tally === null) {
      const { missingTexts, seed, wishes, values = AS_FILES_SHOW } = this.options;
      const missing = new Set(['', ...missingTexts]);
      const rules = { missing, parseNumber: numberReader(PLAIN_STYLE), isTime: isTimeText };
      const watch = new ValueWatch(names, missing, values, wishes.time);
      const onText = (column: number, text: string): void => watch.see(column, text);
      if (this.writers === null) this.watch = watch;
      this.tally = new TableTally(names, {
        target: wishes.target,
        labels: wishes,
        rules,
        seed,
        ...(this.writers === null ? { onText } : {}),
      });
      this.fields = names.map(() => '');
    } else refuseOtherHeader(path, names, this.tally.names);
  }

  private add(path: string, bytes: Uint8Array, reader: RecordView, line: number): void {
    const { fields, tally } = this;
    const fault = recordFault(bytes, reader, fields.length);
    if (fault !== null) {
      this.damage.add(fault.reason, `${basename(path)}, line ${line}`);
      return;
    }
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let field = 0; field < fields.length; field++) {
      const quoting = reader.quoting[field];
      const text =
        !reader.beyondAscii && (quoting === BARE || quoting === LOOSE || quoting === TYPED)
          ? buffer.toString('latin1', reader.starts[field], reader.ends[field])
          : fieldText(bytes, reader, field);
      const write = this.writers?.[field];
      if (this.watch !== null) this.watch.typed[field] = quoting === TYPED;
      const isTyped = quoting === TYPED;
      const value = isTyped ? typedNumberText(text) : text;
      fields[field] = write ? write(value.trim(), isTyped) : value;
    }
    tally?.add(fields);
    if (this.sample.length < SAMPLE_ROWS) this.sample.push([...fields]);
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

/** What a person should know of how a file was read. */
function notesOf(name: string, { dialect, mayDescribe, mayBeIso885915 }: TableReading): string[] {
  const next = dialect.descriptionLines + 1;
  return [
    ...(mayDescribe
      ? [
          `The ${next === 1 ? 'first' : `${next}th`} line under the header of ${name} is read as a row. If it describes the columns: --description-lines ${next}.`,
        ]
      : []),
    ...(mayBeIso885915
      ? [
          `${name} is read as Windows-1252; ISO 8859-15 has other characters for some of its bytes, as the euro sign for "\u00A4". If that is meant: --encoding iso-8859-15.`,
        ]
      : []),
  ];
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
