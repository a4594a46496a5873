/** What stands behind the WinRM service of one fake host: real PowerShell, over the model of that host. */
import { createAnswer } from '../answer.ts';
import type { AnswerCmdlet } from '../powershell/cmdlet-call.ts';
import type { KeptPwsh } from '../powershell/kept-pwsh.ts';
import type { OrderedFaults } from '../world/faults.ts';
import type { World } from '../world/world.ts';
import type { CommandRunner, RunningCommand } from '../ws-man-shells.ts';
import { CLIXML_MARK, PREPARING, toErrorXml, toProgressXml } from './clixml.ts';
import { readCommandLine } from './command-line.ts';
import { isChange, type Journal } from './journal.ts';
import type { SlowDown } from './model-time.ts';
import type { Power } from './power.ts';

export interface HostRunnerDeps {
  readonly host: string;
  readonly world: World;
  readonly pwsh: KeptPwsh;
  readonly faults: OrderedFaults;
  readonly journal: Journal;
  readonly slowDown: SlowDown;
  readonly culture: string;
  /** Progress of loading modules on standard error, before the script can switch it off. */
  readonly saysProgress: boolean;
  /** As Windows does. Otherwise a script whose client died runs on. */
  readonly endsRunsWithShell: boolean;
  /** Ends scripts when the host goes down. */
  readonly power: Power;
  /** Whether this run, which is about to change something, is the one whose answer is lost. */
  takeLostAnswer(): boolean;
}

export function createHostRunner(deps: HostRunnerDeps): CommandRunner {
  return async (command) => {
    const read = readCommandLine(command.line);
    if (read.kind === 'powershell') return await runScript(deps, command, read.script);
    if (read.kind === 'echo') {
      command.write('stdout', `${read.text}\r\n`);
      return 0;
    }
    command.write(
      'stderr',
      `'${read.word}' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n`,
    );
    return 1;
  };
}

async function runScript(deps: HostRunnerDeps, command: RunningCommand, script: string) {
  const { culture, world, host } = deps;
  // A script that does not ask for it is not kept waiting by a client that never ends it.
  const input = /\$input\b/i.test(script) ? (await command.stdin).toString('utf8').trim() : '';
  const stderr = openStderr(command);
  if (deps.saysProgress) stderr(toProgressXml(PREPARING));
  const life = new AbortController();
  const shell = deps.endsRunsWithShell ? [command.signal] : [];
  const run = { isLost: false };
  const endWithShell = () => {
    if (!run.isLost) life.abort();
  };
  for (const signal of shell) signal.addEventListener('abort', endWithShell, { once: true });
  const signal = AbortSignal.any([life.signal, deps.power.of(deps.host)]);
  if (shell.some(({ aborted }) => aborted)) life.abort();
  const running = deps.pwsh.run({
    ...{ script, input, culture, signal },
    drives: { C: world.files.driveOf(host, 'C') },
    answer: toAnswer(deps, run, signal),
    onLine: (line) => {
      if (!run.isLost) command.write('stdout', `${line}\r\n`);
    },
    onProgress: (activity) => stderr(toProgressXml(activity)),
  });
  const end = await deps.power.track(host, running);
  if (run.isLost) command.vanish();
  else if (end.errors.length > 0) stderr(toErrorXml(end.errors.map(({ message }) => message)));
  return end.exitCode;
}

function toAnswer(deps: HostRunnerDeps, run: { isLost: boolean }, signal: AbortSignal) {
  const { world, host, faults, journal } = deps;
  const ofModel = createAnswer(world, host, faults);
  const noted: AnswerCmdlet = async (call) => {
    if (isChange(call)) run.isLost ||= deps.takeLostAnswer();
    const answered = await ofModel(call);
    journal.write(host, call, answered);
    return answered;
  };
  return deps.slowDown(noted, signal);
}

function openStderr(command: RunningCommand): (xml: string) => void {
  let mark = CLIXML_MARK;
  return (xml) => {
    command.write('stderr', `${mark}${xml}`);
    mark = '';
  };
}
