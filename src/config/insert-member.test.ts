import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { insertMember } from './insert-member.ts';

describe('insertMember', () => {
  it('leaves the rest as it is, and takes the indent of the neighbours', () => {
    const text = '{\n\t"a": [1, {"x": "}"}],\n\t"columns": {\n\t\t"id": "c"\n\t}\n}\n';
    const one = insertMember(text, ['columns', 'aliases', 'B'], 'b');
    expect(one).toBe(
      '{\n\t"a": [1, {"x": "}"}],\n\t"columns": {\n\t\t"id": "c",\n\t\t"aliases": { "B": "b" }\n\t}\n}\n',
    );
    expect(insertMember(one, ['columns', 'aliases', 'C "c"'], 'c')).toContain(
      '"aliases": { "B": "b", "C \\"c\\"": "c" }',
    );
  });

  it('makes what is not there', () => {
    expect(insertMember('{}', ['a', 'b'], 1)).toBe('{ "a": { "b": 1 } }');
    expect(insertMember('{"a": {}}', ['a', 'b'], 1)).toBe('{"a": { "b": 1 }}');
  });

  it('puts the value in, and nothing else changes, in any JSON', () => {
    const json = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }));
    const key = fc.string().filter((name) => name !== '__proto__');
    fc.assert(
      fc.property(
        json,
        key,
        key,
        fc.string(),
        fc.constantFrom(undefined, 1, '\t'),
        (given, a, b, value, indent) => {
          const text = JSON.stringify(given, null, indent);
          const inner = Object.hasOwn(given, a) ? given[a] : {};
          const isObject = typeof inner === 'object' && inner !== null && !Array.isArray(inner);
          const expected = JSON.parse(JSON.stringify(given)) as Record<string, unknown>;
          expected[a] = { ...(isObject ? inner : {}), [b]: value };
          expect(JSON.parse(insertMember(text, [a, b], value))).toEqual(JSON.parse(JSON.stringify(expected)));
        },
      ),
    );
  });
});
