/**
 * What is read of vim25's answers, and nothing else.
 *
 * One declaration serves three ends: the keys of a property schema are the paths that are asked for, its shape tells the
 * streaming reader what to keep, and zod checks what came. A field of a derived type stands beside those of its base.
 *
 * @see https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/
 */
import { z } from 'zod';

/** A managed object reference: `{ type: 'VirtualMachine', value: 'vm-12' }`. */
export const MoRef = z.object({ type: z.string(), value: z.string() });
export type MoRef = z.infer<typeof MoRef>;

/** The named type of an object, from the answer's `xsi:type`. */
const typeName = z.string().optional();
export const text = z.string().optional();
export const number = z.number().optional();
export const flag = z.boolean().optional();
export const ref = MoRef.optional();
export const refs = z.array(MoRef).optional();

/** Of every fault, whatever its type, what its table and its words need. */
export const Fault = z.object({ _type: typeName, obj: ref, name: text, privilegeId: text });
export const LocalizedFault = z.object({ fault: Fault.optional(), localizedMessage: text });

export const ServiceContent = z.object({
  rootFolder: MoRef,
  propertyCollector: MoRef,
  viewManager: ref,
  sessionManager: ref,
  taskManager: ref,
  eventManager: ref,
  searchIndex: ref,
  vmProvisioningChecker: ref,
  about: z.object({ fullName: z.string(), instanceUuid: text, apiType: text }),
});
export type ServiceContent = z.infer<typeof ServiceContent>;

const FileBacking = z.object({
  _type: typeName,
  fileName: text,
  diskMode: text,
  sharing: text,
  get parent() {
    return FileBacking.optional();
  },
});

/** Of a list, what is of one of these types is left out while the answer streams. */
export const leavesOut = z.registry<{ readonly types: readonly string[] }>();

/** Every VM has these, and nothing is told by them: no disk, no card and no tie to a host hangs on them. */
const BUILT_IN_DEVICES = [
  ...['VirtualKeyboard', 'VirtualPointingDevice', 'VirtualMachineVideoCard'],
  ...['VirtualMachineVMCIDevice', 'VirtualPCIController', 'VirtualPS2Controller'],
  'VirtualSIOController',
];

const Device = z.object({
  _type: typeName,
  key: z.number(),
  deviceInfo: z.object({ label: text, summary: text }).optional(),
  backing: z
    .object({
      ...FileBacking.shape,
      datastore: ref,
      deviceName: text,
      network: ref,
      port: z.object({ portgroupKey: text, switchUuid: text }).optional(),
      opaqueNetworkId: text,
      opaqueNetworkType: text,
    })
    .optional(),
  connectable: z
    .object({ connected: flag, startConnected: flag, allowGuestControl: flag })
    .optional(),
  controllerKey: number,
  unitNumber: number,
  busNumber: number,
  sharedBus: text,
  capacityInKB: number,
  capacityInBytes: number,
  macAddress: text,
  addressType: text,
  wakeOnLanEnabled: flag,
});
export type Device = z.infer<typeof Device>;
leavesOut.add(Device, { types: BUILT_IN_DEVICES });
export const devices = z.array(Device).optional();

const SnapshotTree = z.object({
  get childSnapshotList() {
    return z.array(SnapshotTree).optional();
  },
});
export type SnapshotTree = z.infer<typeof SnapshotTree>;

export const extraConfig = z
  .array(z.object({ key: z.string(), value: z.string().optional() }))
  .optional();

export const DatacenterProperties = z.object({ name: text, parent: ref });

export const FolderProperties = z.object({
  name: text,
  parent: ref,
  childType: z.array(z.string()).optional(),
});
export type FolderProperties = z.infer<typeof FolderProperties>;

/** Of every kind of rule: what VMs among themselves have, and what VMs and hosts have. */
const ClusterRule = z.object({
  _type: typeName,
  name: text,
  enabled: flag,
  mandatory: flag,
  vm: refs,
  vmGroupName: text,
  affineHostGroupName: text,
  antiAffineHostGroupName: text,
});
export type ClusterRule = z.infer<typeof ClusterRule>;
const ClusterGroup = z.object({ name: text, vm: refs, host: refs });
export type ClusterGroup = z.infer<typeof ClusterGroup>;
const HaSettings = z.object({ restartPriority: text }).optional();

export const ClusterProperties = z.object({
  name: text,
  'configurationEx.drsConfig': z.object({ enabled: flag, defaultVmBehavior: text }).optional(),
  'configurationEx.dasConfig': z
    .object({ enabled: flag, defaultVmSettings: HaSettings })
    .optional(),
  'configurationEx.rule': z.array(ClusterRule).optional(),
  'configurationEx.group': z.array(ClusterGroup).optional(),
  /** VMs for which HA or DRS is set otherwise than for their cluster. */
  'configurationEx.dasVmConfig': z
    .array(z.object({ key: MoRef, restartPriority: text, dasSettings: HaSettings }))
    .optional(),
  'configurationEx.drsVmConfig': z.array(z.object({ key: MoRef, enabled: flag })).optional(),
});
export type ClusterProperties = z.infer<typeof ClusterProperties>;

export const HostProperties = z.object({
  name: text,
  parent: ref,
  'runtime.connectionState': text,
  'runtime.powerState': text,
  'runtime.inMaintenanceMode': flag,
  'summary.hardware': z
    .object({
      uuid: text,
      memorySize: number,
      cpuModel: text,
      cpuMhz: number,
      numCpuCores: number,
    })
    .optional(),
  'summary.quickStats': z
    .object({ overallCpuUsage: number, overallMemoryUsage: number })
    .optional(),
  datastore: refs,
  network: refs,
});
export type HostProperties = z.infer<typeof HostProperties>;

export const DatastoreProperties = z.object({
  name: text,
  summary: z
    .object({
      type: text,
      capacity: number,
      freeSpace: number,
      accessible: flag,
      maintenanceMode: text,
      multipleHostAccess: flag,
    })
    .optional(),
});
export type DatastoreProperties = z.infer<typeof DatastoreProperties>;

/** Also of a standard network, which has no such summary. */
export const NetworkProperties = z.object({
  name: text,
  summary: z.object({ opaqueNetworkId: text, opaqueNetworkType: text }).optional(),
});
export const PortgroupProperties = z.object({
  name: text,
  key: text,
  /** Before vSphere 7 an uplink is told by its tag alone. */
  tag: z.array(z.object({ key: text })).optional(),
  config: z
    .object({
      distributedVirtualSwitch: ref,
      uplink: flag,
      defaultPortConfig: z
        .object({
          vlan: z
            .object({
              _type: typeName,
              /** Of a single VLAN; a trunk has ranges there. */
              vlanId: text,
              pvlanId: number,
            })
            .optional(),
        })
        .optional(),
    })
    .optional(),
});
export type PortgroupProperties = z.infer<typeof PortgroupProperties>;
export const SwitchProperties = z.object({ name: text, uuid: text });

export const VmProperties = z.object({
  name: text,
  parent: ref,
  'runtime.powerState': text,
  'runtime.connectionState': text,
  'runtime.host': ref,
  'runtime.question': z.object({ id: text, text }).optional(),
  /** vCenter keeps it for a VM whose configuration it cannot read any more. */
  'summary.config': z
    .object({ instanceUuid: text, template: flag, vmPathName: text, guestFullName: text })
    .optional(),
  'config.extraConfig': extraConfig,
  'config.hardware': z.object({ numCPU: number, memoryMB: number, device: devices }).optional(),
  datastore: refs,
  'guest.toolsRunningStatus': text,
  'guest.ipAddress': text,
  'guest.net': z.array(z.object({ ipAddress: z.array(z.string()).optional() })).optional(),
  'snapshot.rootSnapshotList': z.array(SnapshotTree).optional(),
  /** MiB and MHz. They change all the time, and no update tells it: "This data object type does not support notification". */
  'summary.quickStats.hostMemoryUsage': number,
  'summary.quickStats.overallCpuUsage': number,
});
export type VmProperties = z.infer<typeof VmProperties>;

export const EventManagerProperties = z.object({
  latestEvent: z.object({ key: number }).optional(),
});

export const Event = z.object({ _type: typeName, chainId: number, destName: text });

const Missing = z.object({ path: text, fault: LocalizedFault.optional() });
export type Missing = z.infer<typeof Missing>;

export const ObjectContent = z.object({
  obj: MoRef,
  /** By path; each object is checked by the schema of its type. */
  propSet: z.custom<Readonly<Record<string, unknown>>>((value) => value instanceof Object),
  missingSet: z.array(Missing).optional(),
});
export type ObjectContent = z.infer<typeof ObjectContent>;

export const UserSession = z.object({ userName: text });
