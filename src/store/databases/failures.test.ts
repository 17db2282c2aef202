import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import { TidewatchError } from '../../base/errors.ts';
import { storeFailure } from './failures.ts';

/** What the work throws. */
function thrown(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('the errors of the SQLite driver', () => {
  it('become disk-full when there is no room', () => {
    const db = new Database(':memory:');
    db.exec('create table t (a); pragma max_page_count = 3');
    const error = thrown(() => db.prepare('insert into t values (?)').run('x'.repeat(1e6)));
    expect(storeFailure(error, '/w/tidewatch.db')).toMatchObject({
      code: 'disk-full',
      message: expect.stringMatching(/\/w\/tidewatch\.db.*Free some space/s),
      cause: error,
    });
  });

  it('become internal when a record contradicts another', () => {
    const db = new Database(':memory:');
    db.exec('create table t (a text unique); insert into t values (1)');
    const error = thrown(() => db.prepare('insert into t values (?)').run('1'));
    expect(storeFailure(error, 'x').code).toBe('internal');
  });

  it('become store-unavailable when a table is not there', () => {
    const error = thrown(() => new Database(':memory:').prepare('select * from runs'));
    expect(storeFailure(error, 'x')).toMatchObject({
      code: 'store-unavailable',
      message: expect.stringContaining('no such table: runs'),
    });
  });

  it('become store-unavailable with the path when the file cannot be opened', () => {
    const folder = mkdtempSync(join(tmpdir(), 'failures-'));
    const error = thrown(() => new Database(folder));
    rmSync(folder, { recursive: true });
    expect(storeFailure(error, folder)).toMatchObject({
      code: 'store-unavailable',
      message: expect.stringContaining('cannot be opened'),
    });
  });

  it('stay as they are when they are Tidewatch’s own', () => {
    const error = new TidewatchError('not-found', 'x');
    expect(storeFailure(error, 'x')).toBe(error);
  });
});
