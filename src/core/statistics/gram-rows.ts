/** Rows made ready for passes of Gram statistics, wherever those are computed; here, on the calling thread. */
import { type DesignSummary, describeDesign } from './describe-design.ts';
import { type DesignBlock, type GramKernel, type GramPoint, type GramStatistics, sumGram } from './gram.ts';
import { gramKernel } from './gram-kernel.ts';

export interface GramRows {
  /** The rows, where passes find them; a part of them is opened at no cost. */
  readonly blocks: readonly DesignBlock[];
  /** Error `value-invalid` for a label other than 0 and 1, a value that is not finite or a negative weight. */
  describe(): DesignSummary;
  /** One pass over all rows. */
  sum(point: GramPoint): GramStatistics;
  /** Gives back what was opened; in the reverse order of opening. */
  close(): void;
}

/** Memory for columns that are written once and then opened where they are. */
export interface RowStore {
  /** An array to be written in full; an ordinary one, which is copied when it is opened, where the store is full. */
  allocate(length: number): Float64Array;
  /** Gives all of it back; its arrays must not be used any more. */
  close(): void;
}

/** A place to make passes in. */
export interface GramRuntime {
  readonly kind: 'reference' | 'wasm';
  /** @param blocks in order, all with the same features, either all with weights or none; not written to. */
  open(blocks: readonly DesignBlock[]): GramRows;
  /** A store for so many doubles; null where any array is as good as another, or where there is no room. */
  openStore(doubles: number): RowStore | null;
}

/** Passes in plain JavaScript on the calling thread: the definition, and what runs where the compiled kernel cannot. */
export function createPlainGram(kernel: GramKernel = gramKernel): GramRuntime {
  return {
    kind: 'reference',
    openStore: () => null,
    open: (blocks) => ({
      blocks,
      describe: () => describeDesign(blocks),
      sum: (point) =>
        sumGram(
          blocks.map((block) => kernel(block, point)),
          blocks[0]?.columns.length ?? 0,
        ),
      close: () => {},
    }),
  };
}
