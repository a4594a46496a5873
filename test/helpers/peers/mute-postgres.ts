/** A PostgreSQL server that lets everybody in and answers no statement, as one does whose processes are stopped. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** AuthenticationOk, BackendKeyData and ReadyForQuery of the protocol, version 3. */
const WELCOME = Buffer.from([
  ...[0x52, 0, 0, 0, 8, 0, 0, 0, 0],
  ...[0x4b, 0, 0, 0, 12, 0, 0, 0, 1, 0, 0, 0, 1],
  ...[0x5a, 0, 0, 0, 5, 0x49],
]);

export interface MutePostgres extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** The first statement has come. */
  readonly asked: Promise<void>;
}

export async function startMutePostgres(): Promise<MutePostgres> {
  const asked = Promise.withResolvers<void>();
  const sockets: Socket[] = [];
  // It does not close what the other closes either.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write(WELCOME);
      socket.once('data', () => asked.resolve());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    ...{ port, asked: asked.promise, url: `postgresql://drover:geheim@127.0.0.1:${port}/house` },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await server[Symbol.asyncDispose]();
    },
  };
}
