/** A window with a person at it: a prompt at the bottom, cards above it. */
import {
  clearScreenDown,
  createInterface,
  cursorTo,
  type Interface,
  moveCursor,
} from 'node:readline';
import type { MessageView } from '../conversation/conversation-port.ts';
import type { ChatOptions } from './chat.ts';
import { type ChatBoard, createChatBoard } from './chat-board.ts';
import { type ChatScreen, createChatScreen, type Paper } from './chat-screen.ts';
import { type ChatTalk, createChatTalk, type TalkOutcome } from './chat-talk.ts';
import { chatWords } from './chat-words.ts';
import { openTerminalClient, type TerminalListener } from './terminal-client.ts';

/** As many of the messages that were there before are shown at the start. */
const mostPast = 5;

interface PastMessages {
  readonly views: MessageView[];
  complete(): void;
}

interface Desk {
  readonly lines: Interface;
  readonly screen: ChatScreen;
  readonly talk: ChatTalk;
  readonly login: string;
}

export async function talkByHand(options: ChatOptions): Promise<number> {
  const { stdin, stdout } = options;
  const board = createChatBoard();
  const lines = createInterface({
    input: stdin,
    output: stdout,
    terminal: stdout.isTTY === true,
    prompt: '',
  });
  try {
    const screen = createChatScreen(createPaper(lines, options), board);
    const ended = Promise.withResolvers<number>();
    const caughtUp = Promise.withResolvers<void>();
    const past = { views: [], complete: caughtUp.resolve };
    const listener = listen({ screen, board, past, end: ended.resolve, options });
    const client = await openTerminalClient({ ...options, listener });
    await caughtUp.promise;
    screen.note(chatWords.hello(client.person.name));
    showPast(past, screen);
    sit(
      { lines, screen, talk: createChatTalk(client, board), login: client.person.login },
      ended.resolve,
    );
    const code = await ended.promise;
    client.close();
    return code;
  } finally {
    lines.close();
  }
}

/** What still goes on and may wait for this person; the rest is history. */
function showPast({ views }: PastMessages, screen: ChatScreen): void {
  const open = views.filter((view) => view.subject?.isOpen === true);
  for (const view of open.slice(-mostPast)) screen.show(view);
}

/** Writes above the prompt and what is typed there so far, which comes back below. */
function createPaper(lines: Interface, { stdout }: ChatOptions): Paper {
  const isTty = stdout.isTTY === true;
  function write(text: string, rowsAbove: number): void {
    if (isTty) {
      moveCursor(stdout, 0, -(lines.getCursorPos().rows + rowsAbove));
      cursorTo(stdout, 0);
      clearScreenDown(stdout);
    }
    stdout.write(`${text}\n`);
    if (isTty) lines.prompt(true);
  }
  return {
    get width() {
      return stdout.columns ?? 100;
    },
    colour: isTty && stdout.hasColors?.() === true,
    print: (text) => write(text, 0),
    reprint(text, rows) {
      // What has left the screen at its top is out of reach.
      if (!isTty || rows + 1 >= (stdout.rows ?? 0)) return false;
      write(text, rows);
      return true;
    },
  };
}

interface Listening {
  readonly screen: ChatScreen;
  readonly board: ChatBoard;
  readonly past: PastMessages;
  readonly end: (code: number) => void;
  readonly options: ChatOptions;
}

function listen({ screen, board, past, end, options }: Listening): TerminalListener {
  return {
    onMessage(view, isPast) {
      board.put(view);
      if (isPast) past.views.push(view);
      else screen.show(view);
    },
    onCaughtUp: past.complete,
    onSettled(_key, isStored) {
      if (!isStored) screen.note(chatWords.notStored);
    },
    onDropped: (count) => screen.note(chatWords.dropped(count)),
    onLost: () => screen.note(chatWords.lost),
    onBack: () => screen.note(chatWords.back),
    onEnd(reason) {
      const { dataFolder, speaker } = options;
      screen.note(
        reason === 'gave_up' ? chatWords.gaveUp(dataFolder) : chatWords.refusals[reason](speaker),
      );
      past.complete();
      end(reason === 'gave_up' ? 1 : 2);
    },
  };
}

/** Takes what is typed until the person leaves. */
function sit({ lines, screen, talk, login }: Desk, end: (code: number) => void): void {
  const ask = (prompt: string) => {
    lines.setPrompt(prompt);
    lines.prompt();
  };
  const home = `${login}> `;
  lines.on('line', (line) => {
    screen.touch();
    if (talk.asking === undefined && chatWords.exit.includes(line.trim())) return end(0);
    ask(toNextPrompt(talk.takeLine(line), screen) ?? home);
  });
  lines.on('SIGINT', () => {
    if (talk.asking === undefined) return end(0);
    talk.giveUp();
    screen.note(chatWords.gaveUpAsking);
    ask(home);
  });
  lines.on('close', () => end(0));
  ask(home);
}

/** Shows what a line led to; the prompt of the next question, where one is open. */
function toNextPrompt(outcome: TalkOutcome, screen: ChatScreen): string | undefined {
  switch (outcome.kind) {
    case 'asking':
      if (outcome.dialog.lines.length > 0) screen.note(outcome.dialog.lines.join('\n'));
      return outcome.dialog.prompt;
    case 'details':
      screen.showDetails(outcome.view);
      return undefined;
    case 'not_sent':
      screen.note(outcome.why);
      return undefined;
    case 'sent':
    case 'nothing':
      return undefined;
  }
}
