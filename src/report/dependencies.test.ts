import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { packageDependencies } from '../base/package-info.ts';
import { compareVersions, dependencyTable, installedVersion } from './dependencies.ts';

const servers: Server[] = [];

async function startRegistry(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
});

describe('the table of dependencies', () => {
  it('has every production dependency with its pinned version, and asks nobody when told not to', async () => {
    const table = await dependencyTable({ timeoutMs: 0, registry: 'http://127.0.0.1:1' });
    const pinned = Object.entries(packageDependencies());
    expect(table).toEqual(
      pinned.map(([name, installed]) => ({ name, installed, latest: null, outdated: null })),
    );
  });

  it('asks the registry for the latest versions and says which are behind', async () => {
    const asked: (string | undefined)[] = [];
    const registry = await startRegistry((request, response) => {
      asked.push(request.url);
      const version = request.url?.includes('fastify%2fhelmet') ? '999.0.0' : installedVersion('pino');
      response.end(JSON.stringify({ name: 'x', version }));
    });
    const names = ['@fastify/helmet', 'pino', 'not-installed-anywhere'];
    const table = await dependencyTable({ timeoutMs: 5000, registry, names });
    expect(asked.sort()).toEqual([
      '/@fastify%2fhelmet/latest',
      '/not-installed-anywhere/latest',
      '/pino/latest',
    ]);
    const pino = installedVersion('pino');
    expect(table).toEqual([
      {
        name: '@fastify/helmet',
        installed: installedVersion('@fastify/helmet'),
        latest: '999.0.0',
        outdated: true,
      },
      { name: 'pino', installed: pino, latest: pino, outdated: false },
      { name: 'not-installed-anywhere', installed: null, latest: pino, outdated: null },
    ]);
  });

  it.each([
    ['an error', 503, '{"version":"1.0.0"}'],
    ['something that is not JSON', 200, '<html>'],
    ['a version that is not one', 200, '{"version":"\\u001b[2J1.0.0"}'],
  ])('does not know the latest where the registry answers %s', async (_, status, body) => {
    const registry = await startRegistry((_request, response) => {
      response.statusCode = status;
      response.end(body);
    });
    const table = await dependencyTable({ timeoutMs: 5000, registry, names: ['pino'] });
    expect(table[0]).toMatchObject({ latest: null, outdated: null });
  });

  it('ends what is under way when the time is up', async () => {
    let open = 0;
    const registry = await startRegistry((request) => {
      open += 1;
      request.socket.on('close', () => {
        open -= 1;
      });
    });
    const table = await dependencyTable({ timeoutMs: 150, registry, names: ['pino', 'zod'] });
    expect(table.map(({ latest }) => latest)).toEqual([null, null]);
    await expect.poll(() => open).toBe(0);
  });

  it.each(['http://127.0.0.1:1', 'http://no-such-host.invalid/', 'not an address'])(
    'does not know the latest where nobody answers at %s',
    async (registry) => {
      const table = await dependencyTable({ timeoutMs: 5000, registry, names: ['pino'] });
      expect(table[0]).toMatchObject({ name: 'pino', installed: installedVersion('pino'), latest: null });
    },
  );
});

describe('compareVersions', () => {
  it('orders versions as Semantic Versioning does', () => {
    const ordered = [
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
      '1.0.0',
      '1.2.10',
      '1.10.0',
      '10.0.0',
    ];
    for (const [i, a] of ordered.entries()) {
      for (const [j, b] of ordered.entries()) {
        expect(Math.sign(compareVersions(a, b))).toBe(Math.sign(i - j));
      }
    }
    expect(compareVersions('1.0.0+build.1', '1.0.0+build.2')).toBe(0);
  });
});
