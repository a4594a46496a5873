/** Drover's own two windows, the console and the terminal: in both the same people are known in the same way. */
import { join } from 'node:path';
import type { Directory } from '#core/ports/directory.ts';
import type { SignIn } from '#core/ports/sign-in.ts';
import type { Store } from '#core/ports/store.ts';
import type { Config } from './config.ts';
import { createConsole } from './console/console.ts';
import type { Probes } from './console/probe-routes.ts';
import type { ConversationPort } from './conversation/conversation-port.ts';
import { createAccounts } from './links/accounts.ts';
import { toConsoleCard } from './renderers/adaptive-card.ts';
import { startTerminalServer } from './terminal/terminal-server.ts';

export interface WindowsOptions {
  readonly conversation: ConversationPort;
  readonly store: Store;
  readonly directory: Directory;
  /** How people sign in. Absent: lab people. */
  readonly signIn?: SignIn | undefined;
  readonly probes: Probes;
  readonly dataFolder: string;
  readonly config: Pick<Config, 'console'>;
  readonly port: number;
  readonly isPortChosen: boolean;
  readonly onError: (error: unknown) => void;
}

export interface Windows {
  /** Of the console. */
  readonly url: string;
  close(): Promise<void>;
}

/** Lines that an empty conversation offers. */
const EXAMPLES = ['help', 'vm list', 'vm create web-07 --template ubuntu-24'];

export async function openWindows(options: WindowsOptions): Promise<Windows> {
  const { conversation, store, directory, signIn, probes, dataFolder, config } = options;
  const { port, isPortChosen } = options;
  await using stack = new AsyncDisposableStack();
  const accounts = signIn && createAccounts({ store, directory, signIn });
  const web = await createConsole({
    ...{ ...probes, conversation, accounts, port, isPortChosen, examples: EXAMPLES },
    toAdaptiveCard: toConsoleCard,
    keyFile: join(dataFolder, 'console.key'),
    publicUrl: config.console.url,
  });
  stack.defer(() => web.close());
  const { onError: onFault } = options;
  const server = { dataFolder, conversation, tokens: accounts?.tokens, onFault };
  stack.adopt(await startTerminalServer(server), (terminal) => terminal.close());
  const opened = stack.move();
  return { url: web.url, close: () => opened.disposeAsync() };
}
