/**
 * A whole Drover in this process, for journeys: the real store, queue, lab and conversation; only the sockets are left
 * out of what a test looks at.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Card } from '#bot/cards/card.ts';
import { type OpenedDrover, openDrover } from '#bot/compose.ts';
import { loadConfig } from '#bot/config.ts';
import type { ConversationPort, MessageView } from '#bot/conversation/conversation-port.ts';
import type { Parts } from '#bot/drover.ts';
import { createLog } from '#bot/log.ts';
import { toPlainText } from '#bot/renderers/plain-text.ts';
import type { JobState } from '#core/jobs/job.ts';
import { createTemporaryFolder } from './peers/temporary-folder.ts';

const LAB = new URL('../../bot/lab.yaml', import.meta.url);

export interface TestAppOptions {
  /** `drover.yaml`; the lab's own when left out, with everything at once. */
  readonly config?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Where an earlier app of the same test left its data. */
  readonly dataFolder?: string;
  readonly alter?: (parts: Parts) => Parts;
}

export interface TestApp extends AsyncDisposable {
  readonly drover: OpenedDrover;
  readonly dataFolder: string;
  /** Says one line and waits for its answer. */
  say(person: string, text: string): Promise<MessageView>;
  /** Clicks the button with this label on the newest card that has it. */
  click(
    person: string,
    label: string | RegExp,
    inputs?: Readonly<Record<string, string>>,
  ): Promise<MessageView>;
  /** A click by its id, as a forged one would come. */
  clickId(
    person: string,
    actionId: string,
    inputs?: Readonly<Record<string, string>>,
  ): Promise<MessageView>;
  /** Everything in a person's conversation, as it stands. */
  messages(person: string): Promise<readonly MessageView[]>;
  /** Resolves when the job with this number has ended, and Drover's index has come to hold what it wrote. */
  jobEnd(number: number): Promise<JobState>;
  /** Bodies of the audit events of one kind, newest first. */
  audit(event: string): Promise<readonly Record<string, unknown>[]>;
}

/** What a card says, as plain text. */
export function textOf(view: MessageView | Card): string {
  const card = 'card' in view ? view.card : view;
  return toPlainText(card, { width: 120, colour: false, showDetails: true });
}

export function labConfig(changes: (text: string) => string = (text) => text): string {
  return changes(readFileSync(LAB, 'utf8').replace('speed: 10', 'speed: 0'));
}

/** No role of the lab allows these any more. */
export function withoutRights(text: string, ...rights: readonly string[]): string {
  return rights.reduce((left, right) => {
    const less = left.replaceAll(
      new RegExp(`\\s*\\b${right.replaceAll('.', '\\.')}\\b,?`, 'g'),
      '',
    );
    if (less === left) throw new Error(`no role allows ${right}`);
    return less;
  }, text);
}

export async function openTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  await using stack = new AsyncDisposableStack();
  const dataFolder = options.dataFolder ?? stack.use(createTemporaryFolder('app')).path;
  const secrets = {
    env: options.env ?? {},
    readFile: (path: string) => readFileSync(path, 'utf8'),
  };
  const loaded = loadConfig({ name: 'drover.yaml', text: options.config ?? labConfig() }, secrets);
  const log = createLog('silent');
  const { alter } = options;
  const drover = await openDrover({
    loaded,
    dataFolder,
    log,
    version: '0.0.0-test',
    port: 0,
    alter,
  });
  stack.defer(() => drover.close());
  await untilSynced(drover);
  const opened = stack.move();
  return {
    ...createActors(drover),
    drover,
    dataFolder,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** The first reading of every connection has ended. */
async function untilSynced({ house }: OpenedDrover): Promise<void> {
  await eventually(async () => {
    const states = await house.store.read(({ connections }) => connections.list());
    return (
      states.filter(({ syncedAt, holdCode }) => syncedAt || holdCode).length >=
      house.connections.size
    );
  });
}

/** Asks until it is so; a test that waits for what never comes ends with its own time limit. */
export async function eventually(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5));
}

type Actors = Pick<TestApp, 'say' | 'click' | 'clickId' | 'messages' | 'jobEnd' | 'audit'>;

function createActors({ house, conversation: port }: OpenedDrover): Actors {
  const toId = (person: string) => findId(port, person);

  async function send(
    person: string,
    body: Parameters<ConversationPort['receive']>[0]['body'],
  ): Promise<MessageView> {
    const personId = await toId(person);
    const dedupeKey = randomUUID();
    const watching = new AbortController();
    const answered = new Promise<MessageView>((resolve) => {
      port.watch(personId, (view) => view.answers === dedupeKey && resolve(view), watching.signal);
    });
    const sentAt = new Date();
    await port.receive({ transport: 'terminal', dedupeKey, personId, place: '', sentAt, body });
    const answer = await answered;
    watching.abort();
    return answer;
  }

  const messages = async (person: string) => port.list(await toId(person), 500);
  const clickId: Actors['clickId'] = (person, actionId, inputs = {}) =>
    send(person, { kind: 'action', actionId, inputs });
  return {
    messages,
    clickId,
    say: (person, text) => send(person, { kind: 'text', text }),
    async click(person, label, inputs) {
      const cards = (await messages(person)).toReversed();
      const actions = cards.flatMap(({ card }) => card.actions);
      const action = actions.find((one) =>
        typeof label === 'string' ? one.label === label : label.test(one.label),
      );
      if (!action) throw new Error(`${person} has no button ${label}`);
      return clickId(person, action.id, inputs);
    },
    async jobEnd(number) {
      let state: JobState | undefined;
      await eventually(async () => {
        const { job, news } = await house.store.read(async ({ jobs, estate }) => ({
          job: await jobs.findByNumber(number),
          news: await estate.listChangedAfter(house.index.changeSeq(), 1),
        }));
        state = job?.state;
        return job?.endedAt != null && news.length === 0;
      });
      return state as JobState;
    },
    async audit(event) {
      const rows = await house.store.read((reads) => reads.audit.list({ event, limit: 1000 }));
      return rows.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
    },
  };
}

async function findId(port: ConversationPort, login: string): Promise<string> {
  const person = await port.findPerson(login);
  if (!person) throw new Error(`there is no ${login}`);
  return person.id;
}
