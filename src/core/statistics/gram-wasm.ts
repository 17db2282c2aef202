/** Drives the compiled Gram kernel: lays rows out in the memory it shares with a team, and reads its sums. */
import { TidewatchError } from '../../base/errors.ts';
import * as at from '../kernels/assembly/gram/layout.ts';
import { GRAM_PASS, OP_DESCRIBE, OP_GRAM, TASK } from '../kernels/assembly/layout.ts';
import { type DesignSummary, describeDesign } from './describe-design.ts';
import { createGram, type DesignBlock, type GramPoint, type GramStatistics } from './gram.ts';
import type { GramRows, GramRuntime, RowStore } from './gram-rows.ts';
import { createMoments, type Moments, mergeMoments } from './moments.ts';

/** Rows of a unit: what one thread sums, so that sums have the same bits on any number of threads. */
export const UNIT_SIZE = 8192;
/** Bytes of sums kept before they are added up. */
const SUM_BYTES = 8 * 2 ** 20;
/** Bytes of the buffer that rows pass through which are not kept. */
const BUFFER_BYTES = 32 * 2 ** 20;

/** The memory of a team and how an operation is run on it; see the kernels of boosted trees. */
export interface GramHost {
  readonly threads: number;
  allocate(bytes: number, zeroed?: boolean): Uint8Array;
  mark(): number;
  release(mark: number): void;
  /** Runs an operation in so many chunks and returns when all are done. */
  run(operation: number, chunks: number): void;
}

export interface WasmGramOptions {
  /** Rows of more bytes are not kept in the kernel's memory, but pass through a buffer at every pass. */
  readonly mostBytes?: number;
}

/**
 * A runtime on compiled kernels. Sums equal those of the plain kernel up to rounding, 1e-12 of their scale, and have
 * the same bits on any number of threads, kept or passed through the buffer.
 */
export function createWasmGram(host: GramHost, { mostBytes = 2 ** 30 }: WasmGramOptions = {}): GramRuntime {
  /** Buffers of arrays that are in the kernel's memory. */
  const owned = new WeakSet<ArrayBufferLike>();
  const allocate = (length: number): Float64Array => {
    const bytes = host.allocate(8 * length, false);
    owned.add(bytes.buffer);
    return doubles(bytes);
  };
  const missing = (blocks: readonly DesignBlock[]): number =>
    blocks.flatMap(arraysOf).reduce((sum, { buffer, length }) => sum + (owned.has(buffer) ? 0 : length), 0);
  const keep = (blocks: readonly DesignBlock[], length: number): readonly DesignBlock[] => {
    if (length === 0) return blocks;
    const store = createStore(allocate(length), () => {});
    return blocks.map((block) => keepBlock(block, owned, store));
  };
  const open = (blocks: readonly DesignBlock[]): GramRows => {
    const length = missing(blocks);
    const kept =
      8 * length > mostBytes
        ? null
        : claim(host, (mark) => new WasmGramRows(host, keep(blocks, length), true, mark));
    if (kept !== null) return kept;
    const mark = host.mark();
    try {
      return new WasmGramRows(host, blocks, false, mark);
    } catch (thrown) {
      host.release(mark);
      throw thrown;
    }
  };
  const openStore = (length: number): RowStore | null =>
    8 * length > mostBytes
      ? null
      : claim(host, (mark) => createStore(allocate(length), () => host.release(mark)));
  return { kind: 'wasm', open, openStore };
}

/** What `make` makes in memory past a mark; null where there is not enough. */
function claim<T>(host: GramHost, make: (mark: number) => T): T | null {
  const mark = host.mark();
  try {
    return make(mark);
  } catch (thrown) {
    host.release(mark);
    if (thrown instanceof TidewatchError && thrown.code === 'out-of-memory') return null;
    throw thrown;
  }
}

function createStore(space: Float64Array, close: () => void): RowStore {
  let used = 0;
  return {
    allocate: (length) => {
      if (used + length > space.length) return new Float64Array(length);
      used += length;
      return space.subarray(used - length, used);
    },
    close,
  };
}

/** Columns, labels and weights of a block, in the order that they are kept in. */
function arraysOf({ columns, labels, weights }: DesignBlock): readonly Float64Array[] {
  return weights === null ? [...columns, labels] : [...columns, labels, weights];
}

/** The block with those of its arrays copied that are not in the kernel's memory yet. */
function keepBlock(
  { rows, columns, labels, weights }: DesignBlock,
  owned: WeakSet<ArrayBufferLike>,
  store: RowStore,
): DesignBlock {
  const keep = (values: Float64Array): Float64Array => {
    if (owned.has(values.buffer)) return values;
    const copy = store.allocate(rows);
    copy.set(values);
    return copy;
  };
  return {
    rows,
    columns: columns.map(keep),
    labels: keep(labels),
    weights: weights === null ? null : keep(weights),
  };
}

/** Rows first..first + rows of a block. */
interface Unit {
  readonly block: DesignBlock;
  readonly first: number;
  readonly rows: number;
}

function cutUnits(blocks: readonly DesignBlock[]): Unit[] {
  return blocks.flatMap((block) =>
    Array.from({ length: Math.ceil(block.rows / UNIT_SIZE) }, (_, index) => ({
      block,
      first: index * UNIT_SIZE,
      rows: Math.min(UNIT_SIZE, block.rows - index * UNIT_SIZE),
    })),
  );
}

class WasmGramRows implements GramRows {
  readonly blocks: readonly DesignBlock[];
  private readonly host: GramHost;
  private readonly mark: number;
  private readonly features: number;
  private readonly units: readonly Unit[];
  /** Units summed at a time. */
  private readonly group: number;
  private readonly sumDoubles: number;
  private readonly recordWords: number;
  private readonly pass: Uint32Array;
  private readonly records: Uint32Array;
  private readonly parameters: Float64Array;
  private readonly sums: Float64Array;
  /** Where rows pass through; null where they are kept. */
  private readonly buffer: Float64Array | null;

  constructor(host: GramHost, blocks: readonly DesignBlock[], kept: boolean, mark: number) {
    const features = blocks[0]?.columns.length ?? 0;
    const size = features + 1;
    this.host = host;
    this.blocks = blocks;
    this.mark = mark;
    this.features = features;
    this.units = cutUnits(blocks);
    this.sumDoubles = 3 + size + size * size;
    this.recordWords = 3 + features;
    const unitDoubles = UNIT_SIZE * (features + 2);
    const fitting = Math.floor(SUM_BYTES / (8 * this.sumDoubles));
    const passing = kept ? fitting : Math.min(fitting, Math.floor(BUFFER_BYTES / (8 * unitDoubles)));
    this.group = Math.min(this.units.length, Math.max(passing, host.threads));
    this.buffer = kept ? null : doubles(host.allocate(8 * unitDoubles * this.group));
    this.pass = words(host.allocate(at.PASS_BYTES));
    this.records = words(host.allocate(4 * this.recordWords * (kept ? this.units.length : this.group)));
    this.parameters = doubles(host.allocate(8 * (size + 2 * features)));
    this.sums = doubles(host.allocate(8 * this.sumDoubles * this.group));
    const spaceBytes = at.SPACE_COLUMNS + (size + at.SPACE_SPARE_COLUMNS) * at.TILE_BYTES;
    const space = host.allocate(spaceBytes * host.threads);
    this.setPass(at.PASS_UNIT_BYTES, 4 * this.recordWords);
    this.setPass(at.PASS_FEATURES, features);
    this.setPass(at.PASS_PARAMETERS, this.parameters.byteOffset);
    this.setPass(at.PASS_SUMS, this.sums.byteOffset);
    this.setPass(at.PASS_SUM_BYTES, 8 * this.sumDoubles);
    this.setPass(at.PASS_WORKSPACE, space.byteOffset);
    this.setPass(at.PASS_WORKSPACE_BYTES, spaceBytes);
    if (kept) for (const [index, unit] of this.units.entries()) this.recordUnit(index, unit, null);
  }

  close(): void {
    this.host.release(this.mark);
  }

  sum(point: GramPoint): GramStatistics {
    const { features, sums, sumDoubles } = this;
    const size = features + 1;
    this.parameters.set(point.coefficients, 0);
    this.parameters.set(point.means, size);
    this.parameters.set(point.scales, size + features);
    this.setPass(at.PASS_HESSIAN, point.gradientOnly === true ? 0 : 1);
    const total = createGram(features);
    this.run(OP_GRAM, (index) => {
      const from = index * sumDoubles;
      total.loss += sums[from] as number;
      total.weight += sums[from + 1] as number;
      total.wrong += sums[from + 2] as number;
      addInto(total.gradient, sums, from + 3);
      addInto(total.hessian, sums, from + 3 + size);
    });
    total.rows = this.units.reduce((rows, unit) => rows + unit.rows, 0);
    return total;
  }

  describe(): DesignSummary {
    const { features, sums, sumDoubles } = this;
    const moments: Moments[] = Array.from({ length: features }, createMoments);
    let weight = 0;
    let positives = 0;
    let invalid = 0;
    this.run(OP_DESCRIBE, (index, { rows }) => {
      const from = index * sumDoubles;
      weight += sums[from] as number;
      positives += sums[from + 1] as number;
      invalid += sums[from + 2] as number;
      for (let j = 0; j < features; j++) {
        const [mean, squares, min, max] = sums.subarray(from + 3 + 4 * j, from + 7 + 4 * j);
        const part = { count: rows, missing: 0, mean, squares, min, max } as Moments;
        moments[j] = mergeMoments(moments[j] as Moments, part);
      }
    });
    const isSound = invalid === 0 && moments.every(({ squares }) => Number.isFinite(squares));
    // The plain description finds the place and says what is wrong with it.
    return isSound ? { moments, weight, positives } : describeDesign(this.blocks);
  }

  /** Runs an operation on all units, some at a time, and hands each over in order with its place in the sums. */
  private run(operation: number, take: (index: number, unit: Unit) => void): void {
    const { units, group } = this;
    // The other kernels write their arguments to the same place, so this one is set anew.
    new Uint32Array(this.pass.buffer, TASK, 64)[GRAM_PASS] = this.pass.byteOffset;
    for (let begin = 0; begin < units.length; begin += group) {
      const some = units.slice(begin, begin + group);
      if (this.buffer !== null) for (const [index, unit] of some.entries()) this.passUnit(index, unit);
      const first = this.buffer === null ? begin : 0;
      this.setPass(at.PASS_UNITS, this.records.byteOffset + 4 * this.recordWords * first);
      this.host.run(operation, some.length);
      for (const [index, unit] of some.entries()) take(index, unit);
    }
  }

  /** Brings a unit into the buffer. */
  private passUnit(index: number, unit: Unit): void {
    const buffer = this.buffer as Float64Array;
    const begin = index * UNIT_SIZE * (this.features + 2);
    const arrays = arraysOf(unit.block);
    for (const [place, values] of arrays.entries()) {
      buffer.set(values.subarray(unit.first, unit.first + unit.rows), begin + place * UNIT_SIZE);
    }
    this.recordUnit(
      index,
      unit,
      arrays.map((_, place) => buffer.byteOffset + 8 * (begin + place * UNIT_SIZE)),
    );
  }

  /** Writes where a unit is: at `addresses`, in the order of `arraysOf`, or where its block is kept. */
  private recordUnit(index: number, { block, first, rows }: Unit, addresses: readonly number[] | null): void {
    const record = index * this.recordWords;
    const { features } = this;
    const places = addresses ?? arraysOf(block).map((values) => values.byteOffset + 8 * first);
    this.records[record] = rows;
    this.records[record + 1] = places[features] as number;
    this.records[record + 2] = places[features + 1] ?? 0;
    this.records.set(places.slice(0, features), record + 3);
  }

  private setPass(offset: number, value: number): void {
    this.pass[offset / 4] = value;
  }
}

function addInto(total: Float64Array, parts: Float64Array, from: number): void {
  for (let j = 0; j < total.length; j++) total[j] = (total[j] as number) + (parts[from + j] as number);
}

function doubles({ buffer, byteOffset, byteLength }: Uint8Array): Float64Array {
  return new Float64Array(buffer, byteOffset, byteLength / 8);
}

function words({ buffer, byteOffset, byteLength }: Uint8Array): Uint32Array {
  return new Uint32Array(buffer, byteOffset, byteLength / 4);
}
