/** Splits files of rows into rows to learn from and labelled rows held out for testing, each byte for byte as it was. */
import { closeSync, mkdirSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { commitFile, temporaryName } from '../../base/atomic-file.ts';
import { TidewatchError } from '../../base/errors.ts';
import type { Progress } from '../../base/progress.ts';
import { hashBytes } from '../../core/propose/hash-text.ts';
import {
  countHash,
  createHashCounts,
  cutOf,
  isHeldOut,
  mergeHashCounts,
  rowsBelow,
} from '../../core/propose/held-out.ts';
import { isNdjson } from '../ndjson/is-ndjson.ts';
import type { TableContract } from '../port.ts';
import { readTable } from '../read-table.ts';
import { type HeaderMatch, renderRecord } from './header.ts';
import { COMMA, LF, QUOTE } from './record-reader.ts';
import type { RecordView } from './record-view.ts';
import { RowWriter } from './row-writer.ts';

export interface SplitOptions {
  /** Absolute paths, and the hex SHA-256 that each had when it was looked at. */
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
  /** With a negative label. */
  readonly contract: TableContract;
  /** Share of the rows to hold out, above 0 and below 1. */
  readonly share: number;
  readonly seed: number;
  /**
   * One cut for both classes, so that a client with rows of both is on one side too. The classes then keep their
   * shares by chance only.
   */
  readonly wholeClients: boolean;
  /** Absolute paths; made when needed. */
  readonly inputFolder: string;
  readonly testFolder: string;
  readonly progress: Progress;
}

export interface PartCount {
  readonly left: number;
  readonly stayed: number;
}

export interface SplitSummary {
  /** Absolute paths of the files written. */
  readonly inputPaths: readonly string[];
  readonly testPaths: readonly string[];
  /** Rows by class, those without a label and those that do not fit the contract left out. */
  readonly input: PartCount;
  readonly test: PartCount;
  /** Rows without a label, where the contract takes them. They are in the input part. */
  readonly unlabelled: number;
  /** Rows that do not fit the contract. They are in the input part, where ingest will quarantine them. */
  readonly unfit: number;
}

/**
 * Stratified by class. A row's side comes from a hash of its client (of the whole row where the contract has no
 * id) and the seed, so the same rows are split alike in any order, and equal rows are on one side. Rows keep
 * their order and bytes; the last gets a line ending where it had none. Nothing is left behind on failure.
 * @throws TidewatchError too-few-rows where a side would lack a class; input-changed; FileRefused.
 */
export async function splitFiles(options: SplitOptions): Promise<SplitSummary> {
  const side = new SideOfRow(options);
  const left = createHashCounts();
  const stayed = createHashCounts();
  let unfit = 0;
  let unlabelled = 0;
  await readAll(options, side, () => (_bytes, _reader, row) => {
    if (row === 'unfit') unfit++;
    else if (row === 'unlabelled') unlabelled++;
    else countHash(row.left ? left : stayed, row.hash);
  });
  const both = options.wholeClients ? cutOf(mergeHashCounts(left, stayed), options.share) : null;
  const cuts = { left: both ?? cutOf(left, options.share), stayed: both ?? cutOf(stayed, options.share) };
  const test = { left: rowsBelow(left, cuts.left), stayed: rowsBelow(stayed, cuts.stayed) };
  const input = { left: left.rows - test.left, stayed: stayed.rows - test.stayed };
  refuseMissingClass(options.contract, input, test);
  const written = await writeParts(options, side, cuts);
  return { ...written, input, test, unlabelled, unfit };
}

interface SplitRow {
  readonly hash: number;
  readonly left: boolean;
}

/** A row that is of no class: it has no label, or does not fit the contract. */
type Classless = 'unlabelled' | 'unfit';

type OnSplitRow = (bytes: Uint8Array, reader: RecordView, row: SplitRow | Classless) => void;

/** Tells of each record which class it is of and its hash, or why it is of none. */
class SideOfRow {
  private readonly writer: RowWriter;
  /** Whether the line begins with an id: it is the first column of a contract. */
  private readonly hasId: boolean;
  private readonly seed: number;
  /** What the line of a row of the positive class ends with: the target is its last column. */
  private readonly ending: Buffer;
  private line = new Uint8Array(1 << 16);

  constructor({ contract, seed }: SplitOptions) {
    const targetOptional = contract.labels === 'optional';
    this.writer = new RowWriter({ contract, negative: contract.negative, targetOptional });
    this.hasId = contract.columns[0]?.role === 'id';
    this.seed = seed;
    this.ending = Buffer.from(`,${renderRecord([contract.positive])}\n`);
  }

  begin(header: HeaderMatch): void {
    this.writer.begin(header);
  }

  tell(bytes: Uint8Array, reader: RecordView): SplitRow | Classless {
    const room = this.writer.room(reader);
    if (room > this.line.length) this.line = new Uint8Array(room);
    const end = this.writer.write(bytes, reader, this.line, 0);
    if (end < 0) return 'unfit';
    if (this.line[end - 2] === COMMA) return 'unlabelled';
    const at = end - this.ending.length;
    const left = at >= 0 && this.ending.equals(this.line.subarray(at, end));
    return { hash: this.hasId ? this.hashOfId() : hashBytes(this.line, 0, end, this.seed), left };
  }

  /** Over the id as the line has it, so that padded ones are of one client; without the quotes around it. */
  private hashOfId(): number {
    const { line, seed } = this;
    if (line[0] !== QUOTE) return hashBytes(line, 0, line.indexOf(COMMA), seed);
    let end = line.indexOf(QUOTE, 1);
    while (line[end + 1] === QUOTE) end = line.indexOf(QUOTE, end + 2);
    return hashBytes(line, 1, end, seed);
  }
}

async function readAll(
  options: SplitOptions,
  side: SideOfRow,
  begin: (header: HeaderMatch, path: string) => OnSplitRow,
): Promise<void> {
  for (const { path, sha256 } of options.files) {
    let onRow: OnSplitRow = () => undefined;
    const total = statSync(path).size;
    const summary = await readTable(path, {
      contract: options.contract,
      targetOptional: false,
      onHeader: (header) => {
        side.begin(header);
        onRow = begin(header, path);
      },
      onRow: (bytes, reader) => onRow(bytes, reader, side.tell(bytes, reader)),
      onBytes: async (done) =>
        options.progress({ label: `splitting ${basename(path)}`, done, total, unit: 'bytes' }),
    });
    if (summary.sha256 !== sha256) {
      throw new TidewatchError(
        'input-changed',
        `${path} changed while it was read. Do it again when it is still.`,
        {
          details: { path },
        },
      );
    }
  }
}

function refuseMissingClass(contract: TableContract, input: PartCount, test: PartCount): void {
  const sides = [
    [input.left, contract.positive],
    [test.left, contract.positive],
    [input.stayed, contract.negative],
    [test.stayed, contract.negative],
  ] as const;
  const lacking = sides.find(([rows]) => rows === 0);
  if (lacking === undefined) return;
  const total = lacking[1] === contract.positive ? input.left + test.left : input.stayed + test.stayed;
  throw new TidewatchError(
    'too-few-rows',
    `The data has ${total} different rows of "${lacking[1]}", too few to be both learnt from and tested on. ` +
      'Give more data, or do "tidewatch init FILE --no-copy" and put training and test files into the folders yourself.',
    { details: { label: lacking[1], rows: total } },
  );
}

async function writeParts(
  options: SplitOptions,
  side: SideOfRow,
  cuts: { readonly left: number; readonly stayed: number },
): Promise<Pick<SplitSummary, 'inputPaths' | 'testPaths'>> {
  const inputs: PartFile[] = [];
  const tests: PartFile[] = [];
  const open = (parts: PartFile[], path: string, header: HeaderMatch): PartFile => {
    const part = new PartFile(path, header.raw);
    parts.push(part);
    return part;
  };
  try {
    await readAll(options, side, (header, path) => {
      const stem = basename(path).replace(/\.(?:csv|ndjson|jsonl)(?:\.gz)?$|\.gz$/i, '');
      const ending = isNdjson(path) ? '.ndjson' : '.csv';
      const input = open(inputs, join(options.inputFolder, `${stem}${ending}`), header);
      const test = open(tests, join(options.testFolder, `${stem}-test${ending}`), header);
      return (bytes, reader, row) => {
        const held = typeof row !== 'string' && isHeldOut(row.hash, row.left ? cuts.left : cuts.stayed);
        (held ? test : input).add(reader.line(bytes));
      };
    });
    return {
      inputPaths: inputs.flatMap((part) => part.commit() ?? []),
      testPaths: tests.flatMap((part) => part.commit() ?? []),
    };
  } catch (error) {
    for (const part of [...inputs, ...tests]) part.discard();
    throw error;
  }
}

const BLOCK_BYTES = 1 << 20;

/** A file of rows that gets its name when it is complete, and none at all where it has no row. */
class PartFile {
  private readonly path: string;
  private readonly temporary: string;
  private readonly handle: number;
  private readonly block = Buffer.allocUnsafe(BLOCK_BYTES);
  private filled = 0;
  private rows = 0;
  private state: 'open' | 'closed' | 'committed' = 'open';

  /** `header`: null where files of this format have none. */
  constructor(path: string, header: string | null) {
    mkdirSync(dirname(path), { recursive: true });
    this.path = path;
    this.temporary = temporaryName(path);
    this.handle = openSync(this.temporary, 'wx');
    if (header !== null) this.put(Buffer.from(`${header}\n`));
  }

  /** Adds a record with its line ending, or without where it was the last of its file. */
  add(record: Uint8Array): void {
    this.put(record);
    if (record[record.length - 1] !== LF) this.put(Buffer.from('\n'));
    this.rows++;
  }

  /** Gives the file its name; null, and no file, where it has no row. */
  commit(): string | null {
    this.flush();
    this.close();
    if (this.rows === 0) {
      this.discard();
      return null;
    }
    commitFile(this.temporary, this.path);
    this.state = 'committed';
    return this.path;
  }

  /** Takes back what was written, under either name. */
  discard(): void {
    this.close();
    rmSync(this.state === 'committed' ? this.path : this.temporary, { force: true });
  }

  private put(bytes: Uint8Array): void {
    if (this.filled + bytes.length > BLOCK_BYTES) this.flush();
    if (bytes.length > BLOCK_BYTES) this.write(bytes);
    else {
      this.block.set(bytes, this.filled);
      this.filled += bytes.length;
    }
  }

  private flush(): void {
    this.write(this.block.subarray(0, this.filled));
    this.filled = 0;
  }

  private write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) done += writeSync(this.handle, bytes, done);
  }

  private close(): void {
    if (this.state === 'open') {
      closeSync(this.handle);
      this.state = 'closed';
    }
  }
}
