/** Addresses written alike, so that they compare as text. */

/** Small letters, without the zone of an IPv6 address. */
export function toPlainIp(address: string): string {
  return address.replace(/%.*$/, '').toLowerCase();
}

/** `00:50:56:40:00:01`, `00-50-56-40-00-01` and `005056400001` are one. */
export function toPlainMac(address: string): string {
  return address.replaceAll(/[^0-9a-f]/gi, '').toLowerCase();
}
