/**
 * The shells of a WinRM service: what a user has open, what runs in it, and what of its output was fetched.
 *
 * What runs is somebody else's business: a `CommandRunner` gets the line and the standard input, as Windows would give them
 * to powershell.exe, and writes bytes.
 */
import {
  FAULTS,
  newId,
  SHELL,
  toAnswer,
  toFault,
  toXml,
  type WsManAnswer,
  type WsManFault,
  type WsManRequest,
} from './ws-man-text.ts';

export interface RunningCommand {
  readonly line: string;
  readonly user: string;
  /** Aborted when the command is terminated, or its shell deleted or lost. */
  readonly signal: AbortSignal;
  /** The whole of standard input, once the client has ended it. */
  readonly stdin: Promise<Buffer>;
  write(stream: 'stdout' | 'stderr', bytes: Buffer | string): void;
  /** The shell is gone without a word: who waits for its output loses the connection. */
  vanish(): void;
}

/** Resolves to the exit code. */
export type CommandRunner = (command: RunningCommand) => Promise<number>;

export interface ShellsOptions {
  readonly run: CommandRunner;
  readonly maxShells: number;
  readonly maxOperations: number;
  /** At most so many bytes of output in one Stream element: letters are split. */
  readonly pieceBytes: number;
}

interface Command {
  readonly abort: AbortController;
  readonly input: Buffer[];
  readonly endInput: (all: Buffer) => void;
  readonly output: { stream: 'stdout' | 'stderr'; bytes: Buffer }[];
  exitCode: number | undefined;
  hasVanished: boolean;
  /** Called once there is something to fetch. */
  wake: () => void;
}

interface Shell {
  readonly user: string;
  readonly idleTimeOut: string | undefined;
  readonly options: ReadonlyMap<string, string>;
  readonly commands: Map<string, Command>;
  /** Never counted down before the shell's end, as in a text shell of Windows. */
  operations: number;
}

export interface WsManShells {
  /** Undefined where the connection ends instead. */
  answer(request: WsManRequest, user: string): Promise<WsManAnswer | undefined>;
  /** As an idle time, a restart or a reboot does: what runs is ended, its output is gone. */
  lose(): void;
  readonly open: ReadonlyMap<string, Shell>;
  /** Commands that were neither terminated nor lost. */
  countCommands(): number;
  readonly mostShells: number;
}

export function createWsManShells(options: ShellsOptions): WsManShells {
  const shells = new Map<string, Shell>();
  let mostShells = 0;

  const end = (id: string) => {
    for (const { abort, wake } of shells.get(id)?.commands.values() ?? []) {
      abort.abort();
      wake();
    }
    shells.delete(id);
  };
  const create = (request: WsManRequest, user: string): WsManAnswer => {
    const own = [...shells.values()].filter((shell) => shell.user === user);
    if (own.length >= options.maxShells) return toFault(request.messageId, FAULTS.shells);
    const id = newId();
    const { idleTimeOut, options: given } = request;
    shells.set(id, { user, idleTimeOut, options: given, commands: new Map(), operations: 0 });
    mostShells = Math.max(mostShells, shells.size);
    return toCreated(request, id, user);
  };
  const overQuota = (user: string): boolean => {
    const own = [...shells.values()].filter((shell) => shell.user === user);
    return own.reduce((sum, { operations }) => sum + operations, 0) >= options.maxOperations;
  };

  return {
    open: shells,
    get mostShells() {
      return mostShells;
    },
    countCommands: () => [...shells.values()].reduce((sum, { commands }) => sum + commands.size, 0),
    lose: () => {
      for (const id of [...shells.keys()]) end(id);
    },
    answer: async (request, user) => {
      const { verb, messageId, shellId = '' } = request;
      const refuse = (fault: WsManFault) => toFault(messageId, fault);
      if (verb === 'Create') return create(request, user);
      const shell = shells.get(shellId);
      if (shell?.user !== user) return refuse(FAULTS.noSuchShell);
      if (verb === 'Delete') {
        end(shellId);
        return toAnswer(`${request.action}Response`, messageId, '');
      }
      if (verb !== 'Signal' && overQuota(user)) return refuse(FAULTS.operations);
      shell.operations += 1;
      if (verb === 'Command') return start(shell, request, options);
      const command = shell.commands.get(request.commandId ?? '');
      if (!command) return refuse(FAULTS.noSuchShell);
      if (verb === 'Send') return takeInput(command, request);
      if (verb === 'Signal') {
        command.abort.abort();
        command.wake();
        shell.commands.delete(request.commandId ?? '');
        return toAnswer(`${SHELL}/SignalResponse`, messageId, '<rsp:SignalResponse/>');
      }
      if (verb !== 'Receive') return refuse(FAULTS.notSupported);
      await waitForOutput(command, request.operationMs);
      if (!shells.has(shellId)) return refuse(FAULTS.noSuchShell);
      if (command.hasVanished) {
        end(shellId);
        return undefined;
      }
      return fetchOutput(command, request, options.pieceBytes);
    },
  };
}

function toCreated(request: WsManRequest, id: string, user: string): WsManAnswer {
  const body =
    '<x:ResourceCreated><a:Address>http://127.0.0.1/wsman</a:Address><a:ReferenceParameters>' +
    `<w:ResourceURI>${SHELL}/cmd</w:ResourceURI><w:SelectorSet><w:Selector Name="ShellId">${id}</w:Selector></w:SelectorSet>` +
    `</a:ReferenceParameters></x:ResourceCreated><rsp:Shell><rsp:ShellId>${id}</rsp:ShellId>` +
    `<rsp:ResourceUri>${SHELL}/cmd</rsp:ResourceUri><rsp:Owner>${toXml(user)}</rsp:Owner><rsp:ClientIP>127.0.0.1</rsp:ClientIP>` +
    '<rsp:IdleTimeOut>PT7200.000S</rsp:IdleTimeOut><rsp:InputStreams>stdin</rsp:InputStreams>' +
    '<rsp:OutputStreams>stdout stderr</rsp:OutputStreams></rsp:Shell>';
  return toAnswer(`${request.action}Response`, request.messageId, body);
}

function start(shell: Shell, request: WsManRequest, options: ShellsOptions): WsManAnswer {
  const { promise, resolve } = Promise.withResolvers<Buffer>();
  const id = newId();
  const command: Command = {
    abort: new AbortController(),
    input: [],
    endInput: resolve,
    output: [],
    exitCode: undefined,
    hasVanished: false,
    wake: () => {},
  };
  shell.commands.set(id, command);
  const finish = (exitCode: number) => {
    command.exitCode = exitCode;
    command.wake();
  };
  const running: RunningCommand = {
    line: request.line,
    user: shell.user,
    signal: command.abort.signal,
    stdin: promise,
    write: (stream, bytes) => {
      command.output.push({ stream, bytes: Buffer.from(bytes as string) });
      command.wake();
    },
    vanish: () => {
      command.hasVanished = true;
      command.wake();
    },
  };
  // cmd.exe cuts a longer line, and reports no error.
  if (request.line.length > 8191) finish(0);
  else
    options.run(running).then(finish, (error) => {
      running.write('stderr', `${error}\r\n`);
      finish(1);
    });
  const body = `<rsp:CommandResponse><rsp:CommandId>${id}</rsp:CommandId></rsp:CommandResponse>`;
  return toAnswer(`${SHELL}/CommandResponse`, request.messageId, body);
}

function takeInput(command: Command, request: WsManRequest): WsManAnswer {
  command.input.push(request.input);
  if (request.isLastInput) command.endInput(Buffer.concat(command.input));
  return toAnswer(`${SHELL}/SendResponse`, request.messageId, '<rsp:SendResponse/>');
}

async function waitForOutput(command: Command, operationMs: number): Promise<void> {
  const isReady = () =>
    command.output.length > 0 ||
    command.exitCode !== undefined ||
    command.hasVanished ||
    command.abort.signal.aborted;
  if (isReady()) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, operationMs);
  command.wake = () => {
    if (isReady()) resolve();
  };
  await promise;
  clearTimeout(timer);
  command.wake = () => {};
}

function fetchOutput(command: Command, request: WsManRequest, pieceBytes: number): WsManAnswer {
  const { commandId = '', messageId, maxEnvelopeBytes } = request;
  if (command.output.length === 0 && command.exitCode === undefined)
    return toFault(messageId, FAULTS.stillRunning);
  const stream = (name: string, content: string, end = '') =>
    `<rsp:Stream Name="${name}" CommandId="${commandId}"${end}>${content}</rsp:Stream>`;
  const room = Math.floor(((maxEnvelopeBytes - 8192) * 3) / 4);
  const parts: string[] = [];
  for (let used = 0; used < room && command.output.length > 0; ) {
    const [first] = command.output;
    if (!first) break;
    const bytes = first.bytes.subarray(0, Math.min(pieceBytes, room - used));
    parts.push(stream(first.stream, bytes.toString('base64')));
    used += bytes.length + 60; // what stands around it counts too
    first.bytes = first.bytes.subarray(bytes.length);
    if (first.bytes.length === 0) command.output.shift();
  }
  const isDone = command.exitCode !== undefined && command.output.length === 0;
  if (isDone) for (const name of ['stdout', 'stderr']) parts.push(stream(name, '', ' End="true"'));
  const state = isDone
    ? `State="${SHELL}/CommandState/Done"><rsp:ExitCode>${command.exitCode}</rsp:ExitCode>`
    : `State="${SHELL}/CommandState/Running">`;
  const body =
    `<rsp:ReceiveResponse>${parts.join('')}` +
    `<rsp:CommandState CommandId="${commandId}" ${state}</rsp:CommandState></rsp:ReceiveResponse>`;
  return toAnswer(`${SHELL}/ReceiveResponse`, messageId, body);
}
