import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const { scripts, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Readonly<Record<string, string>>;
  dependencies: Readonly<Record<string, string>>;
};

it('npm start serves the workspace that npm run demo makes', () => {
  const made = /demo --dir (\S+)/.exec(scripts['demo'] ?? '')?.[1];
  const served = /serve --workspace (\S+)/.exec(scripts['start'] ?? '')?.[1];
  expect(made).toBe('.demo');
  expect(served).toBe(made);
});

it('every locked library runs on this Node, so that an installation warns of nothing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'locked-'));
  try {
    for (const name of ['package.json', 'package-lock.json', '.npmrc'])
      cpSync(join(root, name), join(folder, name));
    const options = { cwd: folder, encoding: 'utf8', stdio: 'pipe' } as const;
    const said = execFileSync('sh', ['-c', 'npm ci --dry-run --offline 2>&1'], options);
    expect(said.split('\n').filter((line) => line.startsWith('npm warn'))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('the package carries the libraries that it was tested with, and names the rest by exact version', () => {
  const packed = execFileSync('npm', ['pack', '--dry-run', '--json'], { cwd: root, encoding: 'utf8' });
  const [{ files, bundled }] = JSON.parse(packed) as [{ files: { path: string }[]; bundled: string[] }];
  expect(files.filter(({ path }) => /^(src|test|bench|scripts|web)\//.test(path))).toEqual([]);
  const others = Object.entries(dependencies).filter(([name]) => !bundled.includes(name));
  // Each of these brings a file of machine code that differs from one platform to the next.
  expect(others.map(([name]) => name)).toEqual([
    '@duckdb/node-api',
    '@duckdb/node-bindings',
    '@resvg/resvg-js',
    'libsql',
  ]);
  expect(others.filter(([, version]) => !/^\d+\.\d+\.\d+/.test(version))).toEqual([]);
});

it('the licence of each bundled library is in the package', ({ skip }) => {
  const folder = join(root, 'dist/licenses');
  if (!existsSync(folder)) skip('The package is not built.');
  const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  const named = new Set(
    texts.flatMap((text) => [...text.matchAll(/^Name: (.+)$/gm)].map(([, name]) => name)),
  );
  const expected = [
    'fastify',
    'avvio',
    'find-my-way',
    'semver',
    'zod',
    'kysely',
    'vega',
    'topojson-client',
    'preact',
  ];
  expect(expected.filter((name) => !named.has(name))).toEqual([]);
  expect(readdirSync(folder)).toEqual(
    expect.arrayContaining(['delaunator.txt', 'fonts.txt', 'robust-predicates.txt']),
  );
});
