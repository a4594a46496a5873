/** `drover chat`, and every command given on the command line: a window onto the Drover that runs. */
import type { Readable, Writable } from 'node:stream';
import { talkByHand } from './chat-by-hand.ts';
import { talkByScript } from './chat-by-script.ts';
import { chatWords } from './chat-words.ts';
import type { Speaker } from './speaker.ts';
import { NoConversation } from './terminal-client.ts';

export interface ChatOptions {
  readonly dataFolder: string;
  readonly speaker: Speaker;
  readonly stdin: Readable & { readonly isTTY?: boolean | undefined };
  readonly stdout: Writable & Partial<TerminalSize>;
  readonly stderr: Writable;
  /** Run one after the other instead of what is typed. */
  readonly commands?: readonly string[] | undefined;
  /** How long a Drover that went away is waited for. */
  readonly patience?: { readonly everyMs: number; readonly forMs: number } | undefined;
}

export interface TerminalSize {
  readonly isTTY: boolean;
  readonly columns: number;
  readonly rows: number;
  hasColors(): boolean;
}

/**
 * Resolves with the exit code: 0 when all is done, 1 when something was refused or failed, 2 when there is no Drover
 * to talk to, 130 after Ctrl-C.
 */
export async function runChat(options: ChatOptions): Promise<number> {
  const isByHand = options.commands === undefined && options.stdin.isTTY === true;
  try {
    return await (isByHand ? talkByHand(options) : talkByScript(options));
  } catch (error) {
    if (!(error instanceof NoConversation)) throw error;
    options.stderr.write(`${toSentence(error.reason, options)}\n`);
    return 2;
  }
}

function toSentence(reason: NoConversation['reason'], options: ChatOptions): string {
  if (reason === 'no_server') return chatWords.noServer(options.dataFolder);
  return chatWords.refusals[reason](options.speaker);
}
