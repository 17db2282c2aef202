/** The texts that the cells of a workbook share, held as bytes. */
import { FileRefused } from '../csv/file-refused.ts';
import { textField } from './cell-text.ts';
import { scanXml } from './xml-scanner.ts';
import { damaged, type ZipFile } from './zip-file.ts';

/** Bytes of all of them, and how many they may be: what is held in memory. */
const MAX_BYTES = 1 << 28;
const MAX_TEXTS = 1 << 24;

export class SharedTexts {
  private bytes = Buffer.allocUnsafe(1 << 16);
  /** Where each ends. */
  private ends = new Uint32Array(1 << 10);
  private count = 0;

  add(text: string): void {
    const field = textField(text);
    const start = this.count === 0 ? 0 : (this.ends[this.count - 1] as number);
    const most = start + 3 * field.length;
    if (this.count === MAX_TEXTS || start + field.length > MAX_BYTES) throw tooMany();
    if (most > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(2 * this.bytes.length, most));
      this.bytes.copy(larger, 0, 0, start);
      this.bytes = larger;
    }
    if (this.count === this.ends.length) {
      const larger = new Uint32Array(2 * this.ends.length);
      larger.set(this.ends);
      this.ends = larger;
    }
    this.ends[this.count++] = start + this.bytes.write(field, start);
  }

  /** The text with this number, as a field. FileRefused where there is none. */
  field(index: number): string {
    const end = this.ends[index];
    if (end === undefined || index >= this.count) throw damaged('a cell has a text that is not there');
    return this.bytes.toString('utf8', index === 0 ? 0 : this.ends[index - 1], end);
  }
}

/** Reads them; how they sound (phonetic texts of Japanese) is left out. */
export async function readSharedTexts(zip: ZipFile, path: string): Promise<SharedTexts> {
  const texts = new SharedTexts();
  let text = '';
  let isText = false;
  let isSound = false;
  await scanXml(zip.read(path), {
    open(name) {
      if (name === 'si') text = '';
      else if (name === 't') isText = true;
      else if (name === 'rPh') isSound = true;
    },
    text(piece) {
      if (isText && !isSound) text += piece;
    },
    close(name) {
      if (name === 'si') texts.add(text);
      else if (name === 't') isText = false;
      else if (name === 'rPh') isSound = false;
    },
  });
  return texts;
}

function tooMany(): FileRefused {
  return new FileRefused(
    'input-unreadable',
    `the texts of the workbook are more than ${MAX_BYTES} bytes or ${MAX_TEXTS} texts together; save the sheet as CSV, which has no bound`,
  );
}
