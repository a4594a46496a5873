/** A Drover in memory that can be killed and started again, and windows onto it. */
import { type ChatOptions, runChat } from '#bot/cli/chat.ts';
import { startTerminalServer, type TerminalServer } from '#bot/terminal/terminal-server.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { createFakeConversation, type FakeConversation } from './fake-conversation.ts';
import { createFakeTerminal, type FakeTerminal } from './fake-terminal.ts';

export interface ChatLab extends AsyncDisposable {
  readonly folder: string;
  readonly conversation: FakeConversation;
  start(): Promise<void>;
  stop(): Promise<void>;
  chat(options?: Partial<ChatOptions> & { isTTY?: boolean }): Chat;
}

export interface Chat extends FakeTerminal {
  readonly code: Promise<number>;
}

export async function openChatLab(): Promise<ChatLab> {
  const folder = createTemporaryFolder('chat');
  const conversation = createFakeConversation();
  let server: TerminalServer | undefined;
  const lab: ChatLab = {
    folder: folder.path,
    conversation,
    async start() {
      server = await startTerminalServer({
        dataFolder: folder.path,
        conversation,
      });
    },
    async stop() {
      await server?.close();
      server = undefined;
    },
    chat({ isTTY = false, ...options } = {}) {
      const terminal = createFakeTerminal({ isTTY });
      const { stdin, stdout, stderr } = terminal;
      const code = runChat({
        dataFolder: folder.path,
        speaker: { as: 'ann' },
        stdin,
        stdout,
        stderr,
        patience: { everyMs: 5, forMs: 20_000 },
        ...options,
      });
      return { ...terminal, code };
    },
    async [Symbol.asyncDispose]() {
      await lab.stop();
      folder[Symbol.dispose]();
    },
  };
  await lab.start();
  return lab;
}
