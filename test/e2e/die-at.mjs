/**
 * Preloaded into the command (NODE_OPTIONS=--import): numbers each change that its main thread makes on the disk, a
 * call of node:fs or a commit of the state store, and ends the process there, as kill -9 does.
 *
 *   DIE_AT=n       die instead of change n; of a write, half is done
 *   STOP_AT=text   stand still (SIGSTOP) before the first change that begins so
 *   DIE_TRACE=path append one line a change: what it does to which file
 */
import fs from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { basename } from 'node:path';
import { isMainThread } from 'node:worker_threads';

const { DIE_AT, DIE_TRACE, STOP_AT } = process.env;
// Taken before they are replaced.
const { closeSync, openSync, writeSync } = fs;
const trace = DIE_TRACE === undefined ? null : openSync(DIE_TRACE, 'a');
const names = new Map();
let count = 0;
let stopped = false;

/** Counts a change; `half` does the first half of it before the process dies there. */
function change(what, half = () => undefined) {
  count++;
  if (trace !== null) writeSync(trace, `${what}\n`);
  if (!stopped && STOP_AT !== undefined && what.startsWith(STOP_AT)) {
    stopped = true;
    process.kill(process.pid, 'SIGSTOP');
  }
  if (count !== Number(DIE_AT)) return;
  half();
  process.kill(process.pid, 'SIGKILL');
}

/** A name without the parts that differ from run to run. */
function nameOf(path) {
  return basename(String(path))
    .replace(/\.[-\da-f]+\.[0-9a-f]{8}(?=\.part$)/, '')
    .replace(/\d{8}T\d{6}Z-[0-9a-f]{6}/, 'ID')
    .replace(/[0-9a-f]{64}/, 'HASH');
}

function wrap(name, describe) {
  const plain = fs[name];
  fs[name] = (...args) => {
    const [what, half] = describe(...args);
    if (what !== null) change(`${name} ${what}`, half);
    return plain(...args);
  };
}

function watchFiles() {
  for (const name of ['mkdirSync', 'mkdtempSync', 'rmSync']) wrap(name, (path) => [nameOf(path)]);
  for (const name of ['renameSync', 'symlinkSync']) wrap(name, (_from, to) => [nameOf(to)]);
  wrap('writeFileSync', (path, content) => [
    nameOf(path),
    () => {
      const handle = openSync(path, 'w');
      writeSync(handle, Buffer.from(content), 0, Math.floor(Buffer.byteLength(content) / 2));
      closeSync(handle);
    },
  ]);
  wrap('writeSync', (handle, bytes, from = 0) => [
    handle > 2 ? (names.get(handle) ?? 'file') : null,
    () => writeSync(handle, bytes, from, Math.floor((bytes.length - from) / 2)),
  ]);
  wrap('fsyncSync', (handle) => [names.get(handle) ?? 'file']);
  const open = fs.openSync;
  fs.openSync = (path, ...rest) => {
    const handle = open(path, ...rest);
    names.set(handle, nameOf(path));
    return handle;
  };
  syncBuiltinESMExports();
}

function watchStore() {
  const { prototype } = createRequire(process.argv[1])('libsql');
  const { exec, prepare } = prototype;
  let last = '';
  prototype.prepare = function (text) {
    if (/^(insert|update|delete)/.test(text)) last = /^[a-z ]+"\w+"/.exec(text)?.[0] ?? text;
    return prepare.call(this, text);
  };
  prototype.exec = function (text) {
    if (text === 'commit') {
      change(`commit ${last}`);
      // What only keeps others from writing commits no change of its own.
      last = 'nothing';
    }
    return exec.call(this, text);
  };
}

if (isMainThread && process.argv[1] !== undefined) {
  watchFiles();
  watchStore();
}
