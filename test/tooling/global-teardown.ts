import { rm } from 'node:fs/promises';

export default async function globalTeardown(): Promise<void> {
  await globalThis.rollcallTestEngine?.close();
  if (globalThis.rollcallTestFolder) await rm(globalThis.rollcallTestFolder, { recursive: true, force: true });
}
