/**
 * A FAKE of what Windows does with an NTLM login: the server's half of MS-NLMP, written apart from Drover's client.
 *
 * It shares no line with adapters/hyperv: MD4 comes from OpenSSL's legacy provider, and foreign clients log in here too.
 */
import { execFileSync } from 'node:child_process';
import { createHash, createHmac, randomBytes, X509Certificate } from 'node:crypto';

export interface VerifierOptions {
  /** Passwords by lower-case name. */
  readonly passwords: ReadonlyMap<string, string>;
  /** PEM of the server's own certificate; none over plain HTTP. */
  readonly certificate: string | undefined;
  /** CbtHardeningLevel=Strict. */
  readonly requiresBinding: boolean;
  /** What it calls itself; its DNS name is that in `lab.example`. */
  readonly computer?: string | undefined;
  /** Extended protection: a login meant for another service principal is refused. */
  readonly principals?: readonly string[] | undefined;
  /** Its clock minus this machine's. */
  readonly clockAheadMs?: number | undefined;
}

export interface Verified {
  readonly user: string;
  readonly hasMic: boolean;
  readonly isBound: boolean;
  readonly servicePrincipal: string | undefined;
  readonly seal: ServerSeal;
}

export interface ServerSeal {
  open(signature: Buffer, data: Buffer): Buffer;
  close(plain: Buffer): { readonly signature: Buffer; readonly data: Buffer };
}

export interface NtlmVerifier {
  challenge(negotiate: Buffer): Buffer;
  /** @throws Error with the reason of a refusal */
  verify(negotiate: Buffer, challenge: Buffer, authenticate: Buffer): Verified;
}

const hmac = (key: Buffer, ...parts: Buffer[]) =>
  createHmac('md5', key).update(Buffer.concat(parts)).digest();
const md5 = (...parts: Buffer[]) => createHash('md5').update(Buffer.concat(parts)).digest();
const wide = (text: string) => Buffer.from(text, 'utf16le');

export function createNtlmVerifier(options: VerifierOptions): NtlmVerifier {
  const hashes = new Map<string, Buffer>();
  const hashOf = (user: string): Buffer => {
    const known = hashes.get(user);
    if (known) return known;
    const password = options.passwords.get(user);
    if (password === undefined) throw new Error(`there is no user ${user}`);
    const hash = opensslMd4(wide(password));
    hashes.set(user, hash);
    return hash;
  };
  const binding = options.certificate === undefined ? undefined : toBinding(options.certificate);
  return {
    challenge: (negotiate) => toChallenge(negotiate, options),
    verify: (negotiate, challenge, authenticate) => {
      const domain = fieldOf(authenticate, 28).toString('utf16le');
      const user = fieldOf(authenticate, 36).toString('utf16le');
      const response = fieldOf(authenticate, 20);
      if (response.length < 44) throw new Error('not NTLMv2');
      const [proof, blob] = [response.subarray(0, 16), response.subarray(16)];
      const key = hmac(hashOf(user.toLowerCase()), wide(user.toUpperCase() + domain));
      if (!hmac(key, challenge.subarray(24, 32), blob).equals(proof)) throw new Error('bad proof');

      const base = hmac(key, proof);
      const exchanges = (authenticate.readUInt32LE(60) & 0x40000000) !== 0;
      const sessionKey = exchanges ? toRc4(base)(fieldOf(authenticate, 52)) : base;
      const pairs = pairsOf(blob.subarray(28));
      const hasMic = ((pairs.get(6)?.readUInt32LE(0) ?? 0) & 2) !== 0;
      if (hasMic) checkMic(sessionKey, [negotiate, challenge, authenticate]);
      const isBound = checkBinding(pairs.get(10), binding);
      if (!isBound && options.requiresBinding && binding)
        throw new Error('not bound to the channel');
      const servicePrincipal = pairs.get(9)?.toString('utf16le');
      const { principals } = options;
      if (principals && !principals.includes(servicePrincipal ?? ''))
        throw new Error(`meant for ${servicePrincipal}`);
      return { user, hasMic, isBound, servicePrincipal, seal: createServerSeal(sessionKey) };
    },
  };
}

function opensslMd4(input: Buffer): Buffer {
  const args = ['dgst', '-provider', 'legacy', '-provider', 'default', '-md4', '-binary'];
  return execFileSync('openssl', args, { input });
}

/** Windows answers KEY_EXCHANGE and UNICODE as the client offered them; some clients need that. */
function toChallenge(
  negotiate: Buffer,
  { computer = 'HV01', clockAheadMs = 0 }: VerifierOptions,
): Buffer {
  const offered = negotiate.readUInt32LE(12);
  const always = 0x1 | 0x4 | 0x200 | 0x10000 | 0x80000 | 0x800000 | 0x2000000;
  const echoed = offered & (0x10 | 0x20 | 0x8000 | 0x20000000 | 0x40000000 | 0x80000000);
  const target = wide('LAB');
  const time = Buffer.alloc(8);
  time.writeBigUInt64LE((BigInt(Date.now() + clockAheadMs) + 11644473600000n) * 10000n);
  const info = Buffer.concat(
    (
      [
        [2, wide('LAB')],
        [1, wide(computer.toUpperCase())],
        [4, wide('lab.example')],
        [3, wide(`${computer.toLowerCase()}.lab.example`)],
        [7, time],
        [0, Buffer.alloc(0)],
      ] as const
    ).map(([id, value]) => Buffer.concat([uint16(id), uint16(value.length), value])),
  );
  const head = Buffer.alloc(56);
  head.write('NTLMSSP\0', 'latin1');
  head.writeUInt32LE(2, 8);
  setField(head, 12, target.length, 56);
  head.writeUInt32LE((always | echoed) >>> 0, 20);
  randomBytes(8).copy(head, 24);
  setField(head, 40, info.length, 56 + target.length);
  head.writeUInt32LE(0x0f, 52);
  return Buffer.concat([head, target, info]);
}

function checkMic(sessionKey: Buffer, messages: readonly [Buffer, Buffer, Buffer]): void {
  const [negotiate, challenge, authenticate] = messages;
  const blank = Buffer.from(authenticate).fill(0, 72, 88);
  const mic = hmac(sessionKey, negotiate, challenge, blank);
  if (!mic.equals(authenticate.subarray(72, 88))) throw new Error('bad MIC');
}

/** A client that names a binding has to name the right one, whether it is asked for or not. */
function checkBinding(sent: Buffer | undefined, own: Buffer | undefined): boolean {
  if (!sent || sent.every((byte) => byte === 0)) return false;
  if (!own || !sent.equals(own)) throw new Error('bound to another channel');
  return true;
}

function toBinding(certificate: string): Buffer {
  const x509 = new X509Certificate(certificate);
  const name = /sha(384|512)/i.exec(signatureOf(certificate))?.[1] ?? '256';
  const end = Buffer.concat([
    Buffer.from('tls-server-end-point:'),
    createHash(`sha${name}`).update(x509.raw).digest(),
  ]);
  return md5(Buffer.alloc(16), uint32(end.length), end);
}

/** As OpenSSL names it: `ecdsa-with-SHA384`. */
function signatureOf(certificate: string): string {
  const args = ['x509', '-noout', '-text'];
  const text = execFileSync('openssl', args, { input: certificate }).toString();
  return /Signature Algorithm: (.*(?:\n\s*Hash Algorithm: .*)?)/.exec(text)?.[1] ?? '';
}

/** What the server seals and opens once both know the session key. */
export function createServerSeal(sessionKey: Buffer): ServerSeal {
  const half = (direction: string) => {
    const derive = (use: string) =>
      md5(sessionKey, Buffer.from(`session key to ${direction} ${use} key magic constant\0`));
    const cipher = toRc4(derive('sealing'));
    const signing = derive('signing');
    let count = 0;
    const sign = (plain: Buffer) => {
      const number = uint32(count++);
      const checksum = cipher(hmac(signing, number, plain).subarray(0, 8));
      return Buffer.concat([uint32(1), checksum, number]);
    };
    return { cipher, sign };
  };
  const [inward, outward] = [half('client-to-server'), half('server-to-client')];
  return {
    open: (signature, data) => {
      const plain = inward.cipher(data);
      if (!inward.sign(plain).equals(signature)) throw new Error('bad seal');
      return plain;
    },
    close: (plain) => {
      const data = outward.cipher(plain);
      return { data, signature: outward.sign(plain) };
    },
  };
}

/** RC4 after its textbook description; a generator, so that its state is nobody else's. */
function toRc4(key: Buffer): (input: Buffer) => Buffer {
  const stream = rc4Stream(key);
  return (input) => Buffer.from(input.map((byte) => byte ^ (stream.next().value ?? 0)));
}

function* rc4Stream(key: Buffer): Generator<number, void> {
  const box = [...Array(256).keys()];
  const at = (index: number) => box[index % 256] ?? 0;
  const swap = (a: number, b: number) => {
    [box[a], box[b]] = [at(b), at(a)];
  };
  for (let n = 0, m = 0; n < 256; n++) {
    m = (m + at(n) + (key[n % key.length] ?? 0)) % 256;
    swap(n, m);
  }
  for (let n = 1, m = 0; ; n = (n + 1) % 256) {
    m = (m + at(n)) % 256;
    swap(n, m);
    yield at(at(n) + at(m));
  }
}

function pairsOf(list: Buffer): ReadonlyMap<number, Buffer> {
  const pairs = new Map<number, Buffer>();
  for (let at = 0; list.readUInt16LE(at) !== 0; at += 4 + list.readUInt16LE(at + 2)) {
    const start = at + 4;
    pairs.set(list.readUInt16LE(at), list.subarray(start, start + list.readUInt16LE(at + 2)));
  }
  return pairs;
}

function fieldOf(message: Buffer, at: number): Buffer {
  const start = message.readUInt32LE(at + 4);
  return message.subarray(start, start + message.readUInt16LE(at));
}

function setField(message: Buffer, at: number, length: number, offset: number): void {
  message.writeUInt16LE(length, at);
  message.writeUInt16LE(length, at + 2);
  message.writeUInt32LE(offset, at + 4);
}

function uint16(value: number): Buffer {
  return Buffer.from([value & 255, value >> 8]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
