import { knownPeers, type PeerName } from './known-peers.ts';

/** How a test's reason to be left out begins; `npm test` counts by it. */
export const missingPeerReason = 'needs the peer ';

export interface PeerOptions {
  readonly skip: string | false;
}

/**
 * Options for `it` or `describe` that leave the test out when a peer it runs against is missing.
 *
 *     it('reads a vCenter', needsPeer('vcsim'), async () => …)
 *
 * With `CI=true` nothing is left out: the missing peer is an error.
 */
export function needsPeer(...names: readonly PeerName[]): PeerOptions {
  const missing = names.filter((name) => !knownPeers[name].isPresent());
  if (missing.length === 0) return { skip: false };
  const reason = `${missingPeerReason}${missing.join(', ')}`;
  if (process.env.CI === 'true') throw new Error(`${reason}: npm run peers -- install`);
  return { skip: reason };
}
