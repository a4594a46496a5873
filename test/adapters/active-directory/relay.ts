import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a domain controller that can be cut, held up and closed. It sees only what TLS lets it see. */
export interface Relay extends AsyncDisposable {
  /** Stands for the controller. */
  readonly server: string;
  /** How many connections were made. */
  readonly connections: number;
  /** Ends all connections, as a server does with idle ones; new ones are taken. */
  cut(): void;
  /** From now on nothing passes in either direction; connections stay, and new ones are taken. */
  hold(): void;
  /** Ends all connections and takes no new ones. */
  stop(): Promise<void>;
}

/** Starts a relay to `host:port` on 127.0.0.1. */
export async function startRelay(target: string): Promise<Relay> {
  const [host = '', port = ''] = target.split(':');
  const sockets = new Set<Socket>();
  let connections = 0;
  let isHeld = false;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer((near) => {
    connections += 1;
    const far = connect(Number(port), host);
    keep(near);
    keep(far);
    const pass = (from: Socket, to: Socket) => {
      from.on('data', (bytes) => isHeld || to.write(bytes));
      from.on('close', () => to.destroy());
    };
    pass(near, far);
    pass(far, near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const stop = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    cut();
    await closed;
  };
  return {
    server: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connections() {
      return connections;
    },
    cut,
    hold: () => {
      isHeld = true;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
