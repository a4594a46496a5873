/**
 * RC4, in which NTLM seals messages and hands over keys. OpenSSL 3 leaves it out of what Node offers.
 *
 * @see RFC 6229 for its known answers
 */

export interface Rc4 {
  /** Goes on where the last call ended: one stream over a connection's life. */
  update(input: Buffer): Buffer;
}

export function createRc4(key: Buffer): Rc4 {
  const s = toSchedule(key);
  let i = 0;
  let j = 0;
  return {
    update: (input) => {
      const output = Buffer.alloc(input.length);
      for (let at = 0; at < input.length; at += 1) {
        i = (i + 1) & 255;
        const x = s[i] as number;
        j = (j + x) & 255;
        const y = s[j] as number;
        s[i] = y;
        s[j] = x;
        output[at] = (input[at] as number) ^ (s[(x + y) & 255] as number);
      }
      return output;
    },
  };
}

function toSchedule(key: Buffer): Uint8Array {
  const s = Uint8Array.from({ length: 256 }, (_, index) => index);
  for (let i = 0, j = 0; i < 256; i += 1) {
    const x = s[i] as number;
    j = (j + x + (key[i % key.length] as number)) & 255;
    s[i] = s[j] as number;
    s[j] = x;
  }
  return s;
}
