/**
 * Proves the audit's chain from its first event to its last, page by page, beside the anchors outside (H38).
 *
 * What it cannot see: events that were written anew, up to the last one and with all their hashes, since the last
 * anchor; and events that were false when they were written.
 */
import type { AnchoredHead } from '../ports/anchor.ts';
import { type AnchorCheck, createAnchorCheck } from './anchored.ts';
import { createFaultCollector, type FaultList, joinFaults } from './audit-fault.ts';
import { type Breathe, chooseLimit, FIRST_PAGE } from './page.ts';
import { FIRST_HASH, type Head, hashEvent } from './seal.ts';
import type { SealedEvent, SealedEvents } from './sealed-events.ts';
import { createSuspectList, follows, type SuspectList } from './suspects.ts';

/** Below each index that Drover gives, so that none is overlooked. */
const BEFORE_ALL = -(2 ** 31);

export interface AuditProof extends FaultList {
  /** Where the chain ends. */
  readonly head: Head | undefined;
  /** Written and not sealed yet: no fault. */
  readonly unsealed: number;
  readonly anchorsAgree: number;
  /** Anchors of a past that an operator gave up. */
  readonly anchorsAccepted: number;
}

export async function verifyChain(
  events: SealedEvents,
  heads: readonly AnchoredHead[],
  breathe: Breathe,
): Promise<AuditProof> {
  const { sealed, unsealed } = await events.countEvents();
  const anchors = createAnchorCheck(heads);
  const walk = createWalk(anchors);
  const seen = await readPages(events, walk.look, breathe);
  const { chainIndex, hashes } = walk.place();
  const { faults, agree, accepted } = anchors.end(chainIndex);
  walk.faults.add(...faults);
  if (seen < sealed) walk.faults.add({ fault: 'rows_hidden', chainIndex, count: sealed - seen });
  const head = chainIndex === 0 ? undefined : { chainIndex, hash: hashes[0] ?? '' };
  return {
    ...{ head, unsealed, anchorsAgree: agree, anchorsAccepted: accepted },
    ...joinFaults(walk.faults.end(), walk.suspects.explain()),
  };
}

async function readPages(
  events: SealedEvents,
  look: (event: SealedEvent) => void,
  breathe: Breathe,
): Promise<number> {
  let seen = 0;
  let last = BEFORE_ALL;
  for (let limit = FIRST_PAGE; ; ) {
    const page = await events.listSealedAfter(last, limit);
    for (const event of page) look(event);
    seen += page.length;
    if (page.length < limit) return seen;
    last = page.at(-1)?.chainIndex ?? last;
    limit = chooseLimit(page);
    await breathe();
  }
}

/** Where the walk stands. */
interface Place {
  readonly chainIndex: number;
  /** What may have been the hash here, the stored one first; empty when it is lost. */
  readonly hashes: readonly string[];
}

interface Walk {
  readonly faults: ReturnType<typeof createFaultCollector>;
  readonly suspects: SuspectList;
  place(): Place;
  look(event: SealedEvent): void;
}

function createWalk(anchors: AnchorCheck): Walk {
  const faults = createFaultCollector();
  const suspects = createSuspectList();
  let place: Place = { chainIndex: 0, hashes: [FIRST_HASH] };
  return {
    faults,
    suspects,
    place: () => place,
    look(event) {
      const { chainIndex, id } = event;
      if (!(Number.isSafeInteger(chainIndex) && chainIndex > place.chainIndex)) {
        return faults.add({ fault: 'row_inserted', chainIndex, id });
      }
      if (chainIndex > place.chainIndex + 1) {
        faults.add({
          fault: 'rows_missing',
          chainIndex: place.chainIndex + 1,
          last: chainIndex - 1,
        });
        place = leap(chainIndex - 1, anchors);
      }
      const previous = place.hashes;
      const isProven = follows(event, chainIndex, previous);
      if (!isProven && previous.length > 0) suspects.add({ event, previous });
      if (isProven && !agrees(event)) faults.add({ fault: 'columns_differ', chainIndex, id });
      faults.add(...anchors.look(chainIndex, event.hash));
      place = { chainIndex, hashes: listHashes(event, previous, isProven, anchors) };
    },
  };
}

/** What was there is lost, unless an anchor has it. */
function leap(chainIndex: number, anchors: AnchorCheck): Place {
  const hash = anchors.hashAt(chainIndex);
  return { chainIndex, hashes: hash === undefined ? [] : [hash] };
}

/**
 * One wrong event is one fault, not a fault in all that follow: either its body was changed, and the next one follows
 * the stored hash, or its hash was, and the next one follows what is made of the body.
 */
function listHashes(
  { chainIndex, body, hash }: SealedEvent,
  previous: readonly string[],
  isProven: boolean,
  anchors: AnchorCheck,
): string[] {
  const stored = hash ?? '';
  const before = previous.at(-1);
  if (isProven || before === undefined) return [stored];
  return [stored, anchors.hashAt(chainIndex) ?? hashEvent(before, chainIndex, body)];
}

function agrees({ body, found }: SealedEvent): boolean {
  if (!found) return true;
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
  const { event, requestId = null, jobId = null } = JSON.parse(text);
  return event === found.event && requestId === found.requestId && jobId === found.jobId;
}
