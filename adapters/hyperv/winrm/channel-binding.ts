/**
 * Binds a login to the TLS connection it is made over, so that nobody in between can carry it elsewhere.
 *
 * @see RFC 5929 4 (tls-server-end-point), RFC 5056, MS-NLMP 3.1.5.1.2 (MD5 over gss_channel_bindings_struct)
 */
import { createHash } from 'node:crypto';

/** Algorithm identifiers whose hash is stronger than SHA-256; MD5 and SHA-1 are replaced by it (RFC 5929 4.1). */
const STRONGER: readonly [identifier: string, hash: string][] = [
  ['06092a864886f70d01010c', 'sha384'], // sha384WithRSAEncryption, RFC 4055
  ['06092a864886f70d01010d', 'sha512'],
  ['06082a8648ce3d040303', 'sha384'], // ecdsa-with-SHA384, RFC 5758
  ['06082a8648ce3d040304', 'sha512'],
];
/** id-RSASSA-PSS says its hash in its parameters; the first one there is the hash of the message (RFC 4055 3.1). */
const PSS = '06092a864886f70d01010a';
const PSS_HASHES = /060960864801650304020([123])/;
const PSS_NAMES: Readonly<Record<string, string>> = { 1: 'sha256', 2: 'sha384', 3: 'sha512' };

/** The 16 bytes of a channel binding for NTLM, from the server's own certificate in DER. */
export function toChannelBinding(certificate: Buffer): Buffer {
  const hash = createHash(findHash(certificate)).update(certificate).digest();
  const data = Buffer.concat([Buffer.from('tls-server-end-point:', 'latin1'), hash]);
  // Four empty fields for addresses, the length, the data.
  const head = Buffer.alloc(20);
  head.writeUInt32LE(data.length, 16);
  return createHash('md5').update(head).update(data).digest();
}

/** Where there is no TLS: "no binding" in so many words (MS-NLMP 2.2.2.1, MsvAvChannelBindings). */
export const NO_CHANNEL_BINDING: Buffer = Buffer.alloc(16);

/** The hash for the end point: that of the certificate's signature, SHA-256 at least. */
export function findHash(certificate: Buffer): string {
  const identifier = readSignatureAlgorithm(certificate).toString('hex');
  if (identifier.startsWith(PSS)) {
    return PSS_NAMES[PSS_HASHES.exec(identifier)?.[1] ?? ''] ?? 'sha256';
  }
  return STRONGER.find(([known]) => identifier.startsWith(known))?.[1] ?? 'sha256';
}

/** Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm SEQUENCE { OID, parameters }, signature } (RFC 5280 4.1). */
function readSignatureAlgorithm(certificate: Buffer): Buffer {
  const outer = readHeader(certificate, 0);
  const signed = readHeader(certificate, outer.start);
  const algorithm = readHeader(certificate, signed.end);
  return certificate.subarray(algorithm.start, algorithm.end);
}

function readHeader(der: Buffer, at: number): { readonly start: number; readonly end: number } {
  const first = der.readUInt8(at + 1);
  if (first < 0x80) return { start: at + 2, end: at + 2 + first };
  const size = first & 0x7f;
  const start = at + 2 + size;
  return { start, end: start + der.readUIntBE(at + 2, size) };
}
