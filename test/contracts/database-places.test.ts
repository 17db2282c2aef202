/** Places of databases that are almost right: each is refused, shows no secret, and leaves no file behind. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { runProgram } from '../../src/cli/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidewatch-places-'));
const root = join(folder, 'workspace');
const home = process.cwd();
afterAll(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true, force: true });
});

const BASE = {
  input_folder_path: 'practicedata',
  output_folder_path: 'ingesteddata',
  test_data_path: 'testdata',
  output_model_path: 'models',
  prod_deployment_path: 'production_deployment',
  store_patience_seconds: 0,
};
const SECRET = 'sEcReT';

const writeConfig = (more: object): void =>
  writeFileSync(join(root, 'config.json'), JSON.stringify({ ...BASE, ...more }));

async function tidewatch(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const said: string[] = [];
  const stream = { write: (text: string) => void said.push(text) };
  const terminal = { out: stream, err: stream, width: 100, colour: false, interactive: false, env };
  return { exit: await runProgram([...args, '-w', root], terminal), said: said.join('') };
}

const filesOf = (): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();

beforeEach(() => {
  rmSync(root, { recursive: true, force: true });
  mkdirSync(join(root, 'practicedata'), { recursive: true });
  writeFileSync(join(root, 'practicedata', 'a.csv'), 'corporation\n');
  process.chdir(root);
});

/** Every way in which the name of a database reaches the program, and how it is then asked for. */
const ways: Readonly<
  Record<string, (place: string) => { config: object; args: string[]; env?: Record<string, string> }>
> = {
  'the key "store"': (store) => ({ config: { store }, args: ['db', 'migrate'] }),
  'a variable of the key "store"': (place) => ({
    config: { store: 'env:PLACE' },
    args: ['db', 'migrate'],
    env: { PLACE: place },
  }),
  'the doctor': (place) => ({ config: { store: 'env:PLACE' }, args: ['doctor'], env: { PLACE: place } }),
  'db copy --to': (place) => ({ config: {}, args: ['db', 'copy', '--to', place] }),
  'a source': (url) => ({
    config: { sources: [{ name: 'crm', url, table: 'clients', watermark: 'id' }] },
    args: ['sources', 'check'],
  }),
  'a variable of a source': (place) => ({
    config: { sources: [{ name: 'crm', url: 'env:PLACE', table: 'clients', watermark: 'id' }] },
    args: ['sources', 'check'],
    env: { PLACE: place },
  }),
};

const places = [
  `jdbc:postgresql://ann:${SECRET}@host/db`,
  `postgres:/ann:${SECRET}@host/db`,
  `postgres:ann:${SECRET}@host/db`,
  `POSTGRES:/ann:${SECRET}@host/db`,
  `mysql:ann:${SECRET}@host`,
  `mongodb://ann:${SECRET}@host/db`,
  `sqlite:/ann:${SECRET}@host/db`,
  `"postgres://ann:${SECRET}@host/db"`,
  `\u200bpostgres://ann:${SECRET}@host/db`,
  `//ann:${SECRET}@host/db`,
  `ann:${SECRET}@host/db`,
  `host=localhost user=ann password=${SECRET}`,
  `tidewatch${SECRET}.db\u0000`,
  `a\u001b[31m${SECRET}.db`,
];

describe.each(Object.keys(ways))('a place that is none, from %s', (name) => {
  it.each(places)('is refused without a secret and without a file: %j', async (place) => {
    const way = ways[name]?.(place);
    if (way === undefined) throw new Error(`there is no way ${name}`);
    writeConfig(way.config);
    if (name === 'db copy --to') await tidewatch(['db', 'migrate']);
    const before = filesOf();
    const { exit, said } = await tidewatch(way.args, way.env);
    expect(said).not.toMatch(/secret/i);
    expect(said).toContain('postgres://user:password@host:port/database');
    expect(exit).not.toBe(0);
    expect(filesOf()).toEqual(before);
  });
});

describe('the place of the state', () => {
  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'is no variable %s that every object has',
    async (name) => {
      writeConfig({ store: `env:${name}` });
      const { exit, said } = await tidewatch(['db', 'status']);
      expect(said).toMatch(new RegExp(`variable ${name} .*is not set`));
      expect(exit).toBe(2);
    },
  );

  it('may have blanks around it', async () => {
    writeConfig({ store: '  state.db\n' });
    expect(await tidewatch(['db', 'migrate'])).toMatchObject({ exit: 0 });
    expect(filesOf()).toContain('workspace/state.db');
    writeConfig({ store: ' postgres://ann:geheim@127.0.0.1:1/db' });
    const { said } = await tidewatch(['db', 'status']);
    expect(said).toContain('postgres://ann:***@127.0.0.1:1/db');
    expect(said).not.toContain('geheim');
  });

  it('never shows a secret nor makes a file, however the URL is misspelt', async () => {
    const start = fc.constantFrom('', ' ', '\t', '"', '<', './', '/', 'jdbc:', 'URL=', '\u200b', '\\');
    const scheme = fc.constantFrom(
      'postgres',
      'POSTGRES',
      'postgresql+psycopg',
      'mysql',
      'mongodb',
      'sqlite',
      'x',
    );
    const colon = fc.constantFrom(':', ';', '', '\uff1a', ' :');
    const slashes = fc.constantFrom('/', '//', '///', '\\\\', '', ' //');
    const user = fc.constantFrom('ann:', ':', 'ann;', 'a:b:', 'ann:%');
    await fc.assert(
      fc.asyncProperty(start, scheme, colon, slashes, user, async (...parts) => {
        const place = `${parts.join('')}${SECRET}@127.0.0.1:1/db`;
        writeConfig({ store: 'env:PLACE' });
        const before = filesOf();
        const { exit, said } = await tidewatch(['db', 'migrate'], { PLACE: place });
        expect(said).not.toMatch(/secret/i);
        expect(exit).not.toBe(0);
        expect(filesOf()).toEqual(before);
      }),
      { numRuns: 300 },
    );
  });
});
