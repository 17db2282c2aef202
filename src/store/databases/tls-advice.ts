/** What to do where an encrypted connection to a database cannot be made as its URL asks. */

const NO_TLS = /does not support (SSL|secure) connection/i;
const WANTS_TLS = /\bno encryption\b|SECURE_TRANSPORT|insecure transport/i;
const OTHER_NAME = /ERR_TLS_CERT_ALTNAME_INVALID|does not match certificate/i;
const EXPIRED = /CERT_HAS_EXPIRED|CERT_NOT_YET_VALID|certificate (has expired|is not yet valid)/i;
const UNKNOWN_AUTHORITY =
  /SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|CERT_SIGNATURE_FAILURE|CERT_UNTRUSTED|self[- ]signed certificate|unable to (verify|get local issuer)|certificate signature failure/i;

const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    NO_TLS,
    'The server takes no encrypted connection, and "sslmode" asks for one, so nothing was sent. Set up TLS on the ' +
      'server; only where the whole way to it is safe, write sslmode=disable.',
  ],
  [WANTS_TLS, 'The server takes encrypted connections only: add sslmode=verify-full to the URL.'],
  [
    OTHER_NAME,
    'The certificate of the server is for another name: another server may have answered. Write the name that is in ' +
      'the certificate into the URL; sslmode=verify-ca does not look at the name.',
  ],
  [EXPIRED, 'Renew the certificate of the server, and check the clock of this machine.'],
  [
    UNKNOWN_AUTHORITY,
    'The certificate of the server is not signed by an authority that is trusted here: another server may have ' +
      'answered. Name the PEM file of the authority that did sign it in "sslrootcert".',
  ],
];

/** The advice on a failure of encryption, by the driver's word for it or its text; null for any other failure. */
export function tlsAdvice(name: string, text: string): string | null {
  return ADVICE.find(([pattern]) => pattern.test(name) || pattern.test(text))?.[1] ?? null;
}
