/** Proves that imports go down the house only, without a cycle. Run by `npm run check`. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const FLOORS = [
  'cli',
  'app',
  'server',
  'schedule',
  'pipeline',
  'steps',
  'report',
  'store',
  'engine',
  'formats',
  'core',
  'config',
  'base',
];
/** The floors inside core, the highest first; a file beside these folders is on a floor of its own above them. */
const CORE_FLOORS = [
  'propose',
  'monitor',
  'reasons',
  'calibration',
  'learners',
  'scoring',
  'models',
  'metrics',
  'features',
  'document',
  'statistics',
  'kernels',
  'clients',
  'columns',
  'derived',
  'outcomes',
  'values',
  'math',
];
/** Folders of the floor `engine` that are engines: what is inside one is known there and where the engine is chosen. */
const ENGINES = new Set(['engine/local', 'engine/sql']);
const CHOOSES_ENGINE = 'pipeline/open-engine.ts';
/** Floors whose parts never import each other: a step, be it a file or a folder, never imports another step. */
const NO_SIBLINGS = new Set(['steps']);
const root = resolve(import.meta.dirname, '..', 'src');

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sources(path);
    return /\.tsx?$/.test(path) && !path.endsWith('.test.ts') ? [path] : [];
  });
}

function floorOf(path: string): string {
  const first = relative(root, path).split('/')[0] ?? '';
  return first.replace(/\.ts$/, '');
}

/** The file, or the folder, of a floor that a path belongs to. */
function partOf(path: string): string {
  return relative(root, path).split('/').slice(0, 2).join('/');
}

function importsOf(path: string): string[] {
  const text = readFileSync(path, 'utf8');
  const found = [...text.matchAll(/(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g)];
  return found
    .map((match) => resolve(dirname(path), match[1] as string))
    .map((target) => (path.includes('/assembly/') ? `${target}.ts` : target))
    .filter((target) => existsSync(target));
}

/** Place of a file among the floors of core, from the top. A folder that has none is the highest, so that it stands out. */
function coreFloor(path: string): number {
  const [, folder = '', file] = relative(root, path).split('/');
  return file === undefined ? -1 : CORE_FLOORS.indexOf(folder);
}

export function findProblems(
  files: readonly string[],
  edges: ReadonlyMap<string, readonly string[]>,
): string[] {
  const problems: string[] = [];
  for (const file of files) {
    const from = floorOf(file);
    if (from === 'core' && coreFloor(file) < 0 && partOf(file) !== relative(root, file)) {
      problems.push(`${relative(root, file)}: no floor in core for it`);
    }
    if (!FLOORS.includes(from)) problems.push(`${relative(root, file)}: no floor "${from}" in the house`);
    for (const target of edges.get(file) ?? []) {
      const to = floorOf(target);
      if (FLOORS.indexOf(to) < FLOORS.indexOf(from)) {
        problems.push(`${relative(root, file)} imports upward: ${relative(root, target)}`);
      }
      if (from === 'core' && to === 'core' && coreFloor(target) < coreFloor(file)) {
        problems.push(`${relative(root, file)} imports upward in core: ${relative(root, target)}`);
      }
      if (
        ENGINES.has(partOf(target)) &&
        partOf(file) !== partOf(target) &&
        relative(root, file) !== CHOOSES_ENGINE
      ) {
        problems.push(`${relative(root, file)} imports from inside an engine: ${relative(root, target)}`);
      }
      if (from === to && NO_SIBLINGS.has(from) && partOf(file) !== partOf(target)) {
        problems.push(
          `${relative(root, file)} imports a sibling ${from.slice(0, -1)}: ${relative(root, target)}`,
        );
      }
    }
  }
  return [...problems, ...findCycles(files, edges)];
}

function findCycles(files: readonly string[], edges: ReadonlyMap<string, readonly string[]>): string[] {
  const state = new Map<string, 'open' | 'done'>();
  const cycles: string[] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      const loop = [...trail.slice(trail.indexOf(file)), file];
      cycles.push(`import cycle: ${loop.map((path) => relative(root, path)).join(' -> ')}`);
      return;
    }
    state.set(file, 'open');
    for (const target of edges.get(file) ?? []) visit(target, [...trail, file]);
    state.set(file, 'done');
  };
  for (const file of files) visit(file, []);
  return cycles;
}

/** Lists that say what is shown, which the dashboard has from where they are kept. They import nothing. */
const LISTS = ['config/drift-rules.ts', 'core/monitor/inputs/methods.ts'].map((path) => resolve(root, path));

/** The dashboard takes types from the contract of the API, and lists that import nothing; nothing else from below. */
function findWebProblems(folder: string): string[] {
  const contract = resolve(root, 'server', 'contract.ts');
  return sources(folder).flatMap((file) => {
    const foreign = importsOf(file).filter((target) => !target.startsWith(folder));
    const name = relative(resolve(root, '..'), file);
    const values = /^import (?!type )[^;]*from '[^']*\/src\/server\//m.test(readFileSync(file, 'utf8'));
    return [
      ...foreign
        .filter(
          (target) => target !== contract && !(LISTS.includes(target) && importsOf(target).length === 0),
        )
        .map((target) => `${name} imports ${relative(root, target)}`),
      ...(values ? [`${name} imports more than types from the contract`] : []),
    ];
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = sources(root);
  const problems = [
    ...findProblems(files, new Map(files.map((file) => [file, importsOf(file)]))),
    ...findWebProblems(resolve(root, '..', 'web', 'src')),
  ];
  if (problems.length > 0) {
    console.error(problems.join('\n'));
    process.exit(1);
  }
  console.log(`imports: ${files.length} files, all downward, no cycle`);
}
