/** The two identities that Active Directory hands out as bytes. */

/**
 * A security identifier as text: `S-1-5-21-…`. `undefined`: these bytes are none.
 *
 * @see MS-DTYP 2.4.2.2: revision, count, 6 bytes of authority (big-endian), count × 4 bytes (little-endian).
 */
export function toSid(bytes: Buffer): string | undefined {
  const [revision, count = 0] = bytes;
  if (revision !== 1 || count > 15 || bytes.length !== 8 + 4 * count) return undefined;
  let text = `S-1-${bytes.readUIntBE(2, 6)}`;
  for (let at = 0; at < count; at += 1) text += `-${bytes.readUInt32LE(8 + 4 * at)}`;
  return text;
}

/**
 * An objectGUID as text, in the spelling of `<GUID=…>`. `undefined`: these bytes are none.
 *
 * @see MS-DTYP 2.3.4: the first three parts are little-endian.
 */
export function toGuid(bytes: Buffer): string | undefined {
  if (bytes.length !== 16) return undefined;
  const hex = (start: number, end: number) => bytes.toString('hex', start, end);
  const reversed = (start: number, end: number) =>
    Buffer.from(bytes.subarray(start, end)).reverse().toString('hex');
  const [first, second, third] = [reversed(0, 4), reversed(4, 6), reversed(6, 8)];
  return `${first}-${second}-${third}-${hex(8, 10)}-${hex(10, 16)}`;
}

export function isGuid(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

export function isSid(text: string): boolean {
  return /^S-1-\d{1,15}(?:-\d{1,10}){1,15}$/.test(text);
}

/** The last part of a domain's SID, which is what `primaryGroupID` holds; `undefined` for builtin groups. */
export function toRelativeId(sid: string): string | undefined {
  return /^S-1-5-21-\d+-\d+-\d+-(\d+)$/.exec(sid)?.[1];
}
