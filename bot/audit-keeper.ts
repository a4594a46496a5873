/**
 * Seals audit events within a second, and keeps the chain's head outside the database: each hour in which something
 * happened, and at the end (architecture 2.10).
 *
 * When the anchor says that the database went back or another way (H37), events are still sealed, and nothing is
 * anchored before an operator accepted it: the proof of what was lost must not be written over.
 */
import { setImmediate } from 'node:timers/promises';
import { type AnchorState, compareAnchor } from '#core/audit/compare-anchor.ts';
import { sealEvents } from '#core/audit/seal.ts';
import type { Anchor } from '#core/ports/anchor.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { Reads, Store, Tx } from '#core/ports/store.ts';

export interface AuditKeeperOptions {
  readonly store: Pick<Store<Tx, Reads>, 'transact' | 'read'>;
  readonly anchor: Anchor;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

export interface AuditKeeper {
  /** Other than `agrees`: the caller holds what would change something. */
  readonly atStart: AnchorState;
  /** An operator says that the database counts as it is; the anchor remembers that. */
  acceptDatabase(): void;
  /** Seals and anchors what is there. Does not throw; faults go to `onError`. */
  close(): Promise<void>;
}

const LOOK_EVERY_MS = 500;
const LOOK_AGAIN_AT_MOST_MS = 30_000;
const ANCHOR_EVERY_MS = 3_600_000;

/** @throws OperationError when the anchor or the database cannot be read. */
export async function startAuditKeeper(options: AuditKeeperOptions): Promise<AuditKeeper> {
  const { store, anchor, onError } = options;
  const atStart = await compareAnchor(store, anchor);
  const anchoring = await beginAnchoring(options, atStart);
  const ending = new AbortController();
  const kept = keep(options, anchoring, ending.signal);
  let closed: Promise<void> | undefined;
  const end = async () => {
    ending.abort();
    await kept;
    await look(options, anchoring, { isLast: true }).catch(onError);
  };
  return {
    atStart,
    acceptDatabase: () => anchoring.accept(),
    close: () => {
      closed ??= end();
      return closed;
    },
  };
}

async function keep(
  options: AuditKeeperOptions,
  anchoring: Anchoring,
  signal: AbortSignal,
): Promise<void> {
  const { clock, onError } = options;
  let waitMs = LOOK_EVERY_MS;
  while (!signal.aborted) {
    try {
      await look(options, anchoring, { isLast: false });
      waitMs = LOOK_EVERY_MS;
    } catch (error) {
      onError(error);
      waitMs = Math.min(waitMs * 2, LOOK_AGAIN_AT_MOST_MS);
    }
    // It rejects when it is aborted, and so ends the loop.
    await clock.pause(waitMs, signal).catch(() => {});
  }
}

async function look(
  { store }: AuditKeeperOptions,
  anchoring: Anchoring,
  { isLast }: { readonly isLast: boolean },
): Promise<void> {
  const waiting = await store.read(({ audit }) => audit.listUnsealed(1));
  if (waiting.length > 0) await sealEvents(store, () => setImmediate());
  if (isLast || anchoring.isDue()) await anchoring.anchorHead();
}

interface Anchoring {
  isDue(): boolean;
  anchorHead(): Promise<void>;
  accept(): void;
}

/** Durations are measured, and what passed before the start is known by the database's clock (H29). */
async function beginAnchoring(
  { store, anchor, clock }: AuditKeeperOptions,
  atStart: AnchorState,
): Promise<Anchoring> {
  const last = atStart.code === 'agrees' ? atStart.last : undefined;
  const now = await store.read(async (reads) => reads.now.getTime());
  const passedMs = last ? Math.max(0, now - last.at.getTime()) : ANCHOR_EVERY_MS;
  let dueAt = clock.elapsedMs() + ANCHOR_EVERY_MS - passedMs;
  let anchored = last?.chainIndex ?? 0;
  let isHeld = atStart.code !== 'agrees';
  let isRestored: true | undefined;
  return {
    isDue: () => clock.elapsedMs() >= dueAt,
    accept() {
      if (!isHeld) return;
      isHeld = false;
      isRestored = true;
      dueAt = clock.elapsedMs();
    },
    async anchorHead() {
      if (isHeld) return;
      const { head, at } = await store.read(async (reads) => {
        return { head: await reads.audit.findHead(), at: reads.now };
      });
      if (!head || head.chainIndex <= anchored) return;
      await anchor.append({ ...head, at, isRestored });
      anchored = head.chainIndex;
      isRestored = undefined;
      dueAt = clock.elapsedMs() + ANCHOR_EVERY_MS;
    },
  };
}
