/**
 * A cmdlet as a C# class with the documented parameters, types, sets, positions, aliases and pipeline binding.
 *
 * Compiled, not a script function: then the binder's and the model's error ids end in the class name
 * (`NamedParameterNotFound,Microsoft.HyperV.PowerShell.Commands.NewVM`), as they do on Windows.
 */
import type { Cmdlet, Parameter, ParameterSet, Signature } from './contract.ts';
import { type KnownTypes, toCsharpType, toElement } from './types.ts';

/**
 * Cmdlets that ask unless -Confirm:$false (or -Force). The pages do not tell which do, so all of these verbs ask here: a
 * script that passes never meets a prompt there.
 */
const ASKS = /^(Remove|Restore|Reset|Repair|Stop|Suspend|Clear|Move|Restart)-/;

/** Seen in published error ids; the rest follows the rule of its module (unverified). */
const CLASS_NAMES: Readonly<Record<string, string>> = {
  'Get-ClusterNode': 'Microsoft.FailoverClusters.PowerShell.GetNodeCommand',
  'Get-ClusterResource': 'Microsoft.FailoverClusters.PowerShell.GetResourceCommand',
  'Import-VM': 'Microsoft.HyperV.PowerShell.Commands.ImportVMCommand',
  'Set-VMReplicationServer': 'Microsoft.HyperV.PowerShell.Commands.SetReplicationServerCommand',
};
const VHD = /^\w+-VHD$/;

/** Members of PSCmdlet that a parameter may hide. */
const INHERITED = new Set([
  ...['Host', 'Events', 'Stopping', 'SessionState', 'ParameterSetName', 'MyInvocation'],
  ...['CommandRuntime', 'JobManager', 'JobRepository', 'InvokeCommand', 'InvokeProvider'],
  'PagingParameters',
]);
const ALL_SETS = '__AllParameterSets';

const quote = (text: string) => JSON.stringify(text);

export function toCmdletSource({ name, signature }: Cmdlet, known: KnownTypes): string {
  const className = toClassName(name, signature);
  const [namespace, bare] = splitLast(className, '.');
  const canAsk = 'WhatIf' in signature.parameters;
  const asks = canAsk && ASKS.test(name);
  const own = Object.entries(signature.parameters).filter(
    ([parameter]) => !canAsk || (parameter !== 'WhatIf' && parameter !== 'Confirm'),
  );
  return [
    `namespace ${namespace} {`,
    `[Cmdlet(${toCmdletArguments(name, signature, { canAsk, asks }).join(', ')})]`,
    `public class ${bare} : Drover.Stub.StubCmdlet {`,
    ...(asks ? ['  protected override bool AsksFirst { get { return true; } }'] : []),
    ...own.map((entry) => toProperty(entry, signature, known)),
    '}',
    '}',
  ].join('\n');
}

function toClassName(name: string, signature: Signature): string {
  if (signature.class) return `Drover.Stub.Cim.${splitLast(signature.class, '.')[1]}`;
  const seen = CLASS_NAMES[name];
  if (seen) return seen;
  const [verb = '', noun = ''] = name.split('-');
  if (signature.module === 'FailoverClusters')
    return `Microsoft.FailoverClusters.PowerShell.${verb}${noun}Command`;
  return VHD.test(name)
    ? `Microsoft.Vhd.PowerShell.Cmdlets.${verb}Vhd`
    : `Microsoft.HyperV.PowerShell.Commands.${verb}${noun}`;
}

function toCmdletArguments(
  name: string,
  { defaultSet, sets }: Signature,
  { canAsk, asks }: { readonly canAsk: boolean; readonly asks: boolean },
): readonly string[] {
  const [only, ...others] = Object.keys(sets);
  const chosen = defaultSet ?? (others.length === 0 && only !== ALL_SETS ? only : undefined);
  return [
    ...name.split('-').map(quote),
    ...(chosen === undefined ? [] : [`DefaultParameterSetName = ${quote(chosen)}`]),
    ...(canAsk
      ? [`SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.${asks ? 'High' : 'Medium'}`]
      : []),
  ];
}

function toProperty(
  [name, parameter]: readonly [string, Parameter],
  signature: Signature,
  known: KnownTypes,
): string {
  const { aliases, values, type } = parameter;
  const all = known.enums.get(toElement(type));
  const attributes = [
    ...toParameterAttributes(name, parameter, signature),
    ...(aliases?.length ? [`[Alias(${aliases.map(quote).join(', ')})]`] : []),
    ...(values && all?.length !== values.length
      ? [`[ValidateSet(${values.map(quote).join(', ')})]`]
      : []),
    ...(parameter.wildcards ? ['[SupportsWildcards]'] : []),
  ];
  const hides = INHERITED.has(name) ? 'new ' : '';
  const property = `public ${hides}${toCsharpType(type, known)} ${name} { get; set; }`;
  return `  ${attributes.join(' ')} ${property}`;
}

/** One attribute for all sets where they agree, else one a set. */
function toParameterAttributes(
  name: string,
  { pipeline = '' }: Parameter,
  { sets }: Signature,
): readonly string[] {
  const marks = Object.entries(sets)
    .filter(([, set]) => set.mandatory?.includes(name) || set.optional?.includes(name))
    .map(([set, member]) => ({ set, text: toMark(name, pipeline, member) }));
  const [first] = marks;
  const isEverywhere =
    marks.length === Object.keys(sets).length && new Set(marks.map(({ text }) => text)).size === 1;
  if (isEverywhere && first) return [first.text ? `[Parameter(${first.text})]` : '[Parameter]'];
  return marks.map(
    ({ set, text }) =>
      `[Parameter(ParameterSetName = ${quote(set)}${text === '' ? '' : `, ${text}`})]`,
  );
}

function toMark(name: string, pipeline: string, set: ParameterSet): string {
  const position = set.positional?.indexOf(name) ?? -1;
  return [
    ...(set.mandatory?.includes(name) ? ['Mandatory = true'] : []),
    ...(position >= 0 ? [`Position = ${position}`] : []),
    ...(pipeline.includes('ByValue') ? ['ValueFromPipeline = true'] : []),
    ...(pipeline.includes('ByPropertyName') ? ['ValueFromPipelineByPropertyName = true'] : []),
  ].join(', ');
}

function splitLast(text: string, mark: string): [before: string, after: string] {
  const at = text.lastIndexOf(mark);
  return [text.slice(0, at), text.slice(at + 1)];
}
