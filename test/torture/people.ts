/** Ann and Bob at terminals. */
import {
  openTerminalClient,
  type TerminalClient,
  type TerminalClientOptions,
} from '#bot/cli/terminal-client.ts';
import type { MessageView } from '#bot/conversation/conversation-port.ts';
import { findScreenViolations, isUnderWay } from './find-screen-violations.ts';
import type { People, Place } from './place.ts';

export interface PersonSeen {
  readonly name: 'ann' | 'bob';
  /** Of the one message that they sent. */
  readonly key: string | undefined;
  /** The newest version of each message. */
  readonly views: readonly MessageView[];
  /** Messages that the server did not take, and windows that it closed. */
  readonly complaints: readonly string[];
}

interface Person {
  readonly name: 'ann' | 'bob';
  client?: TerminalClient;
  key?: string | undefined;
  readonly views: Map<string, MessageView>;
  readonly complaints: string[];
}

/** Each try waits ten seconds for the greeting. */
const OPEN_AT_MOST = 5;

/** They wait for a Drover that was killed as long as the torture does. */
const PATIENCE = { everyMs: 50, forMs: 600_000 };

export async function openPeople({
  dataFolder,
  rows,
  wish,
}: Pick<Place, 'dataFolder' | 'rows' | 'wish'>): Promise<People> {
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
  const open = async (name: Person['name'], onView: (person: Person) => void) => {
    const person: Person = { name, views: new Map(), complaints: [] };
    const complain = (what: string) => void person.complaints.push(`${name}: ${what}`);
    person.client = await openPatiently({
      ...{ dataFolder, speaker: { as: name }, patience: PATIENCE },
      listener: {
        onMessage(view) {
          person.views.set(view.id, view);
          onView(person);
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

  const ann = await open('ann', () => undefined);
  const bob = await open('bob', agree);
  const seen = (): readonly PersonSeen[] =>
    [ann, bob].map(({ name, key, views, complaints }) => {
      return { name, key, views: [...views.values()], complaints };
    });
  return {
    // A terminal finds its server again by itself.
    started: () => undefined,
    begin() {
      ann.key = ann.client?.send({ kind: 'text', text: wish.line });
    },
    settled: (count) => until(() => acknowledged >= count),
    over: () => until(() => isOver(ann, ['request', 'job']) && isOver(bob, ['request'])),
    sent: () => new Promise(() => undefined),
    describe: async () =>
      seen().flatMap(({ name, views }) => views.map(({ card }) => `${name} saw: ${card.summary}`)),
    findViolations: () => findScreenViolations({ rows }, seen()),
    close() {
      for (const { client } of [ann, bob]) client?.close();
    },
  };
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

/** Once, on the first card that lets him. */
function agree(bob: Person): void {
  if (bob.key) return;
  const open = [...bob.views.values()].find(({ subject }) => subject?.isOpen);
  const action = open?.card.actions.find(({ label }) => label === 'Approve');
  if (action) bob.key = bob.client?.send({ kind: 'action', actionId: action.id, inputs: {} });
}

function isOver({ key, views }: Person, subjects: readonly ('request' | 'job')[]): boolean {
  const all = [...views.values()];
  const isAnswered = key !== undefined && all.some(({ answers }) => answers === key);
  const areEnded = subjects.every((kind) =>
    all.some((view) => view.subject?.kind === kind && !isUnderWay(view)),
  );
  return isAnswered && areEnded;
}
