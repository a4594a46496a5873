/**
 * The types that are sent and their fields in the order that vim25 declares, those of base types first.
 *
 * vCenter refuses a request whose fields stand in another order; vcsim takes any. Derived from govmomi's vim25/types
 * (Apache-2.0, see NOTICE); a test compares it with the schema made from them. A field's type is a name of this table,
 * `xsd:…`, `ref`, or another with `[]` for a list; a type in `polymorphic` is named on the wire.
 */
type FieldTable = Readonly<Record<string, Readonly<Record<string, string>>>>;

const virtualDevice = {
  key: 'xsd:int',
  backing: 'VirtualDeviceBackingInfo',
  connectable: 'VirtualDeviceConnectInfo',
  controllerKey: 'xsd:int',
  unitNumber: 'xsd:int',
} as const;
const ethernetCard = {
  ...virtualDevice,
  addressType: 'xsd:string',
  macAddress: 'xsd:string',
  wakeOnLanEnabled: 'xsd:boolean',
} as const;
const fileBacking = { fileName: 'xsd:string', datastore: 'ref' } as const;

export const FIELD_ORDER: FieldTable = {
  PropertyFilterSpec: { propSet: 'PropertySpec[]', objectSet: 'ObjectSpec[]' },
  PropertySpec: { type: 'xsd:string', all: 'xsd:boolean', pathSet: 'xsd:string[]' },
  ObjectSpec: { obj: 'ref', skip: 'xsd:boolean', selectSet: 'TraversalSpec[]' },
  TraversalSpec: {
    name: 'xsd:string',
    type: 'xsd:string',
    path: 'xsd:string',
    skip: 'xsd:boolean',
    selectSet: 'TraversalSpec[]',
  },
  RetrieveOptions: { maxObjects: 'xsd:int' },
  WaitOptions: { maxWaitSeconds: 'xsd:int', maxObjectUpdates: 'xsd:int' },
  EventFilterSpec: { eventChainId: 'xsd:int' },
  VirtualMachineCloneSpec: {
    location: 'VirtualMachineRelocateSpec',
    template: 'xsd:boolean',
    config: 'VirtualMachineConfigSpec',
    powerOn: 'xsd:boolean',
  },
  VirtualMachineRelocateSpec: {
    datastore: 'ref',
    diskMoveType: 'xsd:string',
    pool: 'ref',
    host: 'ref',
  },
  VirtualMachineConfigSpec: {
    changeVersion: 'xsd:string',
    numCPUs: 'xsd:int',
    memoryMB: 'xsd:long',
    deviceChange: 'VirtualDeviceConfigSpec[]',
    extraConfig: 'OptionValue[]',
  },
  OptionValue: { key: 'xsd:string', value: 'anyString' },
  VirtualDeviceConfigSpec: {
    operation: 'xsd:string',
    fileOperation: 'xsd:string',
    device: 'VirtualDevice',
  },
  VirtualDeviceConnectInfo: {
    startConnected: 'xsd:boolean',
    allowGuestControl: 'xsd:boolean',
    connected: 'xsd:boolean',
  },
  VirtualDisk: { ...virtualDevice, capacityInKB: 'xsd:long', capacityInBytes: 'xsd:long' },
  VirtualDiskFlatVer2BackingInfo: {
    ...fileBacking,
    diskMode: 'xsd:string',
    thinProvisioned: 'xsd:boolean',
  },
  VirtualDiskSeSparseBackingInfo: { ...fileBacking, diskMode: 'xsd:string' },
  VirtualDiskSparseVer2BackingInfo: { ...fileBacking, diskMode: 'xsd:string' },
  VirtualDiskRawDiskMappingVer1BackingInfo: fileBacking,
  VirtualVmxnet3: ethernetCard,
  VirtualVmxnet3Vrdma: ethernetCard,
  VirtualVmxnet2: ethernetCard,
  VirtualE1000: ethernetCard,
  VirtualE1000e: ethernetCard,
  VirtualPCNet32: ethernetCard,
  VirtualEthernetCardNetworkBackingInfo: { deviceName: 'xsd:string', network: 'ref' },
  VirtualEthernetCardDistributedVirtualPortBackingInfo: {
    port: 'DistributedVirtualSwitchPortConnection',
  },
  DistributedVirtualSwitchPortConnection: { switchUuid: 'xsd:string', portgroupKey: 'xsd:string' },
  VirtualEthernetCardOpaqueNetworkBackingInfo: {
    opaqueNetworkId: 'xsd:string',
    opaqueNetworkType: 'xsd:string',
  },
};

/** Slots that hold one of several types, so that its name goes along. */
export const POLYMORPHIC: ReadonlySet<string> = new Set([
  'TraversalSpec',
  'VirtualDevice',
  'VirtualDeviceBackingInfo',
]);
