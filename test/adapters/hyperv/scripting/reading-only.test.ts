import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Hosts, KnownHost } from '#adapters/hyperv/hosts.ts';
import { createScripting } from '#adapters/hyperv/scripting/scripting.ts';
import { SCRIPTS } from '#adapters/hyperv/scripts.ts';
import type { EstateFacet } from '#core/ports/connection.ts';

describe('a connection that writes changes down', () => {
  it('lets what only reads come to a host, and nothing else, by whichever way', async () => {
    const sent: string[] = [];
    const run: KnownHost['scripts']['run'] = async ({ script }) => {
      sent.push(script.name);
      return { exitCode: 0 };
    };
    const host = { host: 'hv-1', scripts: { run, close: async () => undefined } };
    const known = { ...host, identity: {} } as KnownHost;
    const hosts: Hosts = {
      ...{ all: [host], identify: async () => known, recall: () => known, find: async () => known },
    };
    let guarded = hosts;
    const scripting = createScripting({
      ...{ id: 'hv', hosts, estate: {} as EstateFacet },
      toFacets: (parts) => {
        guarded = parts.hosts;
        return { power: {}, hardware: {}, provisioning: {} } as never;
      },
    });
    const { signal } = new AbortController();

    scripting.begin();
    const ways = [
      ...[guarded.all[0], guarded.recall('hv-1')],
      ...[await guarded.identify(host, signal), await guarded.find('x', signal)],
    ];

    const all = Object.values(SCRIPTS);
    for (const way of ways)
      for (const script of all) {
        const wish = { script, parameters: {}, timeLimitMs: 1000, signal, onLine: () => undefined };
        const running = way?.scripts.run(wish);
        if (script.acts === 'none') await running;
        else
          await assert.rejects(async () => running, { code: 'not_supported', end: 'not_started' });
      }
    const reading = all.filter(({ acts }) => acts === 'none').map(({ name }) => name);
    assert.deepEqual(
      sent,
      ways.flatMap(() => reading),
    );
  });
});
