import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

export interface Certificate {
  /** Files in PEM. The certificate is its own authority: clients are given it by NODE_EXTRA_CA_CERTS. */
  readonly keyFile: string;
  readonly certificateFile: string;
}

/** RSA with 2,048 bits, as AWS's endpoints have it: the kind decides what a handshake costs. Needs `openssl` on the PATH. */
export function selfSigned(folder: string): Certificate {
  const files = { keyFile: join(folder, 'key.pem'), certificateFile: join(folder, 'certificate.pem') };
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=localhost'],
      ...['-addext', 'subjectAltName=DNS:localhost', '-keyout', files.keyFile, '-out', files.certificateFile],
    ],
    { stdio: 'pipe' },
  );
  return files;
}
