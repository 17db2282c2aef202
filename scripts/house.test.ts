import { expect, it } from 'vitest';
import { measureHouse } from './house.ts';

it('counts lines, functions and members', () => {
  const measures = measureHouse(
    new Map([
      ['a.ts', 'export interface Store {\n  a(): void;\n  b(): void;\n}\n\nconst f = () => 1;\n'],
      ['b.ts', 'function g() {\n  return [1].map((x) => {\n    return x;\n  });\n}\n'],
      [
        'c.ts',
        'interface A { a: 1 }\ninterface B extends A { b: 1 }\ninterface C extends A, B { c: 1; d: 1 }\n',
      ],
    ]),
  );
  expect(measures).toMatchObject({ files: 3, lines: 14, functions: 3 });
  expect(measures.fileLines).toEqual([5, 6, 6, 6]);
  expect(measures.functionLines).toEqual([3, 5, 5, 5]);
  expect(measures.members.get('Store')).toBe(2);
  expect(measures.members.get('C')).toBe(4);
  expect(measures.longest[0]).toEqual(['a.ts', 6]);
});
