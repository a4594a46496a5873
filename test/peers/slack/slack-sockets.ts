/** Slack's side of Socket Mode: connections, envelopes, acknowledgements. */
import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';

export type EnvelopeType = 'events_api' | 'interactive' | 'slash_commands';

export interface Acknowledgement {
  /** False: no word came within Slack's three seconds, or the connection went. */
  readonly acked: boolean;
  readonly payload?: unknown;
}

export interface SlackSockets {
  readonly path: string;
  count(): number;
  /** How many connections there have been. */
  opened(): number;
  send(type: EnvelopeType, payload: object, retry?: number): Promise<Acknowledgement>;
  /** Slack recycles its connections: with a word before, or without; or cuts only one. */
  disconnect(how: 'refresh_requested' | 'cut' | 'one'): void;
  close(): void;
}

const ackWithinMs = 3_000;

export function openSlackSockets(server: Server, isTicket: (ticket: string) => boolean) {
  const path = '/link';
  const sockets = new Set<WebSocket>();
  const waiting = new Map<string, (ack: Acknowledgement) => void>();
  let opened = 0;
  const webSockets = new WebSocketServer({ server, path });

  webSockets.on('connection', (socket, request) => {
    const ticket = new URL(request.url ?? '/', 'ws://any').searchParams.get('ticket');
    if (!isTicket(ticket ?? '')) return socket.close(4_401);
    opened += 1;
    sockets.add(socket);
    const ping = setInterval(() => socket.ping(), 5_000);
    socket.on('close', () => {
      clearInterval(ping);
      sockets.delete(socket);
    });
    socket.on('message', (data) => {
      const { envelope_id: id, payload } = JSON.parse(String(data));
      waiting.get(id)?.({ acked: true, payload });
      waiting.delete(id);
    });
    const info = { app_id: 'A1' };
    const hello = { type: 'hello', num_connections: sockets.size, connection_info: info };
    socket.send(JSON.stringify({ ...hello, debug_info: { host: 'front' } }));
  });

  return {
    path,
    count: () => sockets.size,
    opened: () => opened,
    send(type, payload, retry = 0) {
      const [socket] = sockets;
      if (!socket) return Promise.resolve({ acked: false });
      const id = randomUUID();
      const { promise, resolve } = Promise.withResolvers<Acknowledgement>();
      const give = () => resolve({ acked: false });
      const late = setTimeout(give, ackWithinMs);
      socket.once('close', give);
      waiting.set(id, resolve);
      socket.send(
        JSON.stringify({
          type,
          envelope_id: id,
          payload,
          accepts_response_payload: type !== 'events_api',
          ...(type === 'events_api' ? { retry_attempt: retry, retry_reason: '' } : {}),
        }),
      );
      return promise.finally(() => {
        clearTimeout(late);
        socket.off('close', give);
        waiting.delete(id);
      });
    },
    disconnect(how) {
      const chosen = how === 'one' ? [...sockets].slice(0, 1) : [...sockets];
      for (const socket of chosen) {
        if (how === 'refresh_requested') {
          socket.send(JSON.stringify({ type: 'disconnect', reason: how }));
          continue;
        }
        sockets.delete(socket);
        socket.terminate();
      }
    },
    close() {
      for (const socket of sockets) socket.terminate();
      webSockets.close();
    },
  } satisfies SlackSockets;
}
