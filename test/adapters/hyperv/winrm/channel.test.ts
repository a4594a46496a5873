/** HTTP over one socket: never two requests at once, never another socket in silence. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { RemoteError } from '#adapters/hyperv/remote-scripts.ts';
import { createChannel } from '#adapters/hyperv/winrm/channel.ts';
import { openSocket } from '#adapters/hyperv/winrm/open-socket.ts';

const { signal } = new AbortController();
const question = { body: Buffer.from('ask'), headers: {}, answerTimeoutMs: 60_000, signal };

async function openChannel(listener: RequestListener) {
  let connections = 0;
  const server = createServer(listener).on('connection', () => {
    connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const target = { host: '127.0.0.1', port, protocol: 'http', connectTimeoutMs: 60_000 } as const;
  const where = { ...target, ca: undefined, thumbprint: undefined };
  const channel = createChannel(await openSocket(where, signal), 'h');
  return {
    channel,
    get connections() {
      return connections;
    },
    [Symbol.asyncDispose]: async () => {
      channel.close();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const is = (failure: string, end: string) => (error: unknown) =>
  error instanceof RemoteError && error.failure === failure && error.end === end;

describe('a channel', () => {
  it('asks many questions over one connection', async () => {
    await using opened = await openChannel((request, response) => request.pipe(response));

    for (const text of ['one', 'two', 'three']) {
      const { body } = await opened.channel.post({ ...question, body: Buffer.from(text) });
      assert.equal(body.toString(), text);
    }

    assert.equal(opened.connections, 1);
  });

  it('sends nothing once its connection has ended, and opens no other', async () => {
    await using opened = await openChannel((_request, response) => {
      response.setHeader('Connection', 'close').end('bye');
    });
    await opened.channel.post(question);

    await assert.rejects(opened.channel.post(question), is('cut', 'not_started'));

    assert.equal(opened.channel.isOpen(), false);
    assert.equal(opened.connections, 1);
  });

  it('refuses a second question before the first is answered', async () => {
    const goOn = Promise.withResolvers<void>();
    await using opened = await openChannel((_request, response) => {
      void goOn.promise.then(() => response.end('late'));
    });
    const first = opened.channel.post(question);

    await assert.rejects(opened.channel.post(question), /one request at a time/);
    goOn.resolve();

    assert.equal((await first).body.toString(), 'late');
  });

  it('reads no answer without an end', async () => {
    await using opened = await openChannel((_request, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', more);
      more();
    });

    await assert.rejects(opened.channel.post(question), is('odd_answer', 'unknown'));

    assert.equal(opened.channel.isOpen(), false);
  });

  it('waits for an answer in pieces no longer than for the whole', async () => {
    await using opened = await openChannel((_request, response) => {
      const timer = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(timer));
    });

    const hasty = { ...question, answerTimeoutMs: 300 };
    await assert.rejects(opened.channel.post(hasty), is('no_answer', 'unknown'));
  });
});
