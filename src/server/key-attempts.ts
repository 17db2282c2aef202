/** Counts the wrong keys that come from each address, and refuses more of them for a while. */
import { isIPv6 } from 'node:net';

/** Wrong keys that an address may try in one minute. */
export const MAX_WRONG_KEYS = 20;
const WINDOW_MS = 60_000;
/** Addresses that are remembered; the one heard of first is forgotten for a new one. */
const MAX_ADDRESSES = 10_000;

interface Attempts {
  wrong: number;
  endsAt: number;
}

export interface KeyAttempts {
  /** Seconds until keys of this address are looked at again; 0: they are. */
  lockedSeconds(address: string): number;
  /** Notes a wrong key. */
  wrong(address: string): void;
  /** Notes which key was right. */
  right(address: string, key: number): void;
  /** Whether this key was right from this address before. */
  isProven(address: string, key: number): boolean;
}

/**
 * A count for as long as the server lives. An address that is locked tries in vain, with the right key too, or guesses
 * would go on; but a key that was right from it before goes on to be, so nobody is locked out by the wrong keys of
 * somebody else behind the same proxy.
 */
export function createKeyAttempts(nowMs: () => number): KeyAttempts {
  const attempts = new Map<string, Attempts>();
  const proven = new Map<string, true>();
  return {
    lockedSeconds(address) {
      const found = attempts.get(networkOf(address));
      if (found === undefined || found.wrong < MAX_WRONG_KEYS) return 0;
      return Math.max(0, Math.ceil((found.endsAt - nowMs()) / 1000));
    },
    wrong(address) {
      const network = networkOf(address);
      const now = nowMs();
      const found = attempts.get(network);
      if (found !== undefined && now < found.endsAt) found.wrong++;
      else remember(attempts, network, { wrong: 1, endsAt: now + WINDOW_MS });
    },
    right: (address, key) => remember(proven, `${key} ${networkOf(address)}`, true),
    isProven: (address, key) => proven.has(`${key} ${networkOf(address)}`),
  };
}

function remember<T>(map: Map<string, T>, name: string, value: T): void {
  map.delete(name);
  map.set(name, value);
  if (map.size <= MAX_ADDRESSES) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}

/** An IPv4 address, or the half of an IPv6 address that its owner cannot choose. */
function networkOf(address: string): string {
  if (!isIPv6(address) || /^::ffff:\d/i.test(address)) return address;
  const [head = '', tail] = address.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  if (tail === undefined) return groups.slice(0, 4).join(':');
  const after = tail.split(':').filter((group) => group !== '');
  const zeros = Array.from({ length: 8 - groups.length - after.length }, () => '0');
  return [...groups, ...zeros, ...after].slice(0, 4).join(':');
}
