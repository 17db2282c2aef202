import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Readonly<Record<string, string>>;
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
    for (const name of ['package.json', 'npm-shrinkwrap.json', '.npmrc'])
      cpSync(join(root, name), join(folder, name));
    const options = { cwd: folder, encoding: 'utf8', stdio: 'pipe' } as const;
    const said = execFileSync('sh', ['-c', 'npm ci --dry-run --offline 2>&1'], options);
    expect(said.split('\n').filter((line) => line.startsWith('npm warn'))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('the package carries its lock, so that who installs it gets the libraries it was tested with', () => {
  const packed = execFileSync('npm', ['pack', '--dry-run', '--json'], { cwd: root, encoding: 'utf8' });
  const [{ files }] = JSON.parse(packed) as [{ files: { path: string }[] }];
  const paths = files.map(({ path }) => path);
  expect(paths).toContain('npm-shrinkwrap.json');
  expect(paths.filter((path) => /^(src|test|bench|scripts|web)\//.test(path))).toEqual([]);
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
