import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { asTidewatchError } from '../../../base/errors.ts';
import { QuarantineWriter } from '../../../formats/quarantine/quarantine-file.ts';
import type { CompileRequest } from '../../port.ts';
import { refuseRows } from './row-balance.ts';

const folder = mkdtempSync(join(tmpdir(), 'row-balance-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function quarantineOf(name: string, reasons: readonly string[]): string {
  const writer = new QuarantineWriter(folder, { name, bytes: 1, header: 'id,x' });
  for (const [k, reason] of reasons.entries()) writer.add(k + 2, ['x'], [reason], Buffer.from('a,b'));
  return writer.commit() ?? '';
}

function refusal(maxRejectedShare: number, quarantined: number, paths: readonly string[]): string {
  const rows = { read: quarantined, kept: 0, duplicates: 0, quarantined };
  try {
    refuseRows({ folder: '/in', maxRejectedShare } as CompileRequest, rows, paths);
  } catch (error) {
    return `${asTidewatchError(error).code}: ${asTidewatchError(error).message}`;
  }
  throw new Error('it was not refused');
}

describe('files of which no row is kept', () => {
  it('hold none where none was read', () => {
    expect(refusal(1, 0, [])).toMatch(/^input-empty: The files of \/in hold no rows/);
  });

  it('had rows that were all quarantined: how many, why most of them, and where they are', () => {
    const paths = [
      quarantineOf('a.csv', ['got "p"; expected a number', 'too many fields', 'too many fields']),
      quarantineOf('b.csv', ['got "q"; expected a number', 'got "r \\" s"; expected a number']),
    ];
    const message = refusal(1, 5, paths);
    expect(message).toMatch(/^input-empty: None of the 5 rows .* all were quarantined/);
    expect(message).toContain(
      'The commonest reasons: got "p"; expected a number (3 rows, first a.csv, line 2); ' +
        'too many fields (2 rows, first a.csv, line 3). ',
    );
    expect(message).toContain(paths[1]);
    expect(message).not.toContain('hold no rows');
    expect(refusal(0.5, 5, paths)).toMatch(/^too-many-rejected: .*The commonest reasons: got "p"/);
  });
});
