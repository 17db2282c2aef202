import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLiveFolder, type Publication } from './live-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidewatch-live-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function publication(name: string): Publication {
  return {
    deployedAt: new Date('2026-01-02T03:04:05.678Z'),
    runId: 'run-1',
    modelVersion: name,
    f1: 0.5714285714285715,
    reason: 'first',
    model: `{"model":"${name}"}`,
    score: `0.5714285714285715\n`,
    fileList: `['${name}.csv']\n`,
  };
}

describe('openLiveFolder', () => {
  it('says that nothing is live where nothing was published, even without a folder', () => {
    expect(openLiveFolder(folder).read()).toBeNull();
    expect(openLiveFolder(join(folder, 'absent')).currentId()).toBeNull();
  });

  it('publishes the files under their well-known names and reads them back', () => {
    const live = openLiveFolder(folder);
    const manifest = live.publish(publication('a'));
    expect(live.currentId()).toBe(manifest.id);
    expect(live.read()).toMatchObject({
      model: '{"model":"a"}',
      fileList: "['a.csv']\n",
      manifest: { modelVersion: 'a' },
    });
    expect(readFileSync(join(folder, 'latestscore.txt'), 'utf8')).toBe('0.5714285714285715\n');
    expect(readFileSync(join(folder, 'trainedmodel.json'), 'utf8')).toBe('{"model":"a"}');
  });

  it('moves all names at once when it publishes again, and keeps what was live before', () => {
    const live = openLiveFolder(folder);
    const first = live.publish(publication('a'));
    live.publish(publication('b'));
    expect(readFileSync(join(folder, 'ingestedfiles.txt'), 'utf8')).toBe("['b.csv']\n");
    expect(readFileSync(join(folder, '.deployments', first.id, 'trainedmodel.json'), 'utf8')).toBe(
      '{"model":"a"}',
    );
  });

  it('keeps plain files of the original system when it takes their names', () => {
    writeFileSync(join(folder, 'latestscore.txt'), 'f1 score = 0.5');
    const manifest = openLiveFolder(folder).publish(publication('a'));
    expect(lstatSync(join(folder, 'latestscore.txt')).isSymbolicLink()).toBe(true);
    const kept = join(folder, '.deployments', `before-${manifest.id}`, 'latestscore.txt');
    expect(readFileSync(kept, 'utf8')).toBe('f1 score = 0.5');
  });

  it('removes the folder of a deployment that was killed before it went live', () => {
    const live = openLiveFolder(folder);
    const history = join(folder, '.deployments');
    const first = live.publish(publication('a'));
    const orphan = '20260102T030405Z-0a1b2c';
    mkdirSync(join(history, orphan));
    symlinkSync(orphan, join(history, `.current.${orphan}.part`));
    symlinkSync('../..', join(history, '.current.strange.part'));
    symlinkSync(first.id, join(history, '.current.live.part'));
    const second = live.publish(publication('b'));
    expect(readdirSync(history).sort()).toEqual([first.id, second.id, 'current'].sort());
  });

  it('keeps the folders of the last ten deployments, the live one and plain files', () => {
    writeFileSync(join(folder, 'latestscore.txt'), '0.5');
    const live = openLiveFolder(folder);
    const ids = Array.from({ length: 13 }, (_, index) => {
      const deployedAt = new Date(Date.UTC(2026, 0, 1 + index));
      return live.publish({ ...publication(`m${index}`), deployedAt }).id;
    });
    const early = live.publish({ ...publication('early'), deployedAt: new Date(0) });
    expect(readdirSync(join(folder, '.deployments')).sort()).toEqual(
      [...ids.slice(-9), early.id, `before-${ids[0]}`, 'current'].sort(),
    );
    expect(live.read()?.manifest.modelVersion).toBe('early');
  });

  it('refuses files that are not the ones deployed, and removes what a killed deployment left', () => {
    const live = openLiveFolder(folder);
    const manifest = live.publish(publication('a'));
    writeFileSync(join(folder, '.deployments', manifest.id, 'latestscore.txt'), '0.9');
    expect(() => live.read()).toThrow(/not the file that was deployed/);
    writeFileSync(join(folder, '.deployments', '.half.part'), '');
    live.publish(publication('c'));
    expect(existsSync(join(folder, '.deployments', '.half.part'))).toBe(false);
    expect(readdirSync(folder).sort()).toEqual(
      ['.deployments', 'ingestedfiles.txt', 'latestscore.txt', 'manifest.json', 'trainedmodel.json'].sort(),
    );
  });
});
