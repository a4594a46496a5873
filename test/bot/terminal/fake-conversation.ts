/** A conversation in memory that outlives the servers it is lent to, as the database does. */

import type { Card } from '#bot/cards/card.ts';
import type {
  ConversationPort,
  Incoming,
  MessageView,
} from '#bot/conversation/conversation-port.ts';
import type { Account } from '#core/ports/directory.ts';

export interface FakeConversation extends ConversationPort {
  readonly received: Incoming[];
  /** How often `receive` was called, repeats too. */
  readonly calls: Incoming[];
  /** Says what happens with each new message; nothing by default. */
  onReceive: (incoming: Incoming) => void | Promise<void>;
  /** Posts a message or its next version, as Ann's by default. */
  post(
    id: string,
    card: Partial<Card>,
    more?: Partial<MessageView>,
    personId?: string,
  ): MessageView;
  /** Resolves once `condition` holds; looked at after each call. */
  until(condition: () => boolean): Promise<void>;
  readonly watchers: number;
}

export function createFakeConversation(): FakeConversation {
  const messages = new Map<string, { personId: string; view: MessageView }>();
  const watchers = new Set<{ personId: string; onMessage: (view: MessageView) => void }>();
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const look of waiting) look();
  };
  const fake: FakeConversation = {
    received: [],
    calls: [],
    onReceive: () => {},
    get watchers() {
      return watchers.size;
    },
    async receive(incoming) {
      fake.calls.push(incoming);
      const isNew = !fake.received.some((one) => one.dedupeKey === incoming.dedupeKey);
      if (isNew) {
        await fake.onReceive(incoming);
        fake.received.push(incoming);
      }
      wake();
      return isNew;
    },
    async list(personId, limit) {
      return [...messages.values()]
        .filter((one) => one.personId === personId)
        .map((one) => one.view)
        .slice(-limit);
    },
    watch(personId, onMessage, signal) {
      const watcher = { personId, onMessage };
      watchers.add(watcher);
      signal.addEventListener('abort', () => {
        watchers.delete(watcher);
        wake();
      });
    },
    listPeople: async () => people,
    findPerson: async (login) => people.find((one) => one.login === login),
    post(id, card, more = {}, personId = 'id-ann') {
      const version = (messages.get(id)?.view.version ?? 0) + 1;
      const view: MessageView = {
        id,
        version,
        sentAt: new Date('2026-11-02T12:00:00Z'),
        card: { title: id, tone: 'neutral', summary: id, body: [], actions: [], ...card },
        ...more,
      };
      messages.set(id, { personId, view });
      for (const watcher of watchers) if (watcher.personId === personId) watcher.onMessage(view);
      return view;
    },
    until: (condition) =>
      new Promise((resolve) => {
        const look = () => {
          if (!condition()) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
  return fake;
}

function toAccount(login: string, name: string): Account {
  return { id: `id-${login}`, login, name, state: 'active', groupIds: [] };
}

const people = [toAccount('ann', 'Ann Berg'), toAccount('bob', 'Bob Stein')];
