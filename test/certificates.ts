/** Certificates for servers of the tests, made by openssl: an authority, one it has signed for "localhost", and a stranger's. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificates {
  /** Paths of the PEM files of the authority that signed, and of one that did not. */
  readonly authority: string;
  readonly stranger: string;
  /** PEM texts, for a server that is called localhost. */
  readonly server: { readonly cert: string; readonly key: string };
  remove(): void;
}

/** null where openssl is not installed. */
export function makeCertificates(): Certificates | null {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-certificates-'));
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    openssl('version');
  } catch {
    remove();
    return null;
  }
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  for (const name of ['authority', 'stranger']) {
    const files = ['-keyout', `${name}.key`, '-out', `${name}.pem`];
    openssl('req', '-x509', ...newKey, '-days', '2', '-subj', `/CN=Test ${name}`, ...files);
  }
  openssl('req', ...newKey, '-subj', '/CN=localhost', '-keyout', 'server.key', '-out', 'server.csr');
  writeFileSync(join(folder, 'names'), 'subjectAltName=DNS:localhost\n');
  const signing = ['-CA', 'authority.pem', '-CAkey', 'authority.key', '-CAcreateserial', '-days', '2'];
  openssl('x509', '-req', '-in', 'server.csr', ...signing, '-extfile', 'names', '-out', 'server.pem');
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  return {
    authority: join(folder, 'authority.pem'),
    stranger: join(folder, 'stranger.pem'),
    server: { cert: read('server.pem'), key: read('server.key') },
    remove,
  };
}
