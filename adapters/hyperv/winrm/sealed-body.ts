/**
 * The MIME body in which WinRM carries a sealed message over plain HTTP.
 *
 * @see MS-WSMV 2.2.9.1 (Encrypted Message Types)
 */
import type { Sealing } from './ntlm/sealing.ts';

const BOUNDARY = '--Encrypted Boundary';
const PROTOCOL = 'application/HTTP-SPNEGO-session-encrypted';
const OCTETS = 'Content-Type: application/octet-stream\r\n';

export const SEALED_TYPE = `multipart/encrypted;protocol="${PROTOCOL}";boundary="Encrypted Boundary"`;

export function isSealedType(contentType: string | undefined): boolean {
  return contentType !== undefined && /^multipart\/encrypted\s*;/i.test(contentType);
}

/** Windows writes a tab before each header of a part, and so does this. */
export function sealBody(sealing: Sealing, plain: Buffer): Buffer {
  const { signature, data } = sealing.seal(plain);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(signature.length);
  const head =
    `${BOUNDARY}\r\n\tContent-Type: ${PROTOCOL}\r\n` +
    `\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=${plain.length}\r\n` +
    `${BOUNDARY}\r\n\t${OCTETS}`;
  return Buffer.concat([
    Buffer.from(head, 'latin1'),
    size,
    signature,
    data,
    Buffer.from(`${BOUNDARY}--\r\n`, 'latin1'),
  ]);
}

/** `undefined`: no sealed body, or not sealed by the other side of this connection. */
export function unsealBody(sealing: Sealing, body: Buffer): Buffer | undefined {
  const at = body.indexOf(OCTETS, 0, 'latin1');
  if (at < 0) return undefined;
  const said = /;Length=(\d{1,9})\r\n/.exec(body.subarray(0, at).toString('latin1'))?.[1];
  const sizeAt = at + OCTETS.length;
  if (said === undefined || sizeAt + 4 > body.length) return undefined;
  const dataAt = sizeAt + 4 + body.readUInt32LE(sizeAt);
  const end = dataAt + Number(said);
  if (body.subarray(end).toString('latin1') !== `${BOUNDARY}--\r\n`) return undefined;
  const signature = body.subarray(sizeAt + 4, dataAt);
  return sealing.unseal({ signature, data: body.subarray(dataAt, end) });
}
