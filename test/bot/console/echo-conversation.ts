import type { Card } from '#bot/cards/card.ts';
import type {
  ConversationPort,
  Incoming,
  MessageView,
} from '#bot/conversation/conversation-port.ts';
import type { Account } from '#core/ports/directory.ts';

/** A conversation in memory: says back what it hears, and shows what a test puts in. */
export interface EchoConversation extends ConversationPort {
  /** Everything that arrived, repeated ones too. */
  readonly received: Incoming[];
  /** New or edited, by id. */
  put(personId: string, message: Partial<MessageView> & { id: string; card: Card }): void;
  /** The next calls of `receive` fail with this. */
  failWith(error: Error | undefined): void;
  /** From now on nothing is answered. */
  keepSilent(): void;
  /** Resolves at the next message or click that arrives; rejects when none does in 10 seconds. */
  nextReceived(): Promise<Incoming>;
  watcherCount(): number;
}

export const labPeople: readonly Account[] = [
  createPerson('ann', 'Ann Berg'),
  createPerson('bob', 'Bob Stein'),
  createPerson('eva', 'Eva Lang'),
];

export function createEchoConversation(): EchoConversation {
  const messages = new Map<string, MessageView[]>();
  const watchers = new Set<{ personId: string; onMessage: (message: MessageView) => void }>();
  const received: Incoming[] = [];
  const keys = new Set<string>();
  let failure: Error | undefined;
  let isSilent = false;
  let waiting: PromiseWithResolvers<Incoming> | undefined;

  const listOf = (personId: string) => messages.get(personId) ?? [];
  const put: EchoConversation['put'] = (personId, message) => {
    const before = listOf(personId);
    const old = before.find(({ id }) => id === message.id);
    const sentAt = old?.sentAt ?? new Date();
    const view = { version: (old?.version ?? 0) + 1, sentAt, ...message };
    messages.set(personId, [...before.filter(({ id }) => id !== view.id), view]);
    for (const watcher of watchers) if (watcher.personId === personId) watcher.onMessage(view);
  };

  return {
    received,
    put,
    failWith: (error) => {
      failure = error;
    },
    keepSilent: () => {
      isSilent = true;
    },
    nextReceived: () => {
      const next = Promise.withResolvers<Incoming>();
      waiting = next;
      AbortSignal.timeout(10_000).addEventListener('abort', () =>
        next.reject(new Error('nothing')),
      );
      return next.promise;
    },
    watcherCount: () => watchers.size,
    receive: async (incoming) => {
      if (failure) throw failure;
      received.push(incoming);
      waiting?.resolve(incoming);
      waiting = undefined;
      if (keys.has(incoming.dedupeKey)) return false;
      keys.add(incoming.dedupeKey);
      const { personId, dedupeKey, body } = incoming;
      if (isSilent) return true;
      const said = body.kind === 'text' ? body.text : undefined;
      const card = createEcho(body.kind === 'text' ? body.text : `clicked ${body.actionId}`);
      put(personId, { id: `m-${dedupeKey}`, answers: dedupeKey, said, card });
      return true;
    },
    list: async (personId, limit) => listOf(personId).slice(-limit),
    watch: (personId, onMessage, signal) => {
      const watcher = { personId, onMessage };
      watchers.add(watcher);
      signal.addEventListener('abort', () => watchers.delete(watcher));
    },
    listPeople: async () => labPeople,
    findPerson: async (login) => labPeople.find((person) => person.login === login),
  };
}

function createPerson(login: string, name: string): Account {
  return { id: `p-${login}`, login, name, state: 'active', groupIds: [] };
}

export function createEcho(text: string): Card {
  return {
    title: 'Echo',
    tone: 'neutral',
    summary: `Echo: ${text}`,
    body: [{ block: 'text', text }],
    actions: [],
  };
}
