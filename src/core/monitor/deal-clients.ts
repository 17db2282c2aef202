/** Deals the rows of two sides into parts, whole clients at a time. */
import { createRandom, permutation } from '../../base/random.ts';

/** The reference, and the current rows. */
export type Sides<T> = readonly [T, T];

export interface DealOptions {
  readonly parts: number;
  readonly seed: number;
  /** Of the random numbers; two more are used. */
  readonly stream: number;
}

/**
 * The part of each row, 0 to parts - 1, each side spread evenly over the parts. The rows of a client are in one part, on
 * both sides.
 * @param clients the key of the client of each row; null: each row of that side is a client of its own.
 */
export function dealClients(
  rows: Sides<number>,
  clients: Sides<BigUint64Array | null>,
  options: DealOptions,
): Sides<Uint8Array> {
  const [reference, current] = [numberKeys(rows[0], clients[0]), numberKeys(rows[1], clients[1])];
  const shared = new Map<number, number>();
  for (const [key, client] of current.clients) {
    const twin = reference.clients.get(key);
    if (twin !== undefined) shared.set(twin, client);
  }
  const [ofReference, ofCurrent] = [new Uint8Array(reference.count), new Uint8Array(current.count)];
  const isShared = new Set(shared.values());
  deal(numbersBut(reference.count, shared), options, 0, (client, part) => {
    ofReference[client] = part;
  });
  deal(numbersBut(current.count, isShared), options, 1, (client, part) => {
    ofCurrent[client] = part;
  });
  deal([...shared.keys()], options, 2, (client, part) => {
    ofReference[client] = part;
    ofCurrent[shared.get(client) as number] = part;
  });
  return [
    Uint8Array.from(reference.codes, (client) => ofReference[client] as number),
    Uint8Array.from(current.codes, (client) => ofCurrent[client] as number),
  ];
}

interface NumberedKeys {
  readonly count: number;
  readonly codes: Uint32Array;
  /** Number by key; empty where rows have no keys. */
  readonly clients: ReadonlyMap<bigint, number>;
}

/** Numbers clients in the order of their first rows. */
function numberKeys(rows: number, keys: BigUint64Array | null): NumberedKeys {
  if (keys === null)
    return { count: rows, codes: Uint32Array.from({ length: rows }, (_, row) => row), clients: new Map() };
  const clients = new Map<bigint, number>();
  const codes = Uint32Array.from({ length: rows }, (_, row) => {
    const key = keys[row] as bigint;
    const known = clients.get(key) ?? clients.size;
    clients.set(key, known);
    return known;
  });
  return { count: clients.size, codes, clients };
}

function numbersBut(count: number, without: { has(client: number): boolean }): number[] {
  return Array.from({ length: count }, (_, client) => client).filter((client) => !without.has(client));
}

/** Gives each client its part, in a random order. */
function deal(
  clients: readonly number[],
  { parts, seed, stream }: DealOptions,
  kind: number,
  give: (client: number, part: number) => void,
): void {
  permutation(clients.length, createRandom(seed, stream + kind)).forEach((at, place) => {
    give(clients[at] as number, place % parts);
  });
}

/**
 * Places in `order` of the first row of each client, in that order, until there are `most` of them.
 * @param keys the key of the client of each row.
 */
export function oneRowAClient(order: Uint32Array, keys: BigUint64Array, most: number): Uint32Array {
  const seen = new Set<bigint>();
  const places: number[] = [];
  for (const row of order) {
    const key = keys[row] as bigint;
    if (seen.has(key)) continue;
    seen.add(key);
    places.push(row);
    if (places.length === most) break;
  }
  return Uint32Array.from(places);
}
