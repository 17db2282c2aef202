/** The PDF over names as people have them: long ones, and those of other scripts; numbers stay whole beside them. */
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { describe, expect, it } from 'vitest';
import { exampleInput } from '../../test/example-report.ts';
import { assembleReport } from './content/assemble.ts';
import { clientsSection } from './content/clients.ts';
import type { DataTable } from './content/document.ts';
import { drawReport } from './draw.ts';

type Clients = Exclude<Parameters<typeof clientsSection>[0], string>;

const NAMES = {
  'letters and digits without a space': (k: number) => `ACC${String(k).padStart(21, '0')}`,
  'names of companies': (k: number) => `Northern Freight & Cargo International ${k}`,
  'sixty letters': (k: number) => `${'Wolfeschlegelsteinhausenberger'.repeat(2)}${k}`,
  'sixty times the widest letter': (k: number) => `${'W'.repeat(60)}${k}`,
  'Japanese names': (k: number) => `株式会社東京商事 ${k}`,
  'Arabic, Thai and Hindi': (k: number) => `${['محمد بن سلمان', 'สมชาย ใจดี', 'नरेन्द्र कुमार'][k % 3]} ${k}`,
} as const;

const VALUES = { small: 937.25, usual: 18_537, rupiah: 987_654_321_000, large: 1e15 } as const;

function clients(name: (k: number) => string, value: number): Clients {
  return {
    ...(exampleInput().clients as Clients),
    clients: Array.from({ length: 6 }, (_, k) => ({
      rank: k + 1,
      id: name(k),
      probability: 0.954 - k / 10,
      value: value - k,
      expectedLoss: (value - k) * 0.9,
      owner: name(k + 10),
      segment: k % 2 === 0 ? 'South-East' : name(k + 20),
      reasons: [{ sentence: `number_of_employees is ${value}, lower than 91 % of clients` }],
    })),
  };
}

/** What stands in one line, by the lines of the file. */
async function linesOf(pdf: Uint8Array): Promise<string[]> {
  const document = await getDocument({
    data: pdf.slice(),
    useSystemFonts: false,
    disableFontFace: true,
    verbosity: 0,
  }).promise;
  const lines: string[] = [];
  for (let number = 1; number <= document.numPages; number++) {
    const { items } = await (await document.getPage(number)).getTextContent();
    lines.push(...items.map((item) => ('str' in item ? item.str.replace(/\s+/g, ' ').trim() : '')));
  }
  await document.loadingTask.destroy();
  return lines;
}

const CASES = Object.entries(NAMES).flatMap(([names, name]) =>
  Object.entries(VALUES).map(([size, value]) => ({ names, name, size, value })),
);

describe('the PDF', () => {
  it.each(CASES)(
    'keeps numbers and words of its heads whole beside $names, values $size',
    async ({ name, value }) => {
      const input = { ...exampleInput(), clients: clients(name, value) };
      const section = clientsSection(input.clients);
      const table = section.blocks.find((block): block is DataTable => block.kind === 'table');
      expect(table?.columns.length).toBe(7);
      const content = assembleReport(input);
      const lines = new Set(await linesOf((await drawReport({ ...content, sections: [section] })).pdf));
      table?.columns.forEach(({ header, align }, k) => {
        for (const word of header.split(' ')) {
          expect(
            [...lines].some((line) => line.split(' ').includes(word)),
            word,
          ).toBe(true);
        }
        if (align !== 'right') return;
        for (const cells of table.rows) expect(lines, cells[k]).toContain(cells[k]);
      });
      // A percent sign stays with its number in sentences, too.
      expect([...lines].filter((line) => line.startsWith('%'))).toEqual([]);
    },
  );

  it('tells clients of other scripts apart, and where their names are', async () => {
    const input = { ...exampleInput(), clients: clients(NAMES['Japanese names'], 1000) };
    const { pdf, html } = await drawReport(assembleReport(input));
    const text = (await linesOf(pdf)).join(' ').replace(/\s+/g, ' ');
    expect(text).toContain('report.html');
    for (let k = 0; k < 6; k++) {
      expect(text).toMatch(new RegExp(`\\[U\\+682A U\\+5F0F [U+0-9A-F ]*U\\+4E8B\\] ${k} `));
      expect(html).toContain(`株式会社東京商事 ${k}`);
    }
    expect(html).not.toContain('U+682A');
  });
});
