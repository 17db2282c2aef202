/** Tells whether an address or host name means this machine alone. */
import { isIP } from 'node:net';

/** True for `localhost`, 127.0.0.0/8 and ::1, also in brackets or mapped into IPv6. Other names are not looked up. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (bare === 'localhost') return true;
  const family = isIP(bare);
  if (family === 4) return bare.startsWith('127.');
  if (family !== 6 || bare.includes('%')) return false;
  // A URL writes an IPv6 address in its one shortest form.
  const shortest = new URL(`http://[${bare}]`).hostname;
  return shortest === '[::1]' || /^\[::ffff:7f[0-9a-f]{2}:/.test(shortest);
}
