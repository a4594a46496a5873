/**
 * Signs and encrypts what goes over a connection that NTLM has logged in, each direction by its own key and count.
 *
 * @see MS-NLMP 3.4.3, 3.4.4.2 (extended session security with key exchange)
 */
import { timingSafeEqual } from 'node:crypto';
import { type Direction, hmacMd5, toDirectionKey } from './keys.ts';
import { createRc4 } from './rc4.ts';

export interface Sealed {
  readonly signature: Buffer;
  readonly data: Buffer;
}

export interface Sealing {
  seal(plain: Buffer): Sealed;
  /** `undefined`: not what the other side sealed, or not in its turn. */
  unseal(sealed: Sealed): Buffer | undefined;
}

export function createSealing(sessionKey: Buffer): Sealing {
  const outward = createStream(sessionKey, 'client-to-server');
  const inward = createStream(sessionKey, 'server-to-client');
  return {
    seal: (plain) => {
      const data = outward.cipher.update(plain);
      return { data, signature: outward.sign(plain) };
    },
    unseal: ({ data, signature }) => {
      const plain = inward.cipher.update(data);
      const expected = inward.sign(plain);
      const isTrue = signature.length === expected.length && timingSafeEqual(signature, expected);
      return isTrue ? plain : undefined;
    },
  };
}

function createStream(sessionKey: Buffer, direction: Direction) {
  const signingKey = toDirectionKey(sessionKey, direction, 'signing');
  const cipher = createRc4(toDirectionKey(sessionKey, direction, 'sealing'));
  let count = 0;
  return {
    cipher,
    /** After the message itself went through the cipher: both share its stream. */
    sign: (plain: Buffer): Buffer => {
      const sequence = toUint32(count);
      count += 1;
      const checksum = hmacMd5(signingKey, sequence, plain).subarray(0, 8);
      return Buffer.concat([toUint32(1), cipher.update(checksum), sequence]);
    },
  };
}

function toUint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
