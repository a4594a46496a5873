/** A window without a person at it: sends line by line, waits for each answer, ends when all that it began has ended. */
import { createInterface } from 'node:readline';
import type { MessageView } from '../conversation/conversation-port.ts';
import { toVisibleText } from '../renderers/visible-text.ts';
import type { ChatOptions } from './chat.ts';
import { type ChatBoard, createChatBoard } from './chat-board.ts';
import { type ChatScreen, createChatScreen, type Paper } from './chat-screen.ts';
import { type ChatTalk, createChatTalk, type TalkOutcome } from './chat-talk.ts';
import { chatWords } from './chat-words.ts';
import { openTerminalClient, type TerminalListener } from './terminal-client.ts';

/** What this session sent, and what came of it. */
interface Session {
  readonly board: ChatBoard;
  readonly screen: ChatScreen;
  readonly keys: Set<string>;
  readonly answered: Set<string>;
  /** Messages that answer this session, and the requests and jobs they show. */
  readonly ownMessages: Set<string>;
  readonly ownLabels: Set<string>;
  /** Messages of which this session pressed a button: what they asked has its answer. */
  readonly pressed: Set<string>;
  hasFailed: boolean;
  /** No more lines and no more waiting. */
  end: 'going_on' | 'ended' | 'interrupted';
  readonly over: AbortController;
  wake: () => void;
}

export async function talkByScript(options: ChatOptions): Promise<number> {
  const board = createChatBoard();
  const session: Session = {
    board,
    screen: createChatScreen(createPaper(options), board),
    keys: new Set(),
    answered: new Set(),
    ownMessages: new Set(),
    ownLabels: new Set(),
    pressed: new Set(),
    hasFailed: false,
    end: 'going_on',
    over: new AbortController(),
    wake: () => {},
  };
  const client = await openTerminalClient({ ...options, listener: listen(session, options) });
  const interrupt = () => endSession(session, 'interrupted');
  process.once('SIGINT', interrupt);
  try {
    const talk = createChatTalk(client, board);
    await sendLines(talk, session, options);
    await until(session, () => listOpen(session).length === 0);
  } finally {
    process.off('SIGINT', interrupt);
    client.close();
  }
  return conclude(session);
}

function createPaper({ stdout }: ChatOptions): Paper {
  return {
    width: stdout.columns ?? 100,
    colour: stdout.isTTY === true && stdout.hasColors?.() === true,
    print: (text) => void stdout.write(`${text}\n`),
    reprint: () => false,
  };
}

function listen(session: Session, { dataFolder, speaker, stderr }: ChatOptions): TerminalListener {
  const say = (text: string) => void stderr.write(`${text}\n`);
  return {
    onMessage(view, isPast) {
      session.board.put(view);
      if (!isPast) takeMessage(view, session);
      session.wake();
    },
    onSettled(key, isStored) {
      if (isStored) return;
      say(chatWords.notStored);
      session.hasFailed = true;
      session.answered.add(key);
      session.wake();
    },
    onDropped: (count) => say(chatWords.dropped(count)),
    onLost: () => say(chatWords.lost),
    onBack: () => say(chatWords.back),
    onEnd(reason) {
      say(
        reason === 'gave_up' ? chatWords.gaveUp(dataFolder) : chatWords.refusals[reason](speaker),
      );
      session.hasFailed = true;
      endSession(session, 'ended');
    },
  };
}

/** Shows what belongs to this session; what other windows of the same person do is theirs. */
function takeMessage(view: MessageView, session: Session): void {
  const answersUs = view.answers !== undefined && session.keys.has(view.answers);
  const label = view.subject?.label;
  if (answersUs || session.ownMessages.has(view.id)) {
    session.ownMessages.add(view.id);
    if (label !== undefined) session.ownLabels.add(label);
  } else if (label === undefined || !session.ownLabels.has(label)) return;
  if (view.answers !== undefined) session.answered.add(view.answers);
  if (view.subject?.leadsTo !== undefined) session.ownLabels.add(view.subject.leadsTo);
  session.screen.show(view);
  // Its card may have come before the answer that speaks of it.
  const card = findCard(session, view.subject);
  if (card !== undefined && card.id !== view.id) session.screen.show(card);
}

/** The card of what a message speaks of, once it tells of what was asked. */
function findCard({ board }: Session, about: MessageView['subject']): MessageView | undefined {
  const card = board.list().find((view) => isCardOf(view, about?.label));
  return card !== undefined && card.version >= (about?.cardVersion ?? 0) ? card : undefined;
}

function isCardOf({ subject }: MessageView, label: string | undefined): boolean {
  return subject !== undefined && subject.label === label && subject.cardVersion === undefined;
}

async function sendLines(talk: ChatTalk, session: Session, options: ChatOptions): Promise<void> {
  const { commands, stdin } = options;
  for await (const line of commands ??
    createInterface({ input: stdin, signal: session.over.signal })) {
    if (session.end !== 'going_on') return;
    if (commands === undefined) session.screen.note(`> ${toVisibleText(line)}`);
    await takeOutcome(talk.takeLine(line), session);
  }
  if (talk.asking === undefined) return;
  session.screen.note(chatWords.linesEnded(talk.asking.label));
  session.hasFailed = true;
}

async function takeOutcome(outcome: TalkOutcome, session: Session): Promise<void> {
  switch (outcome.kind) {
    case 'sent':
      return await waitForAnswer(outcome, session);
    case 'asking':
      return session.screen.note([...outcome.dialog.lines, outcome.dialog.prompt].join('\n'));
    case 'details':
      return session.screen.showDetails(outcome.view);
    case 'not_sent':
      session.hasFailed = true;
      return session.screen.note(outcome.why);
    case 'nothing':
  }
}

/** A click is also answered by the new version of the card that was clicked. */
async function waitForAnswer(
  sent: Extract<TalkOutcome, { kind: 'sent' }>,
  session: Session,
): Promise<void> {
  session.keys.add(sent.key);
  const toVersion = () =>
    session.board.list().find((view) => view.id === sent.messageId)?.version ?? 0;
  const before = toVersion();
  if (sent.messageId !== undefined) {
    session.ownMessages.add(sent.messageId);
    session.pressed.add(sent.messageId);
  }
  await until(session, () => session.answered.has(sent.key) || toVersion() > before);
}

/**
 * Requests and jobs of this session that still go on. The word has the card of each: until it has come, and while it is older
 * than what was asked (a job that is retried had ended before), that goes on.
 */
function listOpen(session: Session): readonly string[] {
  const spokenOf = session.board.list().flatMap(({ subject }) => subject ?? []);
  return [...session.ownLabels].filter((label) => {
    const cards = spokenOf
      .filter((subject) => subject.label === label)
      .map((subject) => findCard(session, subject));
    return cards.length === 0 || cards.some((card) => card?.subject?.isOpen ?? true);
  });
}

function until(session: Session, condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    session.wake = () => {
      if (session.end !== 'going_on' || condition()) resolve();
    };
    session.wake();
  });
}

function endSession(session: Session, end: Session['end']): void {
  session.end = end;
  session.over.abort(); // stops the reading of further lines
  session.wake();
}

function conclude(session: Session): number {
  const open = listOpen(session);
  if (session.end !== 'going_on' && open.length > 0) session.screen.note(chatWords.goesOn(open));
  if (session.end === 'interrupted') return 130;
  const all = session.board.list();
  const own = all.filter((view) => session.ownMessages.has(view.id));
  // The card of a job answers nobody where a request led to it, or where it had been told before.
  const ends = all.filter(({ subject }) => subject && session.ownLabels.has(subject.label));
  const isOpenQuestion = (view: MessageView) => asksBack(view) && !session.pressed.has(view.id);
  const isRefusal = ({ card }: MessageView) => card.tone === 'bad';
  return session.hasFailed || [...own, ...ends].some(isRefusal) || own.some(isOpenQuestion) ? 1 : 0;
}

/** Nothing was done yet: it asks which one is meant, or wants a form filled in. */
function asksBack({ card, subject }: MessageView): boolean {
  return card.asksBack === true || (subject === undefined && (card.inputs ?? []).length > 0);
}
