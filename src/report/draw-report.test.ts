/** Both files of a report, from values to bytes, read back by other programs' eyes. */
import { getDocument, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { column, exampleInput, exampleValues, MODEL } from '../../test/example-report.ts';
import { assembleReport } from './content/assemble.ts';
import type { DataTable, ReportContent } from './content/document.ts';
import { drawReport } from './draw.ts';

interface Drawn {
  readonly content: ReportContent;
  readonly pdf: Uint8Array;
  readonly html: string;
}

async function drawn(...changes: Parameters<typeof exampleInput>): Promise<Drawn> {
  const content = assembleReport(exampleInput(...changes));
  return { content, ...(await drawReport(content)) };
}

let usual: Drawn;
let document: PDFDocumentProxy;
let pages: string[];
let tags: Tag[];

beforeAll(async () => {
  usual = await drawn();
  document = await openPdf(usual.pdf);
  pages = await textsOf(document);
  // The reader knows how many pages the document opened last has, and no other: so all is read here.
  tags = await tagsOf(document);
});
afterAll(() => document.loadingTask.destroy());

function openPdf(pdf: Uint8Array): Promise<PDFDocumentProxy> {
  // The reader takes the bytes away.
  return getDocument({ data: pdf.slice(), useSystemFonts: false, disableFontFace: true, verbosity: 0 })
    .promise;
}

/** Text of every page, words apart. */
async function textsOf(pdf: PDFDocumentProxy): Promise<string[]> {
  const texts: string[] = [];
  for (let number = 1; number <= pdf.numPages; number++) {
    const { items } = await (await pdf.getPage(number)).getTextContent();
    texts.push(
      items
        .map((item) => ('str' in item ? item.str : ''))
        .join(' ')
        .replace(/\s+/g, ' '),
    );
  }
  return texts;
}

interface Tag {
  readonly role?: string;
  readonly type?: string;
  readonly alt?: string;
  readonly children?: readonly Tag[];
}

async function tagsOf(pdf: PDFDocumentProxy): Promise<Tag[]> {
  const tags: Tag[] = [];
  const walk = (tag: Tag): void => {
    const { children = [] } = tag;
    // The tree of a page names elements of other pages, too, without their content.
    if (children.some(({ type }) => type === 'content')) tags.push(tag);
    for (const child of children) walk(child);
  };
  for (let number = 1; number <= pdf.numPages; number++) {
    const tree = await (await pdf.getPage(number)).getStructTree();
    if (tree !== null) walk(tree as Tag);
  }
  return tags;
}

/** Cells of each row of each table, as far as a page shows it: PDF/UA (7.2) wants them equal. */
async function cellsOf(pdf: PDFDocumentProxy): Promise<number[][]> {
  const tables: number[][] = [];
  const rowsOf = (tag: Tag): number[] =>
    tag.role === 'TR' ? [tag.children?.length ?? 0] : (tag.children ?? []).flatMap(rowsOf);
  const walk = (tag: Tag): void => {
    if (tag.role === 'Table') tables.push(rowsOf(tag));
    else for (const child of tag.children ?? []) walk(child);
  };
  for (let number = 1; number <= pdf.numPages; number++) {
    const tree = await (await pdf.getPage(number)).getStructTree();
    if (tree !== null) walk(tree as Tag);
  }
  return tables.map((rows) => rows.filter((cells) => cells > 0)).filter((rows) => rows.length > 0);
}

describe('a report', () => {
  it('is the same bytes for the same values, whatever was drawn between', async () => {
    await drawn({ drift: null });
    const again = await drawn();
    expect(Buffer.from(again.pdf).equals(usual.pdf)).toBe(true);
    expect(again.html).toBe(usual.html);
  });

  it('is small: the page below 500 kB, the PDF as well', () => {
    expect(usual.html.length).toBeLessThan(150_000);
    expect(usual.pdf.length).toBeLessThan(200_000);
  });

  it('says the same in both files: every cell of every table', () => {
    const text = pages.join(' ').replace(/\s/g, '');
    const plain = unescapeHtml(usual.html);
    const tables = usual.content.sections.flatMap(({ blocks }) =>
      blocks.filter((block): block is DataTable => block.kind === 'table'),
    );
    expect(tables.length).toBeGreaterThan(10);
    for (const cell of tables.flatMap(({ caption, rows }) => [caption, ...rows.flat()])) {
      expect(text).toContain(cell.replace(/\s/g, ''));
      expect(plain).toContain(cell);
    }
  });

  it('stays small with hundreds of columns and thousands of files, and says how many more there are', async () => {
    const [one] = exampleValues().files;
    const files = Array.from({ length: 5000 }, (_, k) => {
      return { ...(one as NonNullable<typeof one>), name: `${'long-name-'.repeat(20)}${k}.csv` };
    });
    const columns = Array.from({ length: 700 }, (_, k) => column(`column ${k}`, 'numeric', k % 90));
    const many = await drawn({
      files,
      diagnostics: { statistics: { snapshot: 's', rows: 900, columns }, durations: [], dependencies: [] },
    });
    expect(many.html.length).toBeLessThan(300_000);
    expect(many.pdf.length).toBeLessThan(400_000);
    const pdf = await openPdf(many.pdf);
    const text = (await textsOf(pdf)).join(' ');
    for (const more of ['and 660 more', 'and 4,960 more', '672 more are not drawn']) {
      expect(many.html).toContain(more);
      expect(text).toContain(more);
    }
    const cells = await cellsOf(pdf);
    expect(cells.length).toBeGreaterThan(10);
    for (const rows of cells) expect(new Set(rows).size).toBe(1);
    await pdf.loadingTask.destroy();
  });

  it('is drawn where there is nothing yet to tell', async () => {
    const empty = await drawn({
      score: null,
      evaluation: null,
      deployment: null,
      deployments: [],
      scores: [],
      run: null,
      worked: null,
      steps: [],
      checks: [],
      drift: null,
      diagnostics: null,
      snapshot: null,
      files: [],
    });
    const pdf = await openPdf(empty.pdf);
    expect((await textsOf(pdf)).join(' ')).toContain('has not been scored on the test data yet');
    expect(empty.html).toContain('No drift check yet');
    await pdf.loadingTask.destroy();
  });
});

describe('the PDF', () => {
  it('is A4, knows its title, language and time, and claims PDF/UA', async () => {
    const { info, metadata } = await document.getMetadata();
    expect(info).toMatchObject({
      Title: `Attrition risk report: Model ${MODEL.version}, as of 2 Jan 2026, 10:00 UTC`,
      Language: 'en',
      CreationDate: 'D:20260102100005Z',
      ModDate: 'D:20260102100005Z',
    });
    expect(metadata?.get('pdfuaid:part')).toBe('1');
    expect(await document.getMarkInfo()).toMatchObject({ Marked: true });
    const page = await document.getPage(1);
    expect(page.view.map(Math.round)).toEqual([0, 0, 595, 842]);
  });

  it('numbers its pages', () => {
    for (const [k, text] of pages.entries()) expect(text).toContain(`page ${k + 1} of ${pages.length}`);
  });

  it('has a bookmark for every section, on a page that there is', async () => {
    const outline = await document.getOutline();
    expect(outline.map(({ title }) => title)).toEqual(usual.content.sections.map(({ heading }) => heading));
    for (const { dest } of outline) {
      const [page] = dest as unknown[];
      expect(await document.getPageIndex(page as never)).toBeLessThan(pages.length);
    }
  });

  it('tells headings, tables with their heads, lists and figures with their texts to a reader aloud', () => {
    const count = (role: string) => tags.filter((tag) => tag.role === role).length;
    expect(count('H1')).toBe(1);
    expect(count('H2')).toBe(usual.content.sections.length);
    const blocks = usual.content.sections.flatMap((section) => section.blocks);
    const figures = blocks.flatMap((block) => (block.kind === 'figures' ? block.items : []));
    const alts = tags.filter((tag) => tag.role === 'Figure').map(({ alt }) => alt);
    expect(alts).toEqual(figures.map(({ title, alt }) => `${title}. ${alt}`));
    const tables = blocks.filter((block) => block.kind === 'table');
    const heads = tables.reduce((sum, table) => sum + table.columns.length + table.rows.length, 0);
    expect(count('TH')).toBe(heads);
    expect(count('Caption')).toBe(tables.length);
    expect(count('LBody')).toBe(blocks.flatMap((block) => (block.kind === 'list' ? block.items : [])).length);
  });

  it('brings its own fonts, and no picture of dots', async () => {
    const text = Buffer.from(usual.pdf).toString('latin1');
    expect(text.match(/\/FontFile2/g)?.length).toBe(2);
    expect(
      [...text.matchAll(/\/BaseFont \/([A-Z]{6}\+)?([\w-]+)/g)].every(([, , name]) =>
        name?.startsWith('DejaVu'),
      ),
    ).toBe(true);
    expect(text).not.toContain('/Subtype /Image');
  });

  it('holds ids and marks as they are', () => {
    const text = pages.join(' ');
    expect(text).toContain('<script>alert("x")</script>');
    expect(text).toContain('acme & sons');
  });
});

describe('the page', () => {
  it('has no script, no address, and forbids every request', () => {
    expect(usual.html).not.toMatch(/<script|<link|<img|<iframe|@import|javascript:|\son\w+=/i);
    expect(usual.html).not.toMatch(/https?:|url\((?!#)|src=/);
    expect(usual.html).toContain("default-src 'none'; style-src 'unsafe-inline'");
  });

  it('writes what data says as text', () => {
    expect(usual.html).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;');
    expect(usual.html).toContain('acme &amp; sons');
  });

  it('names its tables, their heads and its pictures for those who do not see them', () => {
    const blocks = usual.content.sections.flatMap((section) => section.blocks);
    const tables = blocks.filter((block) => block.kind === 'table').length;
    expect(matches(/<caption>/g)).toBe(tables);
    expect(matches(/<th scope="col"/g)).toBeGreaterThan(tables);
    expect(matches(/<th scope="row"/g)).toBeGreaterThan(tables);
    const pictures = matches(/<svg role="img" aria-labelledby="/g);
    expect(pictures).toBe(matches(/<figure>/g));
    expect(matches(/<svg /g)).toBe(pictures);
    expect(matches(/<svg [^>]*><title id="[^"]+">[^<]+<\/title><desc id="[^"]+">[^<]+<\/desc>/g)).toBe(
      pictures,
    );
    expect(matches(/<h1>/g)).toBe(1);
    expect(matches(/<html lang="en">/g)).toBe(1);
  });

  it('has ids that are there once, and labels that lead to one', () => {
    const ids = [...usual.html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const named = [...usual.html.matchAll(/(?:href="#|aria-labelledby=")([^"]+)"/g)];
    for (const [, id = ''] of named) for (const each of id.split(' ')) expect(ids).toContain(each);
  });

  it('has a colour for light and for dark of every colour that a picture asks for', () => {
    const asked = new Set([...usual.html.matchAll(/var\((--c[0-9a-f]{6})\)/g)].map(([, name]) => name ?? ''));
    expect(asked.size).toBeGreaterThan(5);
    const [light = '', dark = ''] = usual.html.split('prefers-color-scheme:dark');
    for (const name of asked) {
      expect(light).toContain(`${name}:#`);
      expect(dark).toContain(`${name}:#`);
    }
    expect(usual.html).toContain('@media print');
  });

  function matches(pattern: RegExp): number {
    return usual.html.match(pattern)?.length ?? 0;
  }
});

function unescapeHtml(html: string): string {
  return html
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&');
}
