/**
 * Whom an address stands for, as far as one can tell: IPv4 as it is, IPv6 by its first 64 bits, because whoever has one
 * address of such a network has all of them (RFC 6177). An IPv4 address within IPv6 is the IPv4 address.
 */
export function addressOf(sourceIp: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(sourceIp)?.[1];
  if (mapped !== undefined) return mapped;
  return sourceIp.includes(':') ? `${networkOf(sourceIp).join(':')}::/64` : sourceIp;
}

const GROUPS = 8;
const NETWORK_GROUPS = 4;

/** The first four of the eight groups, each in its shortest form. */
function networkOf(ipv6: string): readonly string[] {
  const [before = [], after = []] = ipv6.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Array<string>(Math.max(0, GROUPS - before.length - after.length)).fill('0');
  const groups = [...before, ...zeros, ...after].slice(0, NETWORK_GROUPS);
  return groups.map((group) => Number.parseInt(group, 16).toString(16));
}
