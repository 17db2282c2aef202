import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DATA_ENDINGS } from './data-endings.ts';
import { listInputFolder, lookIntoFolder } from './input-folder.ts';
import { untakenFiles } from './untaken-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'input-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const put = (...names: string[]) => {
  for (const name of names) writeFileSync(join(folder, name), 'x');
};

describe('a folder of input files', () => {
  it('has the files of every ending of data, in capitals too', () => {
    const names = DATA_ENDINGS.flatMap((ending) => [`a${ending}`, `B${ending.toUpperCase()}`]);
    put(...names);
    const { names: found, ...rest } = listInputFolder(folder, folder);
    expect([...found].sort()).toEqual(names.sort());
    expect(rest).toEqual({ unfinished: [], refused: [], ignored: [] });
  });

  it('names everything else with what to do, but for hidden files and locks of Excel', () => {
    put('a.csv', 'b.txt', 'c.xls', 'd.zip', 'e', 'f.docx', 'g.dat.gz', 'h.csv.part', '.hidden', '~$a.xlsx');
    mkdirSync(join(folder, 'old'));
    mkdirSync(join(folder, 'z.csv'));
    const { names, unfinished, ignored } = listInputFolder(folder, folder);
    expect([names, unfinished]).toEqual([['a.csv'], ['h.csv.part']]);
    expect(Object.fromEntries(ignored.map(({ name, reason }) => [name, reason]))).toEqual({
      'b.txt': 'files that end in .txt are not read; if it is a table, rename it to b.csv',
      'c.xls':
        'files that end in .xls are not read; open it in Excel and save it as "Excel Workbook (.xlsx)"',
      'd.zip': 'files that end in .zip are not read; unpack it, or pack it with gzip',
      e: 'its name has no ending; if it is a table, rename it to e.csv',
      'f.docx': expect.stringMatching(
        /^files that end in \.docx are not read; .* \.csv, \.tsv, .*\.xlsx, .*\.parquet$/,
      ),
      'g.dat.gz': expect.stringContaining('rename it to g.csv'),
      old: 'it is a folder, and folders are not looked into; put its files beside it',
      'z.csv': expect.stringContaining('it is a folder'),
    });
  });

  it('without data is an error that names what is there, unless only looked into', () => {
    put('b.txt');
    expect(() => listInputFolder(folder, folder)).toThrow(
      /no data file: it holds only b\.txt\. Put files there that end in \.csv/,
    );
    const listing = lookIntoFolder(folder, folder);
    expect(untakenFiles(folder, listing)).toMatchObject([
      { name: 'b.txt', status: 'ignored', read: 0, sha256: '' },
    ]);
  });
});
