/** Writes rows of a source into an input file, which is there with all of them or not at all. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { commitFile, temporaryName } from '../../base/atomic-file.ts';
import { makeFolder } from '../../base/make-folder.ts';
import { draftName, pulledName } from './pulled-files.ts';

const FLUSH_CHARACTERS = 1 << 20;

export class PulledFileWriter {
  rows = 0;
  private readonly folder: string;
  private readonly number: number;
  private readonly source: string;
  private readonly temporary: string;
  private readonly hash = createHash('sha256');
  private readonly handle: number;
  private text: string;
  private watermark = '';

  /** `header`: the names of the columns, as a line of CSV. */
  constructor(folder: string, number: number, source: string, header: string) {
    this.folder = folder;
    this.number = number;
    this.source = source;
    this.text = `${header}\n`;
    makeFolder(folder);
    this.temporary = temporaryName(join(folder, draftName(number, source)));
    this.handle = openSync(this.temporary, 'wx');
  }

  /** Lines come in the order of their watermark. */
  add(line: string, watermark: string): void {
    this.rows++;
    this.watermark = watermark;
    this.text += line;
    this.text += '\n';
    if (this.text.length > FLUSH_CHARACTERS) this.flush();
  }

  /** Gives the file its name, and returns it. */
  commit(): string {
    this.flush();
    closeSync(this.handle);
    const name = pulledName(this.number, this.source, this.watermark, this.hash.digest('hex'));
    commitFile(this.temporary, join(this.folder, name));
    return name;
  }

  discard(): void {
    closeSync(this.handle);
    rmSync(this.temporary, { force: true });
  }

  private flush(): void {
    const bytes = Buffer.from(this.text);
    this.text = '';
    this.hash.update(bytes);
    for (let done = 0; done < bytes.length; ) done += writeSync(this.handle, bytes, done);
  }
}
