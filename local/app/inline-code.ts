import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * The folder that holds code which stands in the template itself (`Code.ZipFile`): CloudFormation puts it into `index.js`. One
 * folder per text, so that writing it again changes nothing.
 */
export function inlineCodeFolder(source: string): string {
  const folder = join(tmpdir(), 'rollcall-inline', createHash('sha256').update(source).digest('hex'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'index.js'), source);
  return folder;
}
