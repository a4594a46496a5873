/** The hosts of one connection: how each is reached, and which machine it turned out to be. */
import { OperationError, toOperationError } from '#core/errors.ts';
import type { ObjectRef } from '#core/inventory/estate-object.ts';
import { callScript } from './call-script.ts';
import type { RemoteScripts } from './remote-scripts.ts';
import type { IdentifyAnswer } from './script-answers.ts';
import { SCRIPTS } from './scripts.ts';

export interface HypervHost {
  /** As configured; its handle. */
  readonly host: string;
  readonly scripts: RemoteScripts;
}

/** A host and the machine that has answered there. */
export interface KnownHost extends HypervHost {
  readonly identity: IdentifyAnswer;
}

export interface Hosts {
  readonly all: readonly HypervHost[];
  identify(host: HypervHost, signal: AbortSignal): Promise<KnownHost>;
  /** What answered last; unknown before. */
  recall(host: string): KnownHost | undefined;
  /**
   * The host that is this machine, whatever it is called now.
   *
   * @throws OperationError `host_unavailable` (refused) when all answered and none is, or two are; a host's own failure when
   *   one of those that did not answer may be it.
   */
  find(hostId: string, signal: AbortSignal): Promise<KnownHost>;
}

export const IDENTIFY_LIMIT_MS = 60_000;

/**
 * The machine that was approved, under the address that was.
 *
 * @throws OperationError `not_the_vm_approved` (not started) when they are two
 */
export async function requireHost(
  hosts: Hosts,
  { handle, identity }: Pick<ObjectRef, 'handle' | 'identity'>,
  signal: AbortSignal,
): Promise<KnownHost> {
  const there = hosts.recall(handle);
  const isOther = there !== undefined && there.identity.hostId !== identity;
  const host = isOther ? undefined : await hosts.find(identity, signal);
  if (host?.host === handle) return host;
  throw new OperationError('not_the_vm_approved', 'not_started', { host: handle });
}

export function createHosts(all: readonly HypervHost[]): Hosts {
  const known = new Map<string, KnownHost>();

  const identify = async (host: HypervHost, signal: AbortSignal): Promise<KnownHost> => {
    const call = { signal, timeLimitMs: IDENTIFY_LIMIT_MS };
    const identity = await callScript(host, SCRIPTS.identify, call);
    const found = { ...host, identity };
    known.set(host.host, found);
    return found;
  };

  const findKnown = (hostId: string): KnownHost | undefined => {
    const found = [...known.values()].filter(({ identity }) => identity.hostId === hostId);
    if (found.length <= 1) return found[0];
    const [host = '', ...others] = found.map((it) => it.host);
    const reason = `it shows the machine id of ${others.join(', ')}`;
    throw new OperationError('host_unavailable', 'refused', { host, reason });
  };

  return {
    all,
    identify,
    recall: (host) => known.get(host),
    find: async (hostId, signal) => {
      const recalled = findKnown(hostId);
      if (recalled) return recalled;
      const failures: OperationError[] = [];
      const ask = (host: HypervHost) =>
        identify(host, signal).catch((error) => void failures.push(toOperationError(error)));
      await Promise.all(all.map(ask));
      const found = findKnown(hostId);
      if (found) return found;
      if (failures[0]) throw failures[0];
      throw new OperationError('host_unavailable', 'refused', { host: hostId });
    },
  };
}
