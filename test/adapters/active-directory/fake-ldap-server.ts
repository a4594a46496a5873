/**
 * A FAKE: no directory, but a server that answers LDAP over TLS as a test scripts it.
 *
 * For what Windows does and Samba does not: success for an empty password, lists handed out in pieces, values in odd
 * spellings, answers that are late, odd or about somebody else.
 */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer, type TLSSocket } from 'node:tls';
import { Ber, BerReader, BerWriter, PresenceFilter, SearchRequest } from 'ldapts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { makeThrowAwayCertificate } from '#test/helpers/peers/throw-away-certificate.ts';

export type FakeRequest =
  | { readonly kind: 'bind'; readonly name: string; readonly password: string }
  | {
      readonly kind: 'search';
      readonly base: string;
      readonly filter: string;
      readonly attributes: readonly string[];
    };

export interface FakeEntry {
  readonly dn: string;
  readonly attributes: Readonly<Record<string, readonly (string | Buffer)[]>>;
}

export interface FakeAnswer {
  /** RFC 4511 result code; 0 when absent. */
  readonly code?: number;
  readonly words?: string;
  readonly entries?: readonly FakeEntry[];
}

/** `silence` never answers; `end` ends the connection instead; `garbage` answers what is no LDAP. */
export type FakeScript = (request: FakeRequest) => FakeAnswer | 'silence' | 'end' | 'garbage';

export interface FakeLdapServer extends AsyncDisposable {
  /** `127.0.0.1:port` */
  readonly server: string;
  readonly caFile: string;
  /** All that was asked, over all connections. */
  readonly requests: readonly FakeRequest[];
  readonly openConnections: number;
}

const BIND = 0x60;
const SEARCH = 0x63;
const ENTRY = 0x64;

export async function startFakeLdapServer(script: FakeScript): Promise<FakeLdapServer> {
  await using stack = new AsyncDisposableStack();
  const { path: folder } = stack.use(createTemporaryFolder('fake-ldap'));
  const certificate = await makeThrowAwayCertificate();
  const caFile = join(folder, 'ca.pem');
  writeFileSync(caFile, certificate.cert);
  const requests: FakeRequest[] = [];
  const sockets = new Set<TLSSocket>();
  const server = createServer(certificate, (socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    readMessages(socket, (message) => {
      const read = toRequest(message);
      if (!read) return;
      requests.push(read.request);
      answer(socket, read, script(read.request));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stack.defer(async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  const opened = stack.move();
  return {
    server: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ caFile, requests },
    get openConnections() {
      return sockets.size;
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function readMessages(socket: TLSSocket, take: (message: Buffer) => void): void {
  let left = Buffer.alloc(0);
  socket.on('data', (bytes) => {
    left = Buffer.concat([left, bytes]);
    for (;;) {
      const reader = new BerReader(left);
      if (!reader.readSequence() || reader.remain < reader.length) return;
      const end = reader.offset + reader.length;
      take(left.subarray(0, end));
      left = left.subarray(end);
    }
  });
}

interface Read {
  readonly id: number;
  readonly request: FakeRequest;
}

function toRequest(message: Buffer): Read | undefined {
  const reader = new BerReader(message);
  reader.readSequence();
  const id = reader.readInt() ?? 0;
  const operation = reader.readSequence();
  if (operation === BIND) {
    reader.readInt();
    const name = reader.readString() ?? '';
    return { id, request: { kind: 'bind', name, password: reader.readString(Ber.Context) ?? '' } };
  }
  if (operation !== SEARCH) return undefined;
  const search = new SearchRequest({ messageId: id, filter: new PresenceFilter() });
  search.parseMessage(reader);
  const { baseDN: base, attributes } = search;
  return { id, request: { kind: 'search', base, filter: search.filter.toString(), attributes } };
}

function answer(socket: TLSSocket, { id, request }: Read, said: ReturnType<FakeScript>): void {
  if (said === 'silence') return;
  if (said === 'end') {
    socket.destroy();
    return;
  }
  if (said === 'garbage') {
    socket.write('HTTP/1.1 200 OK\r\n\r\nhello');
    return;
  }
  for (const entry of said.entries ?? []) socket.write(toEntry(id, entry));
  socket.write(toResult(id, request.kind === 'bind' ? 0x61 : 0x65, said));
}

function toEntry(id: number, { dn, attributes }: FakeEntry): Buffer {
  const values = Object.values(attributes).flat();
  const size = values.reduce((sum, { length }) => sum + 2 * length + 16, 8_192);
  return toMessage({ id, operation: ENTRY, size }, (writer) => {
    writer.writeString(dn);
    writer.startSequence();
    for (const [name, values] of Object.entries(attributes)) {
      writer.startSequence();
      writer.writeString(name);
      writer.startSequence(0x31);
      for (const value of values) writer.writeBuffer(Buffer.from(value as string), Ber.OctetString);
      writer.endSequence();
      writer.endSequence();
    }
    writer.endSequence();
  });
}

function toResult(id: number, operation: number, { code = 0, words = '' }: FakeAnswer): Buffer {
  return toMessage({ id, operation, size: 4_096 }, (writer) => {
    writer.writeEnumeration(code);
    writer.writeString('');
    writer.writeString(words);
  });
}

interface MessageHead {
  readonly id: number;
  readonly operation: number;
  /** With room to spare: a writer that grows while it closes a long sequence loses its end. */
  readonly size: number;
}

function toMessage(
  { id, operation, size }: MessageHead,
  write: (writer: BerWriter) => void,
): Buffer {
  const writer = new BerWriter({ size });
  writer.startSequence();
  writer.writeInt(id);
  writer.startSequence(operation);
  write(writer);
  writer.endSequence();
  writer.endSequence();
  return writer.buffer;
}
