/**
 * Of one copy of a card one version is on its way at a time, and only upwards (H34).
 *
 * What waits for its turn is replaced by a newer version. What this process sent last is remembered, so that an older
 * version that comes after it changes nothing, and a newer one that was read before a post was recorded edits that post
 * instead of making another.
 */
import { OperationError } from '#core/errors.ts';
import type { MessageSender, OutgoingMessage } from '#core/ports/message-sender.ts';
import type { Want } from './budget.ts';
import type { Turns } from './turns.ts';

export interface OneWriterOptions<Content> {
  readonly transport: string;
  readonly turns: Turns;
  readonly toWant: (message: OutgoingMessage<Content>) => Want;
  readonly send: (message: OutgoingMessage<Content>) => Promise<string>;
}

interface Waiting<Content> {
  message: OutgoingMessage<Content>;
  readonly sent: Promise<string>;
}

/** A transport's sender: `send` posts or edits one message, once its turn has come. */
export function createOneWriter<Content>(
  options: OneWriterOptions<Content>,
): MessageSender<Content> {
  const { turns, toWant } = options;
  const waiting = new Map<string, Waiting<Content>>();
  const last = new Map<string, Promise<unknown>>();
  const newest = createNewest();

  async function sendInTurn(copyId: string, before: Promise<unknown> | undefined): Promise<string> {
    await before?.catch(() => undefined); // what became of it is told to its own caller
    const entry = waiting.get(copyId);
    if (!entry) throw new OperationError('unexpected', 'not_started', { copyId });
    try {
      await turns.wait(toWant(newest.toKnown(entry.message)));
    } finally {
      waiting.delete(copyId);
    }
    const message = newest.toKnown(entry.message);
    const done = newest.find(message);
    if (done !== undefined) return done;
    const ref = await options.send(message);
    newest.note(message, ref);
    return ref;
  }

  return {
    transport: options.transport,
    deliver(message) {
      const { copyId, version } = message;
      const done = newest.find(message);
      if (done !== undefined) return Promise.resolve(done);
      const queued = waiting.get(copyId);
      if (queued) {
        if (version > queued.message.version) queued.message = message;
        turns.raise(toWant(newest.toKnown(queued.message)));
        return queued.sent;
      }
      const started = Promise.withResolvers<void>();
      const before = last.get(copyId);
      const sent = started.promise.then(() => sendInTurn(copyId, before));
      waiting.set(copyId, { message, sent });
      last.set(copyId, sent);
      const forget = () => {
        if (last.get(copyId) === sent) last.delete(copyId);
      };
      sent.then(forget, forget);
      started.resolve();
      return sent;
    },
  };
}

const keptCopies = 20_000;
type Addressed = Pick<OutgoingMessage<unknown>, 'copyId' | 'version' | 'messageRef'>;

interface Sent {
  readonly version: number;
  readonly ref: string;
  /** Messages that were found to be there no more. */
  readonly gone: ReadonlySet<string>;
}

function createNewest() {
  const sent = new Map<string, Sent>();
  return {
    /** Undefined also where a message was found that this process did not send to. */
    find({ copyId, version, messageRef }: Addressed): string | undefined {
      const known = sent.get(copyId);
      if (!known || known.version < version) return undefined;
      const ids = toIds(known.ref);
      return toIds(messageRef).every((id) => ids.includes(id)) ? known.ref : undefined;
    },
    /** Addressed to what this process sent last, where it was read before that was recorded. */
    toKnown<Message extends Addressed>(message: Message): Message {
      const known = sent.get(message.copyId);
      const ids = toIds(message.messageRef);
      const isStale = ids.length === 0 || ids.some((id) => known?.gone.has(id));
      if (!known || !isStale) return message;
      const found = ids.filter((id) => !known.gone.has(id));
      const messageRef = [...new Set([...toIds(known.ref), ...found])].join(' ');
      return { ...message, messageRef };
    },
    note({ copyId, version, messageRef }: Addressed, ref: string): void {
      const before = [...(sent.get(copyId)?.gone ?? []), ...toIds(messageRef)];
      const gone = new Set(before).difference(new Set(toIds(ref)));
      sent.delete(copyId);
      sent.set(copyId, { version, ref, gone });
      if (sent.size <= keptCopies) return;
      const [oldest] = sent.keys();
      if (oldest !== undefined) sent.delete(oldest);
    },
  };
}

function toIds(ref: string | null): readonly string[] {
  return ref?.split(' ') ?? [];
}
