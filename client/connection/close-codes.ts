import type { Reason } from '../types';

/**
 * What a close code says (PROTOCOL.md, "When the socket closes"; RFC 6455 §7.4). 1000 is left to whoever knows what was under way:
 * API Gateway closes with it whatever the server ends, for good or to have the client connect again.
 */
export function reasonOf(closeCode: number): Reason {
  if (closeCode === 1001) return { code: 'going_away', closeCode };
  if (closeCode === 1009) return { code: 'too_big', closeCode };
  // The server has no codes of its own; what stands in front of it may, and by custom 44xx is what 4xx is in HTTP.
  if (closeCode >= 4400 && closeCode < 4500) return { code: 'rejected', closeCode };
  return { code: 'closed', closeCode };
}
