/** Reads the input files in order into one set of rows, with the bad ones in quarantine. */
import { join } from 'node:path';
import type { Progress } from '../../../base/progress.ts';
import type { TableContract } from '../../../formats/contract/table-contract.ts';
import { RowWriter } from '../../../formats/csv/row-writer.ts';
import type { FileReport } from '../../../formats/file-report.ts';
import type { QuarantineWriter } from '../../../formats/quarantine/quarantine-file.ts';
import type { CompileRecord } from './compile-record.ts';
import type { FinalContent } from './final-file.ts';
import { type FileMark, fingerprint, markOf, sizeOf } from './fingerprint.ts';
import { type FileFailure, type FileRead, failureOf, InputFile } from './input-file.ts';
import type { LineTotals } from './line-block.ts';
import type { LineFeed } from './line-feed.ts';
import { sumOf } from './row-balance.ts';

export interface ReadInputsOptions {
  readonly folder: string;
  /** As `CompileRequest`. */
  readonly within: string;
  readonly names: readonly string[];
  readonly contract: TableContract;
  /** The label that means "stayed", where it is known. */
  readonly negative: string | null;
  /** The compilation to go on from, which the sink of `feed` has as its base: its files are the first of `names`. */
  readonly prior: CompileRecord | null;
  /** Files found bad half-way in an earlier pass. */
  readonly leftOut: ReadonlyMap<string, FileFailure>;
  readonly quarantineFolder: string;
  /** Times its size that a packed file may unpack to. */
  readonly maxUnpackedRatio: number;
  readonly progress: Progress;
  /** Gives the path of a CSV with the rows of a file that is not CSV. */
  readonly asCsv: (path: string) => Promise<string>;
  /** Takes the lines of finaldata.csv, in order. */
  readonly feed: LineFeed;
}

export interface InputsRead {
  /** finaldata.csv. */
  readonly content: FinalContent;
  readonly files: readonly FileReport[];
  /** Of each accepted or rejected file that was read: what tells whether it changes later. */
  readonly marks: ReadonlyMap<string, FileMark>;
  readonly failures: ReadonlyMap<string, FileFailure>;
  readonly quarantines: readonly QuarantineWriter[];
  readonly writer: RowWriter;
}

/** The bytes of a row are known well enough after so many of them. */
const SAMPLE_ROWS = 1000;

/** Thrown when rows of files are in already that must not be: the pass is to be made again without these. */
export class StruckHalfway extends Error {
  readonly failures: ReadonlyMap<string, FileFailure>;

  constructor(failures: ReadonlyMap<string, FileFailure>) {
    super([...failures.keys()].join(', '));
    this.name = 'StruckHalfway';
    this.failures = failures;
  }
}

/** Thrown when the table of rows is not the one that the earlier compilation wrote. */
export class PriorUnusable extends Error {}

/** @throws StruckHalfway; PriorUnusable; TidewatchError where rows do not add up or the disk is full. Quarantines are discarded then. */
export async function readInputs(options: ReadInputsOptions): Promise<InputsRead> {
  const pass = new InputPass(options);
  try {
    const sizes = await Promise.all(options.names.map((name) => sizeOf(join(options.folder, name))));
    pass.totalBytes = sizes.reduce((sum, size) => sum + size, 0);
    await pass.resume();
    for (const name of options.names.slice(options.prior?.files.length)) await pass.readFile(name);
    if (pass.halfway.size > 0) throw new StruckHalfway(pass.halfway);
    return await pass.finish();
  } catch (error) {
    for (const quarantine of pass.quarantines) quarantine.discard();
    throw error;
  }
}

class InputPass {
  totalBytes = 0;
  readonly quarantines: QuarantineWriter[] = [];
  /** Files that turned out bad after some of their rows. The pass goes on, so that one more finds no others. */
  readonly halfway = new Map<string, FileFailure>();
  private doneBytes = 0;
  private expected = false;
  private readonly files: FileRead[] = [];
  private readonly prior: FileReport[] = [];
  private readonly failures = new Map<string, FileFailure>();
  private readonly marks = new Map<string, FileMark>();
  private readonly options: ReadInputsOptions;
  private readonly writer: RowWriter;

  constructor(options: ReadInputsOptions) {
    const { contract, negative } = options;
    this.options = options;
    this.writer = new RowWriter({ contract, negative, targetOptional: contract.labels === 'optional' });
  }

  /** Takes over the rows of the earlier compilation. */
  async resume(): Promise<void> {
    const { prior, feed } = this.options;
    if (prior === null) return;
    if (!(await feed.resume())) throw new PriorUnusable();
    const reports = prior.files.map((file) => file.report);
    this.writer.resume(prior.columns);
    this.prior.push(...reports);
    this.doneBytes = reports.reduce((sum, report) => sum + report.bytes, 0);
  }

  async readFile(name: string): Promise<void> {
    const path = join(this.options.folder, name);
    const mark = await markOf(path).catch(() => null);
    if (mark !== null) this.marks.set(name, mark);
    const known = this.options.leftOut.get(name);
    if (known !== undefined) return this.leaveOut(name, known);
    const { quarantineFolder, maxUnpackedRatio, asCsv, feed, within } = this.options;
    const { writer } = this;
    const file = new InputFile({ name, quarantineFolder, maxUnpackedRatio, writer, feed, within });
    try {
      const report = await file.read(path, asCsv, (bytes) => this.tell(file, name, bytes));
      this.files.push(report);
      this.doneBytes += report.bytes;
      if (file.quarantine !== null) this.quarantines.push(file.quarantine);
    } catch (error) {
      file.quarantine?.discard();
      const failure = failureOf(error);
      if (file.rows > 0) this.halfway.set(name, failure);
      else await this.leaveOut(name, failure);
    }
  }

  async finish(): Promise<InputsRead> {
    const { marks, failures, quarantines, writer } = this;
    const files = [...this.prior];
    const content = await this.options.feed.finish();
    let before: LineTotals = { kept: 0, duplicates: 0, unlabelled: 0 };
    for (const { totals, ...read } of this.files) {
      const after = await totals;
      files.push({
        ...read,
        kept: after.kept - before.kept,
        duplicates: after.duplicates - before.duplicates,
        unlabelled: after.unlabelled - before.unlabelled,
      });
      before = after;
    }
    return { content, files, marks, failures, quarantines, writer };
  }

  /** Leaves a file out. A rejected one is still hashed, so that it is known when it comes again. */
  private async leaveOut(name: string, failure: FileFailure): Promise<void> {
    const { status, reason } = failure;
    const path = join(this.options.folder, name);
    const { bytes, sha256 } =
      status === 'rejected' ? await fingerprint(path) : { bytes: await sizeOf(path), sha256: '' };
    this.failures.set(name, failure);
    this.doneBytes += bytes;
    this.files.push({
      name,
      bytes,
      sha256,
      status,
      reason,
      extraColumns: [],
      matched: [],
      read: 0,
      quarantined: 0,
      totals: this.options.feed.mark(),
    });
  }

  private async tell(file: InputFile, name: string, bytes: number): Promise<void> {
    if (!this.expected && file.rows > SAMPLE_ROWS) {
      this.expected = true;
      const rest = (file.rows / bytes) * (this.totalBytes - this.doneBytes);
      this.options.feed.expect(sumOf(this.prior).kept + rest);
    }
    this.options.progress({
      label: `reading ${name}`,
      done: this.doneBytes + bytes,
      total: this.totalBytes,
      unit: 'bytes',
    });
    await this.options.feed.ready();
  }
}
