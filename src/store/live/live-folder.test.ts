import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLiveFolder } from './live-folder.ts';
import type { Publication } from './publish-files.ts';

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
    symlinkSync('../../..', join(history, '.current.strange.part'));
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

  it('keeps the newest by their sequence, and the one before the live one, whatever the clock says', () => {
    const live = openLiveFolder(folder);
    const ids = Array.from({ length: 13 }, (_, index) => {
      const deployedAt = new Date(Date.UTC(2026, 0, 28 - index));
      return live.publish({ ...publication(`m${index}`), deployedAt }).id;
    });
    expect(readdirSync(join(folder, '.deployments')).sort()).toEqual([...ids.slice(-10), 'current'].sort());
    expect([...live.history()].map(({ manifest }) => manifest.id)).toEqual(ids.slice(-10).toReversed());
  });

  it('never removes the one before the live one, though folders of a later sequence are there', () => {
    const live = openLiveFolder(folder);
    const history = join(folder, '.deployments');
    const ids = Array.from({ length: 10 }, (_, index) => live.publish(publication(`m${index}`)).id);
    rmSync(join(history, 'current'));
    symlinkSync(ids[0] ?? '', join(history, 'current'));
    const again = live.publish(publication('again'));
    expect(readdirSync(history)).toContain(ids[0]);
    expect(live.currentId()).toBe(again.id);
    expect(readdirSync(history)).not.toContain(ids[1]);
  });

  it('tells the whole deployments, and of a damaged live one what its manifest says', () => {
    const live = openLiveFolder(folder);
    const first = live.publish(publication('a'));
    const second = live.publish(publication('b'));
    writeFileSync(join(folder, '.deployments', second.id, 'trainedmodel.json'), '');
    expect(() => live.read()).toThrow(/doctor --fix/);
    expect(live.manifest()).toEqual(second);
    expect([...live.history()].map(({ manifest }) => manifest.id)).toEqual([first.id]);
    rmSync(join(folder, '.deployments', second.id), { recursive: true });
    expect(live.currentId()).toBe(second.id);
    expect(live.manifest()).toBeNull();
  });
});

describe('a copy of the folder with its links followed', () => {
  const NAMES = ['trainedmodel.json', 'latestscore.txt', 'ingestedfiles.txt', 'manifest.json'];
  let copy: string;
  let first: string;
  let second: string;
  beforeEach(() => {
    const live = openLiveFolder(folder);
    first = live.publish(publication('a')).id;
    second = live.publish(publication('b')).id;
    copy = mkdtempSync(join(tmpdir(), 'tidewatch-copy-'));
    cpSync(folder, copy, { recursive: true, dereference: true });
    expect(lstatSync(join(copy, '.deployments', 'current')).isDirectory()).toBe(true);
  });

  afterEach(() => rmSync(copy, { recursive: true, force: true }));

  function expectLinks(live: string): void {
    expect(readlinkSync(join(copy, '.deployments', 'current'))).toBe(live);
    for (const name of NAMES) expect(lstatSync(join(copy, name)).isSymbolicLink(), name).toBe(true);
    expect(readdirSync(copy).sort()).toEqual(['.deployments', ...NAMES].sort());
    expect(readdirSync(join(copy, '.deployments')).filter((name) => name.startsWith('.'))).toEqual([]);
  }

  it('is read as what it is, and publishing makes links again', () => {
    const live = openLiveFolder(copy);
    expect(live.currentId()).toBe(second);
    expect(live.read()).toMatchObject({ model: '{"model":"b"}', manifest: { id: second } });
    const third = live.publish(publication('c'));
    expectLinks(third.id);
    expect([...live.history()].map(({ manifest }) => manifest.id)).toEqual([third.id, second, first]);
  });

  it('is mended without a deployment', () => {
    const live = openLiveFolder(copy);
    expect(live.mend()).toBe(true);
    expectLinks(second);
    expect(live.read()?.model).toBe('{"model":"b"}');
    expect(live.mend()).toBe(false);
  });

  it.each([
    ['the folder of the deployment', (path: string) => rmSync(join(path, second), { recursive: true })],
    [
      'the copy in the place of the link',
      (path: string) => rmSync(join(path, 'current'), { recursive: true }),
    ],
    ['everything but the well-known names', (path: string) => rmSync(path, { recursive: true })],
  ])('is whole without %s', (_, remove) => {
    remove(join(copy, '.deployments'));
    const live = openLiveFolder(copy);
    expect(live.read()).toMatchObject({ model: '{"model":"b"}', manifest: { id: second } });
    expect(live.mend()).toBe(true);
    expectLinks(second);
    expect(live.read()?.model).toBe('{"model":"b"}');
  });

  it('is still read where the links were put back half-way', () => {
    const history = join(copy, '.deployments');
    renameSync(join(history, 'current'), join(history, '.current.aside'));
    symlinkSync(second, join(history, `.current.${second}.part`));
    for (const name of NAMES) rmSync(join(copy, name));
    const live = openLiveFolder(copy);
    expect(live.read()?.model).toBe('{"model":"b"}');
    expect(live.publish(publication('c')).sequence).toBe(3);
    expect(live.read()?.model).toBe('{"model":"c"}');
    expect(readdirSync(history)).toContain(second);
  });

  it('keeps what lies in the place of the link and is no deployment', () => {
    const history = join(copy, '.deployments');
    writeFileSync(join(history, 'current', 'manifest.json'), '{}');
    writeFileSync(join(copy, 'manifest.json'), '{}');
    const live = openLiveFolder(copy);
    expect(live.read()).toBeNull();
    const third = live.publish(publication('c'));
    expect(live.read()?.model).toBe('{"model":"c"}');
    expect(readFileSync(join(history, `before-${third.id}`, 'current', 'trainedmodel.json'), 'utf8')).toBe(
      '{"model":"b"}',
    );
  });
});
