import { describe, expect, it } from 'vitest';
import { isLoopback } from './loopback.ts';

describe('isLoopback', () => {
  const own = ['localhost', 'LOCALHOST', '127.0.0.1', '127.1.2.3', '::1', '[::1]', '0:0:0:0:0:0:0:1'];
  it.each([...own, '::ffff:127.0.0.1', '[::FFFF:7f00:1]'])('takes %s for this machine', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  const others = ['0.0.0.0', '::', '128.0.0.1', '10.0.0.1', '::2', '::ffff:10.0.0.1', 'example.com', ''];
  it.each([...others, '127.0.0.1.example.com', 'localhost.example.com', 'fe80::1%lo', '127.1', '1270.0.0.1'])(
    'takes %j for another',
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );
});
