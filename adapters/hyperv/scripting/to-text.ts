/** Deeds as one text that a person pastes on their host: the very scripts that Drover sends, each with its values. */
import type { HostScript } from '#core/ports/connection.ts';
import type { JsonValue } from '../remote-scripts.ts';
import type { Deed } from '../runs.ts';
import { FRAME } from '../scripts.ts';
import { toLiteral } from './literal.ts';

/** Stands for the VM that an earlier deed of the same text makes. */
export const MADE_VM_ID = '00000000-0000-0000-0000-000000000000';

/** May hold what its maker tells guests alone. */
const LEFT_OUT: ReadonlySet<string> = new Set(['SetUpImage']);

/** One text a host, in the order of its first deed. */
export function toHostScripts(deeds: readonly Deed[]): HostScript[] {
  const hosts = [...new Set(deeds.map(({ host }) => host.host))];
  return hosts.map((host) => {
    const own = deeds.filter((deed) => deed.host.host === host);
    const leftOut = own.flatMap(({ parameters }) =>
      Object.keys(parameters).filter((name) => LEFT_OUT.has(name)),
    );
    return { host, text: toText(own), leftOut: [...new Set(leftOut)] };
  });
}

/** One statement: what fails ends the whole, and nothing stays behind in the session. */
function toText(deeds: readonly Deed[]): string {
  const scripts = [...new Set(deeds.map(({ script }) => script))];
  return [
    ...['& {', "$ErrorActionPreference = 'Stop'", '$frame = {', FRAME.trimEnd(), '}', READ_ANSWER],
    ...scripts.map(
      ({ name, body, shared }) =>
        `function ${toFunctionName(name)} {\n${shared}function Invoke-Script { ${body.trimEnd()}\n}\n. $frame @args\n}`,
    ),
    ...deeds.map(toCall),
    '}',
    '',
  ].join('\n');
}

const READ_ANSWER = `function Read-Answer {
  process {
    $record = ConvertFrom-Json -InputObject ([string]$_).Substring(1)
    if ($record.t -eq 'out') { $record.v }
    if ($record.t -eq 'warning') { Write-Warning -Message ([string]$record.v) }
    if ($record.t -eq 'fault') { throw ([string]$record.v.id + ' ' + [string]$record.v.message + ' ' + [string]$record.v.facts) }
  }
}`;

function toCall({ script, parameters }: Deed): string {
  const name = toFunctionName(script.name);
  const lines = Object.entries(parameters)
    .filter(([key]) => !LEFT_OUT.has(key))
    .map(([key, value]) => `  ${key} = ${toValue(key, value)}`);
  const answer = script.name === 'create-vm' ? '$made' : '$answer';
  return [
    ...['$parameters = @{', ...lines, '}'],
    ...[`${answer} = ${name} @parameters | Read-Answer`, answer],
  ].join('\n');
}

function toValue(key: string, value: JsonValue): string {
  return key === 'VmId' && value === MADE_VM_ID ? '$made.vmId' : toLiteral(value);
}

/** `create-vm` becomes `Invoke-CreateVm`. */
function toFunctionName(name: string): string {
  const words = name.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `Invoke-${words.join('')}`;
}
