/**
 * A person's own conversation, as the console and the terminal see it.
 *
 * What stands in it is read from the store, so a page that is loaded again and a server that was killed show the same.
 * Watching is only the shortcut for who looks at this moment.
 */
import type { CardCopy, CardRow } from '#core/ports/conversation-tables.ts';
import type { MessageSender } from '#core/ports/message-sender.ts';
import type { Card } from '../cards/card.ts';
import { drawSubject } from '../delivery/draw-subject.ts';
import type { House } from '../house.ts';
import type { ConversationPort, MessageView } from './conversation-port.ts';
import { placeOf } from './destinations.ts';
import { receive } from './receive.ts';
import type { Answering, Subject } from './show-subject.ts';

export interface Feed {
  readonly port: ConversationPort;
  readonly sender: MessageSender<MessageView>;
}

type Watcher = (message: MessageView) => void;

export function createFeed(house: House): Feed {
  const watchers = new Map<string, Set<Watcher>>();

  return {
    port: {
      receive: (incoming) => receive(house, { ...incoming, place: placeOf(incoming.personId) }),
      async list(personId, limit) {
        const rows = await house.store.read((reads) =>
          reads.cards.listPlace(placeOf(personId), limit),
        );
        const views: MessageView[] = [];
        for (const { card, copy } of rows) {
          const view = await toView(house, card, copy);
          if (view) views.push(view);
        }
        return views;
      },
      watch(personId, onMessage, signal) {
        const place = placeOf(personId);
        const here = watchers.get(place) ?? new Set();
        watchers.set(place, here.add(onMessage));
        signal.addEventListener('abort', () => here.delete(onMessage), { once: true });
      },
      listPeople: () => house.directory.listPeople(),
      findPerson: (login) => house.directory.findByLogin(login),
    },
    sender: {
      transport: 'console',
      async deliver({ place, copyId, content }) {
        for (const watcher of watchers.get(place) ?? []) watcher(content);
        return copyId;
      },
    },
  };
}

/** The message as its reader sees it now; where it has none, as anybody may. Undefined when what it shows is no more. */
export async function toView(
  house: House,
  card: CardRow,
  copy: CardCopy,
): Promise<MessageView | undefined> {
  const base = {
    id: copy.id,
    version: card.version,
    sentAt: copy.createdAt,
    ...toAnswers(card, copy),
  };
  if (card.kind === 'answer') return { ...base, ...(await toAnswerView(house, card)) };
  const drawn = await drawSubject(house, card, copy.personId);
  return drawn && { ...base, ...drawn };
}

/** Which message it answers is told to the one who wrote it. */
function toAnswers(
  { content }: CardRow,
  { personId }: CardCopy,
): Pick<MessageView, 'answers' | 'said'> {
  const answering = content as Answering | null;
  if (!answering?.answers || answering.answersTo !== personId) return {};
  const { answers, said } = answering;
  return { answers, ...(said === undefined ? {} : { said }) };
}

async function toAnswerView(
  { store }: House,
  { content }: CardRow,
): Promise<Pick<MessageView, 'card' | 'subject'>> {
  const { card, about } = content as unknown as { card: Card; about?: Subject };
  if (!about) return { card };
  const { job, shown } = await store.read(async (reads) => ({
    job: await reads.jobs.find(about.id),
    shown: await reads.cards.findBySubject(about.kind, about.id),
  }));
  if (!job) return { card };
  const isOpen = job.state === 'starting' || job.state === 'running';
  const subject = { kind: 'job', label: `J-${job.number}`, isOpen } as const;
  return { card, subject: { ...subject, ...(shown ? { cardVersion: shown.version } : {}) } };
}
