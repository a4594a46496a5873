/** What this machine is called in its networks, and what names of others stand for. */
import { lookup } from 'node:dns/promises';
import { hostname, networkInterfaces } from 'node:os';
import type { Network } from '#core/ports/network.ts';

export function createNetwork(): Network {
  return {
    readOwn() {
      const cards = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
      const outer = cards.filter(({ internal }) => !internal);
      return {
        name: hostname(),
        addresses: outer.map(({ address }) => address),
        macAddresses: outer.map(({ mac }) => mac),
      };
    },
    async resolve(name, timeoutMs) {
      const late = AbortSignal.timeout(timeoutMs);
      const { promise, resolve } = Promise.withResolvers<undefined>();
      late.addEventListener('abort', () => resolve(undefined), { once: true });
      // The system's own resolver cannot be stopped: it is not waited for any longer.
      const found = lookup(name, { all: true }).catch(() => undefined);
      return (await Promise.race([found, promise]))?.map(({ address }) => address);
    },
  };
}
