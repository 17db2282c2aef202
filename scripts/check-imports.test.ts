import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findProblems } from './check-imports.ts';

const at = (path: string) => resolve(import.meta.dirname, '../src', path);

/** Problems of a house in which each file imports the next ones. */
function problemsOf(edges: Readonly<Record<string, readonly string[]>>): string[] {
  const imports = new Map(Object.entries(edges).map(([from, to]) => [at(from), to.map(at)]));
  return findProblems([...imports.keys()], imports);
}

describe('findProblems', () => {
  it('finds nothing where all imports go down', () => {
    expect(
      problemsOf({
        'cli/main.ts': ['core/models/margins.ts'],
        'core/models/margins.ts': ['core/math/sigmoid.ts'],
        'core/demo-data.ts': ['core/math/sigmoid.ts'],
        'core/math/sigmoid.ts': ['base/errors.ts'],
        'base/errors.ts': [],
      }),
    ).toEqual([]);
  });

  it('finds an import of a higher floor, in the house and in core', () => {
    expect(problemsOf({ 'core/math/a.ts': ['engine/port.ts'], 'engine/port.ts': [] })).toEqual([
      'core/math/a.ts imports upward: engine/port.ts',
    ]);
    expect(problemsOf({ 'core/math/a.ts': ['core/models/b.ts'], 'core/models/b.ts': [] })).toEqual([
      'core/math/a.ts imports upward in core: core/models/b.ts',
    ]);
    expect(problemsOf({ 'core/math/a.ts': ['core/demo-data.ts'], 'core/demo-data.ts': [] })).toEqual([
      'core/math/a.ts imports upward in core: core/demo-data.ts',
    ]);
  });

  it('finds a folder without a floor, a sibling and a cycle', () => {
    expect(problemsOf({ 'core/other/a.ts': [] })).toEqual(['core/other/a.ts: no floor in core for it']);
    expect(problemsOf({ 'other/a.ts': [] })).toEqual(['other/a.ts: no floor "other" in the house']);
    expect(problemsOf({ 'steps/a.ts': ['steps/b.ts'], 'steps/b.ts': [] })).toEqual([
      'steps/a.ts imports a sibling step: steps/b.ts',
    ]);
    expect(problemsOf({ 'base/a.ts': ['base/b.ts'], 'base/b.ts': ['base/a.ts'] })).toEqual([
      'import cycle: base/a.ts -> base/b.ts -> base/a.ts',
    ]);
  });

  it('finds what imports from inside an engine, but for where the engine is chosen', () => {
    const inside = 'engine/local/duckdb/engine.ts';
    expect(
      problemsOf({
        'pipeline/open-engine.ts': [inside],
        'engine/local/compile/compile.ts': [inside],
        [inside]: [],
      }),
    ).toEqual([]);
    for (const file of ['steps/train/train.ts', 'engine/rows/examples.ts'])
      expect(problemsOf({ [file]: [inside], [inside]: [] })).toEqual([
        `${file} imports from inside an engine: ${inside}`,
      ]);
  });
});
