/** Which of a connection's hosts is which machine. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createHosts } from '#adapters/hyperv/hosts.ts';
import type { RemoteRun } from '#adapters/hyperv/remote-scripts.ts';
import { patience } from '#test/contracts/connection-contract-actors.ts';

const toHost = (host: string, hostId: string) => {
  const identity = {
    ...{ hostId, name: host, domain: 'lab.example', memoryBytes: 1, processors: 1 },
    ...{
      windows: '',
      version: '',
      bootedAt: '2026-01-01T00:00:00.000Z',
      cluster: '',
      clusterId: '',
    },
  };
  const tell = ({ onLine }: RemoteRun, record: object) =>
    onLine({ stream: 'stdout', text: `\u001e${JSON.stringify(record)}` });
  const run = async (wish: RemoteRun) => {
    tell(wish, { t: 'out', v: identity });
    tell(wish, { t: 'end', v: true });
    return { exitCode: 0 };
  };
  return { host, scripts: { run, close: async () => undefined } };
};

describe('hosts of a connection', () => {
  it('H11 two of one machine id are refused by name, which speaks of no other', async () => {
    const hosts = createHosts([toHost('a', 'id-1'), toHost('b', 'id-1'), toHost('c', 'id-2')]);

    await assert.rejects(hosts.find('id-1', patience()), {
      ...{ code: 'host_unavailable', end: 'refused' },
      facts: { host: 'a', reason: 'it shows the machine id of b' },
    });
    assert.equal((await hosts.find('id-2', patience())).host, 'c');
  });
});
