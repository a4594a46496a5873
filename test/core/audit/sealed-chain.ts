/** Chains in memory, to be tampered with. */
import { FIRST_HASH, hashEvent } from '#core/audit/seal.ts';
import type { SealedEvent, SealedEvents } from '#core/audit/sealed-events.ts';
import { verifyChain } from '#core/audit/verify-chain.ts';
import type { AnchoredHead } from '#core/ports/anchor.ts';

export const AT = new Date('2027-01-04T10:00:00.000Z');

/** Row ids are a hundred more than the places. */
export function sealChain(bodies: readonly string[]): SealedEvent[] {
  let previous = FIRST_HASH;
  return bodies.map((body, index) => {
    const chainIndex = index + 1;
    previous = hashEvent(previous, chainIndex, body);
    return { id: chainIndex + 100, body: Buffer.from(body), chainIndex, hash: previous };
  });
}

export function toAnchor({ chainIndex, hash }: SealedEvent): AnchoredHead {
  return { at: AT, chainIndex, hash: hash ?? '' };
}

export function toSealedEvents(events: readonly SealedEvent[], unsealed = 0): SealedEvents {
  const sorted = events.toSorted((a, b) => a.chainIndex - b.chainIndex);
  return {
    listSealedAfter: async (after, limit) =>
      sorted.filter(({ chainIndex }) => chainIndex > after).slice(0, limit),
    countEvents: async () => ({ sealed: events.length, unsealed }),
  };
}

export function verify(events: readonly SealedEvent[], anchors: readonly AnchoredHead[] = []) {
  return verifyChain(toSealedEvents(events), anchors, async () => {});
}

/** With one event replaced. */
export function change(
  events: readonly SealedEvent[],
  place: number,
  changes: Partial<SealedEvent>,
): SealedEvent[] {
  return events.map((event) => (event.chainIndex === place ? { ...event, ...changes } : event));
}

/** With one bit turned over. */
export function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  const at = bit % (bytes.length * 8);
  return bytes.map((byte, index) => (index === at >> 3 ? byte ^ (1 << (at & 7)) : byte));
}
