/**
 * Which addresses are the public network's. What is registered by others must not reach into the operator's own network,
 * so an address counts as public only where nothing reserves it for another use (the registries of RFC 6890).
 */
import { BlockList, isIP } from 'node:net';

const RESERVED = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  RESERVED.addSubnet(net, prefix, 'ipv4');
// Of 2000::/3, which alone is given out: special registrations, documentation, and what carries an IPv4 address inside.
for (const [net, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  RESERVED.addSubnet(net, prefix, 'ipv6');

const GIVEN_OUT = new BlockList();
GIVEN_OUT.addSubnet('2000::', 3, 'ipv6');

/**
 * Whether a numeric address, IPv4 or IPv6, is one of the public network. False for a text that is no such address, a
 * host name included.
 */
export function isPublic(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !RESERVED.check(address, 'ipv4');
  return family === 6 && GIVEN_OUT.check(address, 'ipv6') && !RESERVED.check(address, 'ipv6');
}
