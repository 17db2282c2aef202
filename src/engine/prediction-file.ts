/** A file of scored clients while it is written: CSV in pieces, made Parquet at the end where that is wanted. */
import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { commitFile, temporaryName } from '../base/atomic-file.ts';
import { TidewatchError } from '../base/errors.ts';
import { makeFolder } from '../base/make-folder.ts';
import { guardFormula } from '../formats/csv/formula-guard.ts';
import { renderRecord } from '../formats/csv/header.ts';
import type { Engine } from './port.ts';

const ENDINGS = ['.csv', '.parquet'] as const;

export class PredictionFile {
  private readonly path: string;
  private readonly idName: string;
  private readonly temporary: string;
  private readonly handle: number;
  private longestLine = 0;
  private open = true;

  /** Makes the folder and a temporary file in it. Error `usage` where `path` ends in neither .csv nor .parquet. */
  constructor(path: string, idName: string) {
    if (!ENDINGS.some((ending) => path.toLowerCase().endsWith(ending))) {
      throw new TidewatchError(
        'usage',
        `The predictions are to go to ${path}: expected a name that ends in ${ENDINGS.join(' or ')}.`,
        { details: { path } },
      );
    }
    this.path = path;
    this.idName = idName;
    makeFolder(dirname(path));
    this.temporary = temporaryName(path);
    this.handle = openSync(this.temporary, 'wx');
    this.put([`${this.field(idName)},probability,prediction`]);
  }

  /** Adds rows; `labels` has 1 for those that count as leaving. */
  write(ids: readonly (string | null)[], probabilities: Float64Array, labels: Uint8Array): void {
    this.put(ids.map((id, i) => `${this.field(id ?? '')},${probabilities[i]},${labels[i]}`));
  }

  /** Only CSV is opened in a spreadsheet. */
  private field(text: string): string {
    return renderRecord([this.isParquet() ? text : guardFormula(text)]);
  }

  private isParquet(): boolean {
    return this.path.toLowerCase().endsWith('.parquet');
  }

  private put(lines: readonly string[]): void {
    for (const line of lines) {
      if (line.length > this.longestLine) this.longestLine = line.length;
    }
    writeFileSync(this.handle, lines.map((line) => `${line}\n`).join(''));
  }

  /** Gives the file its name; until now nothing is seen of it. */
  async finish(engine: Pick<Engine, 'writeParquet'>): Promise<void> {
    this.close();
    if (!this.isParquet()) {
      commitFile(this.temporary, this.path);
      return;
    }
    const parquet = temporaryName(this.path);
    try {
      await engine.writeParquet(this.canonical(), parquet);
      commitFile(parquet, this.path);
    } finally {
      rmSync(parquet, { force: true });
      rmSync(this.temporary, { force: true });
    }
  }

  /** Leaves nothing behind. */
  discard(): void {
    this.close();
    rmSync(this.temporary, { force: true });
  }

  private canonical(): Parameters<Engine['writeParquet']>[0] {
    return {
      path: this.temporary,
      columns: [
        { name: this.idName, role: 'id', type: 'text' },
        { name: 'probability', role: 'numeric', type: 'double' },
        { name: 'prediction', role: 'numeric', type: 'integer' },
      ],
      // A character takes up to three bytes a unit of its length.
      longestLine: 3 * this.longestLine + 1,
    };
  }

  private close(): void {
    if (this.open) closeSync(this.handle);
    this.open = false;
  }
}
