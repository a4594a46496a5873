/**
 * Events that do not follow their predecessors, and what became of them.
 *
 * A few are looked at one by one: two that changed places are told from two that were changed, and what merely follows
 * a wrong one is not accused. Many in a row are one fault, from the first to the last.
 */
import { type AuditFault, createFaultCollector, type FaultList } from './audit-fault.ts';
import { hashEvent } from './seal.ts';
import type { SealedEvent } from './sealed-events.ts';

const LOOKED_AT = 20;

export interface Suspect {
  readonly event: SealedEvent;
  /** What its predecessor's hash may have been. */
  readonly previous: readonly string[];
}

export interface SuspectList {
  add(suspect: Suspect): void;
  explain(): FaultList;
}

type Changed = Extract<AuditFault, { fault: 'row_changed' }>;

export function createSuspectList(): SuspectList {
  const runs = createFaultCollector();
  let run: Changed | undefined;
  let suspects: Suspect[] = [];
  let count = 0;
  return {
    add(suspect) {
      const { event } = suspect;
      count += 1;
      suspects = count > LOOKED_AT ? [] : [...suspects, suspect];
      if (run?.last === event.chainIndex - 1) run = { ...run, last: event.chainIndex };
      else {
        if (run) runs.add(run);
        run = toChanged(event);
      }
    },
    explain() {
      if (count <= LOOKED_AT) return { faults: explainEach(suspects), moreFaults: 0 };
      if (run) runs.add(run);
      return runs.end();
    },
  };
}

function toChanged({ chainIndex, id }: SealedEvent): Changed {
  return { fault: 'row_changed', chainIndex, last: chainIndex, id };
}

/** Finds for each place the event that was sealed there; it proves the place after it. */
function explainEach(suspects: readonly Suspect[]): AuditFault[] {
  const belongsAt = new Map<SealedEvent, number>();
  const found = new Map<number, string>();
  for (const { event, previous } of suspects) {
    const place = event.chainIndex;
    const proven = [...previous, ...listFound(found, place - 1)];
    const sealed = suspects.find((other) => follows(other.event, place, proven));
    if (!sealed) continue;
    belongsAt.set(sealed.event, place);
    found.set(place, sealed.event.hash ?? '');
  }
  return suspects.flatMap(({ event }): AuditFault[] => {
    const place = belongsAt.get(event);
    if (place === event.chainIndex) return [];
    if (place === undefined) return [toChanged(event)];
    const { chainIndex, id } = event;
    return [{ fault: 'row_moved', chainIndex, id, belongsAt: place }];
  });
}

function listFound(found: ReadonlyMap<number, string>, place: number): string[] {
  const hash = found.get(place);
  return hash === undefined ? [] : [hash];
}

/** Whether the event was sealed at this place, after one of these. */
export function follows(event: SealedEvent, place: number, previous: readonly string[]): boolean {
  return previous.some((hash) => hashEvent(hash, place, event.body) === event.hash);
}
