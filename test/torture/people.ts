/** Ann and Bob at terminals. */
import { setTimeout as pause } from 'node:timers/promises';
import {
  openTerminalClient,
  type TerminalClient,
  type TerminalClientOptions,
} from '#bot/cli/terminal-client.ts';
import type { MessageView } from '#bot/conversation/conversation-port.ts';
import { findScreenViolations, isUnderWay } from './find-screen-violations.ts';
import { countRows, listWords } from './find-violations.ts';
import type { People, Place } from './place.ts';

type Name = 'ann' | 'bob';

/** Made once, on the first card that lets them. */
export interface Click {
  readonly person: Name;
  readonly on: 'request' | 'job';
  /** How its label begins. */
  readonly label: string;
  /** Not before the card looks so. */
  readonly when?: (view: MessageView) => boolean;
}

const APPROVE: Click = { person: 'bob', on: 'request', label: 'Approve' };

export interface PersonSeen {
  readonly name: Name;
  /** Of the messages and clicks that they sent. */
  readonly keys: readonly string[];
  /** The newest version of each message. */
  readonly views: readonly MessageView[];
  /** Messages that the server did not take, and windows that it closed. */
  readonly complaints: readonly string[];
}

interface Person {
  readonly name: Name;
  client?: TerminalClient;
  readonly keys: string[];
  /** That they have not made yet. */
  readonly clicks: Set<Click>;
  readonly views: Map<string, MessageView>;
  readonly complaints: string[];
}

const LOOK_EVERY_MS = 250;
const BEHIND =
  'card_copy join card on card.id = card_id where is_behind or sent_version <> version';

/** Each try waits ten seconds for the greeting. */
const OPEN_AT_MOST = 5;

/** They wait for a Drover that was killed as long as the torture does. */
const PATIENCE = { everyMs: 50, forMs: 600_000 };

export interface PeopleParts extends Pick<Place, 'dataFolder' | 'rows' | 'wakeUps'> {
  /** What Ann asks for. */
  readonly line: string;
  /** Beside Bob's, who agrees. */
  readonly clicks?: readonly Click[];
}

export interface PeopleAtTerminals extends People {
  seen(): readonly PersonSeen[];
}

export async function openPeople(parts: PeopleParts): Promise<PeopleAtTerminals> {
  const { dataFolder, rows, line } = parts;
  const clicks = [APPROVE, ...(parts.clicks ?? [])];
  const closed = new AbortController();
  const waiting = new Set<() => void>();
  const look = () => {
    for (const wake of waiting) wake();
  };
  const until = (isSo: () => boolean) =>
    new Promise<void>((resolve) => {
      const wake = () => {
        if (!isSo()) return;
        waiting.delete(wake);
        resolve();
      };
      waiting.add(wake);
      wake();
    });
  let acknowledged = 0;
  const open = async (name: Name) => {
    const own = new Set(clicks.filter((click) => click.person === name));
    const person: Person = { name, keys: [], clicks: own, views: new Map(), complaints: [] };
    const complain = (what: string) => void person.complaints.push(`${name}: ${what}`);
    person.client = await openPatiently({
      ...{ dataFolder, speaker: { as: name }, patience: PATIENCE },
      listener: {
        onMessage(view) {
          person.views.set(view.id, view);
          for (const click of own) clickIfMay(person, click, view);
          look();
        },
        onSettled(_key, isStored) {
          if (isStored) acknowledged += 1;
          else complain('the message was not stored');
          look();
        },
        onDropped: () => undefined,
        onLost: () => undefined,
        onBack: () => undefined,
        onEnd: (reason) => complain(`the window ended: ${reason}`),
      },
    });
    return person;
  };

  const ann = await open('ann');
  const bob = await open('bob');
  const seen = (): readonly PersonSeen[] =>
    [ann, bob].map(({ name, keys, views, complaints }) => {
      return { name, keys, views: [...views.values()], complaints };
    });
  return {
    seen,
    // A terminal finds its server again by itself.
    started: () => undefined,
    begin() {
      say(ann, { kind: 'text', text: line });
    },
    settled: (count) => until(() => acknowledged >= count),
    async over() {
      await until(() => isOver(ann, ['request', 'job']) && isOver(bob, ['request']));
      await waitUntilTold(parts, closed.signal);
    },
    sent: () => new Promise(() => undefined),
    describe: async () =>
      seen().flatMap(({ name, views }) => views.map(({ card }) => `${name} saw: ${card.summary}`)),
    findViolations: () => findScreenViolations({ rows }, seen()),
    close() {
      closed.abort();
      for (const { client } of [ann, bob]) client?.close();
    },
  };
}

/** A click that was answered last may have moved a card: ended before it is told, Drover tells it at its next start. */
async function waitUntilTold(parts: PeopleParts, closed: AbortSignal): Promise<void> {
  const isTold = async () =>
    (await countRows(parts, BEHIND)) === 0 &&
    !(await listWords(parts, parts.wakeUps)).includes('delivery');
  while (!closed.aborted && !(await isTold())) await pause(LOOK_EVERY_MS);
}

/** A server that runs may be slow to greet while the whole machine is. */
async function openPatiently(options: TerminalClientOptions): Promise<TerminalClient> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await openTerminalClient(options);
    } catch (error) {
      if (tries === OPEN_AT_MOST) throw error;
    }
  }
}

function clickIfMay(person: Person, click: Click, view: MessageView): void {
  const { subject, card } = view;
  if (!subject?.isOpen || subject.kind !== click.on || click.when?.(view) === false) return;
  const action = card.actions.find(({ label }) => label.startsWith(click.label));
  // While its window opens a person cannot click yet, and sees the card again.
  if (!action || !person.client) return;
  person.clicks.delete(click);
  say(person, { kind: 'action', actionId: action.id, inputs: {} });
}

function say({ client, keys }: Person, body: Parameters<TerminalClient['send']>[0]): void {
  const key = client?.send(body);
  if (key !== undefined) keys.push(key);
}

function isOver({ keys, views }: Person, subjects: readonly ('request' | 'job')[]): boolean {
  const all = [...views.values()];
  const isAnswered =
    keys.length > 0 && keys.every((key) => all.some(({ answers }) => answers === key));
  const areEnded = subjects.every((kind) =>
    all.some((view) => view.subject?.kind === kind && !isUnderWay(view)),
  );
  return isAnswered && areEnded;
}
