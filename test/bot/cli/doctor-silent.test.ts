/** `drover doctor` where something takes the connection and never answers: it ends, and says when it gave up and what to look at. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { rootCertificates } from 'node:tls';
import { openMachineReaders } from '#bot/compose-connections.ts';
import { loadConfig } from '#bot/config.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { runDrover } from './run-drover.ts';

const secret = `$\{env:SECRET}`;
const env = { SECRET: 'x' };

/** Until its peer hangs up. */
async function openSilent() {
  const server = createServer((socket) => void socket.on('error', () => undefined).resume());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

describe('drover doctor on who never answers', () => {
  it('names the time that it waited, and what to look at', async () => {
    using folder = createTemporaryFolder('silent');
    await using silent = await openSilent();
    const at = `127.0.0.1:${silent.port}`;
    const file = join(folder.path, 'drover.yaml');
    writeFileSync(join(folder.path, 'ca.pem'), rootCertificates[0] ?? '');
    const connections = [
      { id: 'vc', kind: 'vcenter', url: `https://${at}`, user: 'x', connectTimeoutMs: 500 },
      { id: 'hv', kind: 'hyperv', hosts: [at], user: 'L\\x', connectTimeoutMs: 200 },
    ].map((one) => ({ ...one, password: secret }));
    const directory = {
      ...{ servers: [at], baseDn: 'DC=corp', user: 'x@corp', password: secret },
      ...{ caFile: 'ca.pem', connectTimeoutMs: 100, giveUpAfterMs: 200 },
    };
    writeFileSync(file, JSON.stringify({ directory, connections }));

    const { code, output } = await runDrover(['doctor', '--config', file], env);

    assert.equal(code, 1);
    for (const words of [
      `✗ vc: its hosts cannot be read, so whether another connection shows them too is not known: nothing usable came from https://${at}/sdk (no connection in time). It had 0.5 s for the connection and 20 s for each answer. Look whether a vCenter listens there, is up and can be reached from this machine, or correct the url in drover.yaml.`,
      `✗ ${at} is not reached. TLS: what listens at ${at} speaks no TLS 1.2 (no answer within 200 ms).`,
      `✗ ${at}: does not answer as it should: no connection within 100 ms. Look whether a domain controller speaks LDAPS there and can be reached from this machine, or correct directory.servers\n`,
    ])
      assert.ok(output.includes(words), `${words}\nis not in\n${output}`);
  });

  it('waits for no answer of a vCenter as long as work would', async () => {
    const toConfig = (answerTimeoutMs: number) =>
      JSON.stringify({
        lab: { connections: false },
        connections: [
          {
            ...{ id: 'vc', kind: 'vcenter', url: 'https://127.0.0.1', user: 'x', answerTimeoutMs },
            password: secret,
          },
        ],
      });
    const limitOf = async (configured: number) => {
      const text = toConfig(configured);
      const loaded = loadConfig({ name: 'drover.yaml', text }, { env, readFile: () => '' });
      const [reader] = await openMachineReaders(loaded);
      return reader?.answerTimeoutMs;
    };

    assert.equal(await limitOf(60_000), 20_000);
    assert.equal(await limitOf(5000), 5000);
  });
});
