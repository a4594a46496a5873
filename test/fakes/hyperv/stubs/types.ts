/** Which C# type stands for each type of a parameter or a result. */
import type { Cmdlet, ModuleName } from './contract.ts';

export const NAMESPACES: Readonly<Record<ModuleName, string>> = {
  'Hyper-V': 'Microsoft.HyperV.PowerShell',
  FailoverClusters: 'Microsoft.FailoverClusters.PowerShell',
  CimCmdlets: 'Drover.Stub.Cim',
};

/** Types that C# has. Everything else is an enum or an empty stand-in class. */
const PLAIN: Readonly<Record<string, string>> = {
  ...{ String: 'string', SwitchParameter: 'SwitchParameter', Boolean: 'bool', Byte: 'byte' },
  ...{ Int16: 'short', Int32: 'int', Int64: 'long', UInt16: 'ushort', UInt32: 'uint' },
  ...{ UInt64: 'ulong', Guid: 'Guid', TimeSpan: 'TimeSpan', DateTime: 'DateTime', Uri: 'Uri' },
  ...{ Version: 'Version', Hashtable: 'Hashtable', IDictionary: 'IDictionary', Type: 'Type' },
  ...{ Object: 'object', PSObject: 'PSObject', PSCredential: 'PSCredential' },
  StringCollection: 'System.Collections.Specialized.StringCollection',
  // Loosened: the real classes need the native libmi, which PowerShell on Linux lacks.
  CimInstance: 'Drover.Stub.CimInstance',
  CimSession: 'Drover.Stub.CimSession',
  CimClass: 'Drover.Stub.Opaque',
};

/** Base classes, so that one object binds where Windows binds it (general knowledge, unverified). */
export const BASES: Readonly<Record<string, string>> = {
  VirtualMachine: 'VirtualMachineBase',
  VMSnapshot: 'VirtualMachineBase',
  VMNetworkAdapter: 'VMNetworkAdapterBase',
  VMNetworkAdapterBase: 'VMComponentObject',
  HardDiskDrive: 'VMComponentObject',
  DvdDrive: 'VMComponentObject',
  VMScsiController: 'VMDriveController',
  VMIdeController: 'VMDriveController',
};

/** Classes that only results have. */
export const RESULT_CLASSES: Readonly<Record<ModuleName, readonly string[]>> = {
  'Hyper-V': [
    ...['VMComponentObject', 'VirtualMachineBase', 'VMNetworkAdapterBase', 'VMDriveController'],
    ...['VMIdeController', 'VMHost', 'VirtualHardDisk', 'VMReplication'],
    ...['VMMigrationNetwork', 'VMIncompatibility', 'VMCompatibilityReport'],
  ],
  FailoverClusters: [
    ...['Cluster', 'ClusterNode', 'ClusterGroup', 'ClusterResource', 'ClusterSharedVolume'],
    ...['ClusterSharedVolumeInfo', 'ClusterSharedVolumeStateInfo', 'ClusterObject'],
    ...['ClusterParameter', 'ClusterAccessRule', 'VirtualMachineBase', 'ClusterOwnerNodeList'],
    'ClusterAffinityRule',
  ],
  CimCmdlets: [],
};

type Numbers = Readonly<Record<string, number>>;

/** Numbers of VMState and, below 20, of CIM's EnabledState (general knowledge, unverified). */
export const VM_STATES = {
  ...{ Other: 1, Running: 2, Off: 3, Stopping: 4, Saved: 6, Paused: 9, Starting: 10, Reset: 11 },
  ...{ Saving: 32773, Pausing: 32776, Resuming: 32777, FastSaved: 32779, FastSaving: 32780 },
  ...{ RunningCritical: 32781, OffCritical: 32782, StoppingCritical: 32783 },
  ...{ SavedCritical: 32784, PausedCritical: 32785 },
} as const satisfies Numbers;

/** Enums of results (general knowledge, unverified). Enums of parameters count in the documentation's order. */
export const RESULT_ENUMS: Readonly<Record<ModuleName, Readonly<Record<string, Numbers>>>> = {
  'Hyper-V': {
    VMState: VM_STATES,
    VhdFormat: { VHD: 2, VHDX: 3, VHDSet: 4 },
  },
  FailoverClusters: {
    ClusterNodeState: { Unknown: -1, Up: 0, Down: 1, Paused: 2, Joining: 3 },
    ClusterGroupState: {
      Unknown: -1,
      Online: 0,
      Offline: 1,
      Failed: 2,
      PartialOnline: 3,
      Pending: 4,
    },
  },
  CimCmdlets: {},
};

export interface KnownTypes {
  readonly namespace: string;
  readonly enums: ReadonlyMap<string, readonly string[]>;
  /** Stand-in classes, gathered while parameters are written. */
  readonly classes: Set<string>;
}

/** The enums of a module: for each type, all values that any parameter of it accepts. */
export function collectEnums(cmdlets: readonly Cmdlet[]): ReadonlyMap<string, readonly string[]> {
  const enums = new Map<string, Set<string>>();
  for (const { signature } of cmdlets) {
    for (const { type, values } of Object.values(signature.parameters)) {
      const element = toElement(type);
      if (!values || PLAIN[element]) continue;
      const all = enums.get(element) ?? new Set();
      for (const value of values) all.add(value);
      enums.set(element, all);
    }
  }
  return new Map([...enums].map(([type, values]) => [type, [...values]]));
}

export function toElement(type: string): string {
  return type.replace('[]', '');
}

export function toCsharpType(type: string, known: KnownTypes): string {
  const element = toElement(type);
  const plain = PLAIN[element];
  if (!plain && !known.enums.has(element)) known.classes.add(element);
  const name = plain ?? `global::${known.namespace}.${element}`;
  return type.endsWith('[]') ? `${name}[]` : name;
}
