import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFileList, renderFileList } from './file-list.ts';

describe('renderFileList', () => {
  it('writes the list as Python does', () => {
    expect(renderFileList(['dataset1.csv', 'dataset2.csv'])).toBe("['dataset1.csv', 'dataset2.csv']\n");
    expect(renderFileList([])).toBe('[]\n');
  });

  it('chooses the quote and escapes as Python does', () => {
    expect(renderFileList(["it's.csv"])).toBe('["it\'s.csv"]\n');
    expect(renderFileList([`'"\\\n.csv`])).toBe(`['\\'"\\\\\\n.csv']\n`);
  });

  it('is read back as it was, whatever the names', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', minLength: 1 })), (names) => {
        expect(parseFileList(renderFileList(names))).toEqual(names);
      }),
    );
  });
});

describe('parseFileList', () => {
  it.each([
    ['a Python list', "['a.csv', \"b's.csv\",]", ['a.csv', "b's.csv"]],
    ['escapes of Python', String.raw`['\x41\u00e9\U0001F600\'\\\t.csv']`, ["Aé😀'\\\t.csv"]],
    ['JSON', '["a.csv", "\\ud83d\\ude00\\/b.csv"]', ['a.csv', '😀/b.csv']],
    ['a list over several lines', "[\n  'a.csv',\n  'b.csv'\n]\n", ['a.csv', 'b.csv']],
    ['one name a line', 'a.csv\r\n b, c.csv \n\n', ['a.csv', 'b, c.csv']],
    ['nothing', ' \n', []],
    ['an empty list', '[ ]', []],
  ])('reads %s', (_, text, names) => {
    expect(parseFileList(text)).toEqual(names);
  });

  it.each(["['a.csv'", "['a.csv' 'b.csv']", "['a.csv'] x", '[a.csv]', "['a.csv]"])(
    'refuses the damaged list %s',
    (text) => {
      expect(() => parseFileList(text)).toThrow(SyntaxError);
    },
  );

  it('reads every JSON list of texts', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (names) => {
        expect(parseFileList(JSON.stringify(names))).toEqual(names);
      }),
    );
  });
});
