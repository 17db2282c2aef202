/** The report as a PDF for paper and for readers of every kind: tagged, with bookmarks, vector pictures and its own fonts. */
import PDFDocument from 'pdfkit';
import type { Block, Figure, ReportContent, Section } from '../content/document.ts';
import { fontPaths } from '../fonts.ts';
import { setCallout, setFacts, setFigures, setHeading, setList, setParagraph, setText } from './blocks.ts';
import { FACES } from './picture.ts';
import { readPlainFont } from './plain-font.ts';
import { createSheet, type Element, PAGE, PAPER_COLOURS, type Sheet, TEXT_WIDTH } from './sheet.ts';
import { setTable } from './table.ts';

type Drawings = ReadonlyMap<Figure, string>;

/** The bytes of the file. Equal content and drawings give equal bytes: its only time is that of the content. */
export async function renderPdf(content: ReportContent, drawings: Drawings): Promise<Uint8Array> {
  const pdf = openPdf(content);
  const chunks: Uint8Array[] = [];
  pdf.on('data', (chunk: Uint8Array) => chunks.push(chunk));
  const ended = new Promise<void>((resolve, reject) => {
    pdf.on('end', resolve);
    pdf.on('error', reject);
  });
  const root = pdf.struct('Document');
  pdf.addStructure(root);
  const sheet = createSheet(pdf);
  setTitle(sheet, root, content);
  for (const section of content.sections) setSection(sheet, root, section, drawings);
  numberPages(pdf, content);
  pdf.end();
  await ended;
  return new Uint8Array(Buffer.concat(chunks));
}

function openPdf({ title, subtitle, asOf, version }: ReportContent): PDFKit.PDFDocument {
  const [regular, bold] = fontPaths();
  const time = new Date(asOf);
  const options = {
    size: 'A4',
    margins: { left: PAGE.left, right: PAGE.right, top: PAGE.top, bottom: 0 },
    pdfVersion: '1.7' as const,
    tagged: true,
    lang: 'en',
    displayTitle: true,
    bufferPages: true,
    // None by its path: a face opened under two names is read again whenever the second is used.
    font: '',
    info: {
      Title: `${title}: ${subtitle}`,
      Author: 'Tidewatch',
      Creator: `Tidewatch ${version}`,
      Subject: 'Which clients are about to leave, and how good the model is that says so',
      CreationDate: time,
      ModDate: time,
    },
  };
  // The library knows PDF/UA; its types do not yet.
  const pdf = new PDFDocument({ ...options, subset: 'PDF/UA' } as typeof options);
  return pdf
    .registerFont(FACES.regular, readPlainFont(regular))
    .registerFont(FACES.bold, readPlainFont(bold));
}

function setTitle(sheet: Sheet, root: Element, { title, subtitle }: ReportContent): void {
  const brand = { size: 8, bold: true, colour: PAPER_COLOURS.accent };
  setText(sheet, root, 'TIDEWATCH', 'P', brand, 1);
  setText(sheet, root, title, 'H1', { size: 21, bold: true }, 0);
  setText(sheet, root, subtitle, 'P', { size: 9.2, colour: PAPER_COLOURS.quiet }, 4);
}

/** Room that a heading needs on its page, so that what it heads begins there. */
const WITH_TEXT = 130;
const WITH_PICTURE = 340;
const HEADING = { size: 14, bold: true } as const;

function setSection(sheet: Sheet, root: Element, { heading, blocks }: Section, drawings: Drawings): void {
  sheet.y += sheet.y > PAGE.top ? 12 : 0;
  sheet.ensure(blocks[0]?.kind === 'figures' ? WITH_PICTURE : WITH_TEXT);
  const { pdf, y } = sheet;
  // Measured from the right and the top, as the library counts.
  const place = { top: y - 8, left: PAGE.width };
  pdf.outline.addItem(heading, place as { expanded?: boolean });
  const section = sheet.element(root, 'Sect');
  const height = sheet.heightOf(heading, TEXT_WIDTH, HEADING);
  sheet.element(section, 'H2', {}, () =>
    sheet.write(heading, { x: PAGE.left, y, width: TEXT_WIDTH }, HEADING),
  );
  sheet.decorate((page) => {
    page.rect(PAGE.left, y + height, TEXT_WIDTH, 1.4).fill(PAPER_COLOURS.accent);
  });
  sheet.y += height + 10;
  for (const block of blocks) setBlock(sheet, section, block, drawings);
}

function setBlock(sheet: Sheet, parent: Element, block: Block, drawings: Drawings): void {
  switch (block.kind) {
    case 'heading':
      setHeading(sheet, parent, block.text);
      break;
    case 'text':
      setParagraph(sheet, parent, block.text);
      break;
    case 'list':
      setList(sheet, parent, block);
      break;
    case 'callout':
      setCallout(sheet, parent, block);
      break;
    case 'facts':
      setFacts(sheet, parent, block);
      break;
    case 'table':
      setTable(sheet, parent, block);
      break;
    case 'figures':
      setFigures(sheet, parent, block, drawings);
      break;
  }
}

/** "page n of m" and what the report is, at the foot of every page, for the eye only. */
function numberPages(pdf: PDFKit.PDFDocument, { title, subtitle }: ReportContent): void {
  const { start, count } = pdf.bufferedPageRange();
  for (let page = start; page < start + count; page++) {
    pdf.switchToPage(page);
    pdf.markContent('Artifact', { type: 'Pagination' });
    pdf.font(FACES.regular).fontSize(7.2).fillColor(PAPER_COLOURS.quiet);
    const y = PAGE.height - 34;
    pdf.text(`${title}. ${subtitle}`, PAGE.left, y, { lineBreak: false });
    const number = `page ${page - start + 1} of ${count}`;
    pdf.text(number, PAGE.width - PAGE.right - pdf.widthOfString(number), y, { lineBreak: false });
    pdf.endMarkedContent();
  }
}
