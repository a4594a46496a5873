import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ApprovalTx } from '#approvals/request-store.ts';
import { createNoteRefused, EVENTS_AT_MOST } from '#bot/conversation/note-refused.ts';
import { createTellRefused, type Refusal } from '#bot/conversation/refusal.ts';
import type { NewAuditEvent } from '#core/ports/audit-table.ts';

const unsigned: Refusal = { transport: 'slack', code: 'unsigned' };

/** A minute is over when the test says so. */
function createHeldClock() {
  let nowMs = 0;
  let waiting: { readonly untilMs: number; readonly end: () => void }[] = [];
  return {
    elapsedMs: () => nowMs,
    pause(durationMs: number, signal: AbortSignal) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      waiting.push({ untilMs: nowMs + durationMs, end: resolve });
      signal.addEventListener('abort', () => reject(signal.reason));
      return promise;
    },
    async advance(ms: number) {
      nowMs += ms;
      for (const { untilMs, end } of waiting) if (untilMs <= nowMs) end();
      waiting = waiting.filter(({ untilMs }) => untilMs > nowMs);
      await new Promise(setImmediate);
    },
  };
}

function open() {
  const events: NewAuditEvent[] = [];
  const errors: unknown[] = [];
  const logged: unknown[] = [];
  const clock = createHeldClock();
  let isBroken = false;
  const tx = { audit: { insert: async (event: NewAuditEvent) => void events.push(event) } };
  const notes = createNoteRefused({
    store: {
      async transact(work) {
        if (isBroken) throw new Error('the disk is full');
        return work(tx as unknown as ApprovalTx);
      },
    },
    clock,
    onError: (error) => void errors.push(error),
    onFirst: (facts) => void logged.push(facts),
  });
  const refuse = async (times: number) => {
    for (let at = 0; at < times; at += 1) await notes.noteRefused(unsigned);
  };
  const listFacts = () => events.map(({ facts }) => facts);
  const breakStore = (broken: boolean) => {
    isBroken = broken;
  };
  return { notes, events, errors, logged, clock, refuse, listFacts, breakStore };
}

describe('what a chat’s door refused', () => {
  it('is one event with who asked, and nothing that is not known', async () => {
    const { notes, events } = open();
    const guest = { transport: 'teams', code: 'guest', tenant: 't-1', userId: 'u-1' } as const;

    await notes.noteRefused({ ...guest, place: undefined });

    assert.deepEqual(events, [{ event: 'chat_refused', facts: guest }]);
  });

  it('keeps a hundred characters of a text, and no half one', async () => {
    const { notes, listFacts } = open();

    await notes.noteRefused({ ...unsigned, userId: '😀'.repeat(300), place: 'C'.repeat(101) });

    assert.deepEqual(listFacts(), [
      { ...unsigned, userId: '😀'.repeat(100), place: 'C'.repeat(100) },
    ]);
  });

  it('lesson S20: fills no more than its share; the rest is one event with its count', async () => {
    const { clock, refuse, listFacts } = open();

    await refuse(EVENTS_AT_MOST + 940);
    assert.deepEqual(
      listFacts(),
      Array.from({ length: EVENTS_AT_MOST }, () => unsigned),
    );
    await clock.advance(59_999);
    assert.equal(listFacts().length, EVENTS_AT_MOST);
    await clock.advance(1);

    assert.deepEqual(listFacts().slice(EVENTS_AT_MOST), [{ count: 940 }]);
  });

  it('lesson S20: tells the log of the first in a minute, and of no other', async () => {
    const { clock, logged, refuse } = open();

    await refuse(EVENTS_AT_MOST);
    assert.deepEqual(logged, [unsigned]);
    await clock.advance(60_000);
    await refuse(2);

    assert.deepEqual(logged, [unsigned, unsigned]);
  });

  it('counts that one among the next minute’s, and begins each minute anew', async () => {
    const { clock, refuse, listFacts } = open();

    await refuse(EVENTS_AT_MOST + 1);
    await clock.advance(60_000);
    await refuse(EVENTS_AT_MOST + 5);
    assert.equal(listFacts().length, 2 * EVENTS_AT_MOST);
    await clock.advance(60_000);
    await clock.advance(60_000);
    await refuse(1);

    assert.deepEqual(listFacts().slice(2 * EVENTS_AT_MOST), [{ count: 6 }, unsigned]);
  });

  it('writes what was counted when Drover ends', async () => {
    const { notes, refuse, listFacts } = open();

    await refuse(EVENTS_AT_MOST + 3);
    await notes.close();

    assert.deepEqual(listFacts().at(-1), { count: 3 });
  });

  it('rejects what could not be written, and goes on with the next', async () => {
    const { notes, refuse, listFacts, breakStore } = open();

    breakStore(true);
    await assert.rejects(notes.noteRefused(unsigned), /the disk is full/);
    breakStore(false);
    await refuse(1);

    assert.deepEqual(listFacts(), [unsigned]);
  });

  it('keeps the count of what could not be written for the next time', async () => {
    const { notes, refuse, clock, errors, listFacts, breakStore } = open();

    await refuse(EVENTS_AT_MOST + 3);
    breakStore(true);
    await clock.advance(60_000);
    breakStore(false);
    await refuse(EVENTS_AT_MOST);
    await notes.close();

    assert.equal(errors.length, 1);
    assert.deepEqual(listFacts().at(-1), { count: 4 });
  });
});

describe('telling of a refusal', () => {
  it('waits for nothing; a fault of it is a fault that nobody waits for', async () => {
    const faults: unknown[] = [];
    const tell = (noteRefused: (refusal: Refusal) => Promise<void>) =>
      createTellRefused({
        ...{ transport: 'slack', noteRefused },
        onFault: (fault) => void faults.push(fault),
      })({ code: 'unsigned' });

    tell(() => Promise.reject(new Error('later')));
    tell(() => {
      throw new Error('at once');
    });
    tell(() => new Promise(() => undefined));
    await new Promise(setImmediate);

    assert.deepEqual(faults.map(String).toSorted(), ['Error: at once', 'Error: later']);
  });
});
