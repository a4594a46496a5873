/** A world of Hyper-V, and the scripts as the real PowerShell runs them over it. */

import { readRecord, type ScriptFault, type ScriptRecord } from '#adapters/hyperv/records.ts';
import type { JsonValue } from '#adapters/hyperv/remote-scripts.ts';
import type { HypervScript } from '#adapters/hyperv/scripts.ts';
import { COMMAND_LINE, toStandardInput } from '#adapters/hyperv/winrm/bootstrap.ts';
import { createAnswer } from '#test/fakes/hyperv/answer.ts';
import type { KeptPwsh } from '#test/fakes/hyperv/powershell/kept-pwsh.ts';
import type { RunEnd } from '#test/fakes/hyperv/powershell/run.ts';
import { createOrderedFaults, type OrderedFaults } from '#test/fakes/hyperv/world/faults.ts';
import { createWorld, type World } from '#test/fakes/hyperv/world/world.ts';
import { createTemporaryFolder, findFastFolder } from '#test/helpers/peers/temporary-folder.ts';

export type Parameters = Readonly<Record<string, JsonValue>>;

export interface Ran<Answer> extends RunEnd {
  /** What it answered; undefined without an `end`. */
  readonly answer: Answer | undefined;
  readonly fault: ScriptFault | undefined;
  readonly records: readonly ScriptRecord[];
}

export interface OpenedScripts extends Disposable {
  readonly world: World;
  readonly faults: OrderedFaults;
  /** The next call of that cmdlet waits, as a copy of a large file does. */
  hold(cmdlet: string, until: () => Promise<void>): void;
  /** On `hv-1`, unless another host is named. */
  run<Answer>(
    script: HypervScript<Answer>,
    parameters?: Parameters,
    options?: RunOptions,
  ): Promise<Ran<Answer>>;
}

export interface RunOptions {
  readonly host?: string;
  readonly culture?: string;
  /** With the bootstrap as it goes over WinRM, letter for letter. */
  readonly isWholeBootstrap?: boolean;
}

const bootstrap = Buffer.from(COMMAND_LINE.arguments.at(-1) ?? '', 'base64').toString('utf16le');

/** Another transport may set no culture: a script must not lean on this one's. */
const withoutCulture = bootstrap
  .split('\n')
  .filter((line) => !line.includes('Culture'))
  .join('\n');

/** The host `hv-1` stands alone; `node-1` and `node-2` are the cluster `c1` with one shared volume. */
export function openScripts(pwsh: KeptPwsh): OpenedScripts {
  const folder = createTemporaryFolder('hyperv-world', findFastFolder());
  const world = createWorld(folder.path);
  for (const name of ['hv-1', 'node-1', 'node-2']) world.addHost(name);
  world.addCluster('c1', ['node-1', 'node-2'], ['Volume1']);
  const faults = createOrderedFaults();
  const holds = new Map<string, () => Promise<void>>();
  const waitFor = async (cmdlet: string) => {
    const until = holds.get(cmdlet);
    holds.delete(cmdlet);
    await until?.();
  };
  return {
    world,
    faults,
    hold: (cmdlet, until) => void holds.set(cmdlet, until),
    run: async (script, parameters = {}, options = {}) => {
      const { host = 'hv-1', culture = 'en-US', isWholeBootstrap = false } = options;
      const ofModel = createAnswer(world, host, faults);
      const end = await pwsh.run({
        script: isWholeBootstrap ? bootstrap : withoutCulture,
        input: toStandardInput({ script, parameters }).toString().trim(),
        culture,
        drives: { C: world.files.driveOf(host, 'C') },
        answer: async (call) => {
          await waitFor(call.cmdlet);
          return ofModel(call);
        },
      });
      const records = end.lines.flatMap((line) => readRecord(line) ?? []);
      const out = records.filter(({ t }) => t === 'out');
      const isWhole = records.at(-1)?.t === 'end' && out.length === 1;
      return {
        ...end,
        records,
        answer: isWhole ? script.answer.parse(out[0]?.v) : undefined,
        fault: records.find((record) => record.t === 'fault')?.v,
      };
    },
    [Symbol.dispose]: () => {
      const unused = faults.findUnused();
      folder[Symbol.dispose]();
      if (unused.length > 0) throw new Error(`unused faults: ${JSON.stringify(unused)}`);
    },
  };
}
