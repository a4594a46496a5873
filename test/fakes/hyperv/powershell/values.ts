/** Typed values of the model's answers; without one of these a number arrives as int or long, a text as string. */
export type Value =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly Value[]
  | { readonly [name: string]: Value };

export const guid = (text: string): Value => ({ $guid: text });
export const timespan = (ms: number): Value => ({ $timespan: ms });
export const datetime = (ms: number): Value => ({ $datetime: new Date(ms).toISOString() });
export const uint16 = (n: number): Value => ({ $uint16: n });
export const uint32 = (n: number): Value => ({ $uint32: n });
export const uint64 = (n: number): Value => ({ $uint64: String(n) });
export const int64 = (n: number): Value => ({ $int64: String(n) });
export const array = (type: string, value: readonly Value[]): Value => ({ $array: type, value });
export const enumOf = (type: string, value: string): Value => ({ $enum: type, value });

const HYPERV = 'Microsoft.HyperV.PowerShell';
const CLUSTERS = 'Microsoft.FailoverClusters.PowerShell';

export const hypervEnum = (name: string, value: string): Value =>
  enumOf(`${HYPERV}.${name}`, value);
export const clusterEnum = (name: string, value: string): Value =>
  enumOf(`${CLUSTERS}.${name}`, value);

export type Properties = Readonly<Record<string, Value>>;
export type PsObject = Properties & { readonly $type: string };

/** An object of a .NET class of the modules; `text` is what it prints as in a string. */
const toObject = (type: string, text: string, properties: Properties): PsObject => ({
  $type: type,
  $text: text,
  ...properties,
});
export const hypervObject = (name: string, text: string, properties: Properties): PsObject =>
  toObject(`${HYPERV}.${name}`, text, properties);
export const clusterObject = (name: string, text: string, properties: Properties): PsObject =>
  toObject(`${CLUSTERS}.${name}`, text, properties);
export const vhdObject = (text: string, properties: Properties): PsObject =>
  toObject('Microsoft.Vhd.PowerShell.VirtualHardDisk', text, properties);
export const cimObject = (className: string, namespace: string, properties: Properties): PsObject =>
  toObject(
    `Microsoft.Management.Infrastructure.CimInstance#${namespace}/${className}`,
    className,
    properties,
  );
export const cimResult = (properties: Properties): PsObject =>
  toObject('Microsoft.Management.Infrastructure.CimMethodResult', '', properties);
