/**
 * What is read right before a deed, and of its task after it; as `schema.ts` declares.
 *
 * @see https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/
 */
import { z } from 'zod';
import {
  DatastoreProperties,
  devices,
  extraConfig,
  flag,
  HostProperties,
  LocalizedFault,
  number,
  ref,
  refs,
  text,
} from './schema.ts';

/** What a change is checked against in the same breath (H02). */
export const VmIdentity = z.object({
  'summary.config.instanceUuid': text,
  'runtime.connectionState': text,
});
export const HostIdentity = HostProperties.pick({
  'summary.hardware': true,
  'runtime.connectionState': true,
});
/** What a disk is taken off by: the version refuses a VM that was changed in between. */
export const VmDevices = z.object({
  'config.changeVersion': text,
  'config.hardware.device': devices,
});
/** What a card is changed by: whether it is connected counts while the VM runs only. */
export const VmCards = VmDevices.extend({ 'runtime.powerState': text });
/** What a disk is added to: the folder of the VM's own files, and its controllers. */
export const VmHome = VmDevices.extend({ 'summary.config.vmPathName': text });
export const VmToken = z.object({
  name: text,
  'config.extraConfig': extraConfig,
  /** Set whenever the configuration is shown, which the list above need not be. */
  'config.hardware.numCPU': number,
});

/** What a clone is made of. */
export const CloneSource = VmIdentity.extend({ 'config.hardware.device': devices });
export const ComputeResourceProperties = z.object({ resourcePool: ref });

/** What a move goes from and to. */
export const MovingVm = VmIdentity.extend({
  'runtime.powerState': text,
  'runtime.host': ref,
  datastore: refs,
});
export const MoveHost = HostIdentity.extend({
  parent: ref,
  'runtime.powerState': text,
  'runtime.inMaintenanceMode': flag,
  recentTask: refs,
});
export const MoveDatastore = DatastoreProperties.pick({ summary: true });
/** Whether a move of a VM is under way. */
export const VmTasks = VmIdentity.extend({ recentTask: refs });
/** Who answers, of all hosts. */
export const HostReach = HostProperties.pick({ name: true, 'runtime.connectionState': true });

/** How a host stands, with what is on it. */
export const StandingHost = HostIdentity.extend({
  'runtime.inMaintenanceMode': flag,
  recentTask: refs,
  vm: refs,
});
export const HostedVmProperties = VmIdentity.extend({
  name: text,
  'runtime.powerState': text,
  'summary.config.template': flag,
});

export const CheckResult = z.object({
  error: z.array(LocalizedFault).optional(),
  warning: z.array(LocalizedFault).optional(),
});
export const CheckTask = z.object({ 'info.result': z.array(CheckResult).optional() });

export const TaskManagerProperties = z.object({ recentTask: refs });

export const TaskProperties = z.object({
  'info.state': text,
  'info.progress': number,
  'info.error': LocalizedFault.optional(),
});
export type TaskProperties = z.infer<typeof TaskProperties>;

export const TaskOrigin = z.object({
  'info.name': text,
  'info.descriptionId': text,
  'info.state': text,
  'info.eventChainId': number,
});
