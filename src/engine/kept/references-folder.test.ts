import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { pruneReferences, REFERENCE_FOLDER, referencePath } from './references-folder.ts';

const home = mkdtempSync(join(tmpdir(), 'references-'));
afterAll(() => rmSync(home, { recursive: true }));

describe('the files of models that are not to be kept', () => {
  it('go, sample and fold models, and nothing else does', () => {
    pruneReferences(home, []);
    mkdirSync(join(home, REFERENCE_FOLDER));
    for (const model of ['one', 'two', 'three']) {
      writeFileSync(referencePath(home, model, 'sample'), model);
      writeFileSync(referencePath(home, model, 'foldModels'), model);
    }
    writeFileSync(join(home, REFERENCE_FOLDER, 'notes.txt'), 'mine');
    pruneReferences(home, ['two', 'never made']);
    expect(readdirSync(join(home, REFERENCE_FOLDER)).sort()).toEqual([
      'notes.txt',
      'two.fold-models',
      'two.reference',
    ]);
  });
});
