/** The sums of `edge-sums.ts` by a compiled kernel, some times as fast and with the same bits. */
import * as at from './assembly/layout.ts';
import { type EdgeSums, longest, pointsFor, widthOf } from './edge-sums.ts';
import { KERNELS_WASM } from './kernels.generated.ts';
import type { TreeEdges } from './tree-edges.ts';

/** The part of WebAssembly that is used; the language's own library does not declare it. */
interface WasmGlobal {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
}
declare const WebAssembly: WasmGlobal | undefined;

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  addTree(
    edges: number,
    count: number,
    goes: number,
    pairs: number,
    pairCount: number,
    work: number,
    values: number,
  ): void;
}

const PAGE_BYTES = 65_536;
/** Pages of memory that a model may take: 256 MiB, some six million edges. */
const MAX_PAGES = 4096;
/** Decisions of a tree are numbered in 16 bits. */
const MAX_DECISIONS = 65_536;

/** As `createEdgeSums`. null where it cannot be: no WebAssembly with SIMD, or trees that are too large for it. */
export function createCompiledSums(edges: TreeEdges, rows: number): EdgeSums | null {
  const { edgeStarts, players } = edges;
  const width = widthOf(edges);
  const rules = pointsFor(players);
  // Areas of the memory, each on cache lines of its own, after a page for the module itself.
  let end = PAGE_BYTES;
  const area = (bytes: number): number => {
    const start = end;
    end += Math.ceil(bytes / 64) * 64;
    return start;
  };
  const edgeArea = area(edges.feature.length * at.EDGE_BYTES);
  const workArea = area(longest(edgeStarts) * at.WORK_BYTES);
  const goesArea = area(longest(edges.decisionStarts));
  const pairAreas = rules.map(({ at: points }) => area((points.length / 2) * at.PAIR_BYTES));
  const valueArea = area(rows * width * 8);
  if (longest(edges.decisionStarts) > MAX_DECISIONS || end > MAX_PAGES * PAGE_BYTES) return null;
  const kernel = instantiate(Math.ceil(end / PAGE_BYTES) - 1);
  if (kernel === null) return null;
  const { buffer } = kernel.memory;
  const view = new DataView(buffer);
  writeEdges(edges, view, edgeArea);
  rules.forEach(({ at: points, weights }, count) => {
    points.forEach((point, k) => {
      const place = (pairAreas[count] as number) + (k >> 1) * at.PAIR_BYTES + (k & 1) * 8;
      view.setFloat64(place, point, true);
      view.setFloat64(place + 16, weights[k] as number, true);
    });
  });
  return {
    goes: new Uint8Array(buffer, goesArea, longest(edges.decisionStarts)),
    values: new Float64Array(buffer, valueArea, rows * width),
    width,
    add(tree, row) {
      const first = edgeStarts[tree] as number;
      const count = players[tree] as number;
      kernel.addTree(
        edgeArea + first * at.EDGE_BYTES,
        (edgeStarts[tree + 1] as number) - first,
        goesArea,
        pairAreas[count] as number,
        (count + 3) >> 2,
        workArea,
        valueArea + row * width * 8,
      );
    },
  };
}

function instantiate(pages: number): Exports | null {
  if (typeof WebAssembly === 'undefined') return null;
  try {
    const bytes = Uint8Array.from(atob(KERNELS_WASM), (character) => character.charCodeAt(0));
    const exports = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as Exports;
    exports.memory.grow(pages);
    return exports;
  } catch {
    // No SIMD in this WebAssembly, or no address space left: plain TypeScript takes over.
    return null;
  }
}

function writeEdges(edges: TreeEdges, view: DataView, area: number): void {
  const { feature, decision, side, above, same, ownShare, share, value } = edges;
  for (let edge = 0; edge < feature.length; edge++) {
    const place = area + edge * at.EDGE_BYTES;
    view.setUint32(place + at.ABOVE, (above[edge] as number) * at.WORK_BYTES, true);
    view.setUint32(place + at.SAME, (same[edge] as number) * at.WORK_BYTES, true);
    view.setUint32(place + at.FEATURE, Math.max(0, feature[edge] as number) * 8, true);
    view.setUint16(place + at.DECISION, decision[edge] as number, true);
    view.setUint16(place + at.SIDE, side[edge] as number, true);
    view.setFloat64(place + at.OWN_SHARE, ownShare[edge] as number, true);
    view.setFloat64(place + at.SHARE, share[edge] as number, true);
    view.setFloat64(place + at.VALUE, value[edge] as number, true);
  }
}
