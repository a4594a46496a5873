/** Sealed messages of WinRM over HTTP: how a body is opened and closed, as Windows does. */
import { SOAP } from './ws-man-text.ts';

export const SEALED =
  'multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted";boundary="Encrypted Boundary"';

type Open = (signature: Buffer, data: Buffer) => Buffer;

/** Takes what Windows takes: tabs or none before the headers of a part. */
export function openBody(open: Open, body: Buffer): Buffer | undefined {
  const marker = 'Content-Type: application/octet-stream\r\n';
  const at = body.indexOf(marker) + marker.length;
  const length = Number(/Length=(\d+)/.exec(body.toString('latin1', 0, at))?.[1]);
  if (at < marker.length || Number.isNaN(length)) return undefined;
  const start = at + 4 + body.readUInt32LE(at);
  try {
    return open(body.subarray(at + 4, start), body.subarray(start, start + length));
  } catch {
    return undefined;
  }
}

type Close = (plain: Buffer) => { readonly signature: Buffer; readonly data: Buffer };

export function closeBody(close: Close, plain: Buffer): Buffer {
  const { signature, data } = close(plain);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(signature.length);
  const head =
    '--Encrypted Boundary\r\n\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n' +
    `\tOriginalContent: type=${SOAP};Length=${plain.length}\r\n` +
    '--Encrypted Boundary\r\n\tContent-Type: application/octet-stream\r\n';
  return Buffer.concat([
    Buffer.from(head),
    size,
    signature,
    data,
    Buffer.from('--Encrypted Boundary--\r\n'),
  ]);
}
