// Which addresses are of the own network or of no network at all: whoever may name an address must not reach into the house with it.

import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** IANA's special-purpose registries: not on the Internet. */
const NOT_PUBLIC_4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  // Between a provider and its customers (CGNAT).
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Link-local; 169.254.169.254 hands out a cloud machine's credentials.
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  // Multicast, reserved, broadcast.
  ['224.0.0.0', 3],
] as const;

/** Of 2000::/3; everything outside of it is not public. */
const NOT_PUBLIC_6 = [
  // Teredo and others that wrap an address of IPv4.
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const refused = new BlockList();
for (const [net, bits] of NOT_PUBLIC_4) refused.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of NOT_PUBLIC_6) refused.addSubnet(net, bits, 'ipv6');
const global6 = new BlockList();
global6.addSubnet('2000::', 3, 'ipv6');
const mapped = new BlockList();
mapped.addSubnet('::ffff:0:0', 96, 'ipv6');
/** Networks without IPv4 reach it through these. */
const translated = new BlockList();
translated.addSubnet('64:ff9b::', 96, 'ipv6');

/** Of this machine, of the own network, or of none; also what is no address. */
export function isPrivateAddress(address: string): boolean {
  if (isIPv4(address)) return refused.check(address, 'ipv4');
  // fe80::1%eth0 is good on one link only.
  if (!isIPv6(address) || address.includes('%')) return true;
  if (mapped.check(address, 'ipv6') || translated.check(address, 'ipv6')) {
    return refused.check(embedded(address), 'ipv4');
  }
  return !global6.check(address, 'ipv6') || refused.check(address, 'ipv6');
}

/** The last 32 bits as an IPv4 address. */
function embedded(address: string): string {
  // The URL parser writes every spelling in one way: hexadecimal groups.
  const groups = new URL(`http://[${address}]`).hostname.slice(1, -1).split(':');
  return groups
    .slice(-2)
    .map((group) => Number.parseInt(group || '0', 16))
    .flatMap((group) => [group >> 8, group & 255])
    .join('.');
}
