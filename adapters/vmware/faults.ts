/**
 * vSphere's faults as Drover's codes, in one table.
 *
 * A fault that is not in it keeps its own words and, once a change was sent, counts as unknown.
 *
 * @see https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/ (Faults)
 */
import { type ErrorCode, type ErrorEnd, type Facts, OperationError } from '#core/errors.ts';
import { PostError, type PostFailure } from './soap/post.ts';
import { VimFault } from './soap/soap-client.ts';

type Row = readonly [code: ErrorCode, end: ErrorEnd];

const refused = (code: ErrorCode): Row => [code, 'refused'];
const rows = (row: Row, ...types: readonly string[]) => types.map((type) => [type, row] as const);

/** Fault type to code and end. */
export const FAULTS: ReadonlyMap<string, Row> = new Map([
  // The session: the platform did nothing.
  ...rows(['login_refused', 'not_started'], 'InvalidLogin', 'PasswordExpired', 'UserNotFound'),
  ...rows(['session_lost', 'not_started'], 'NotAuthenticated', 'InvalidCollectorVersion'),
  // Who may, and what is there.
  ...rows(refused('not_permitted_on_platform'), 'NoPermission', 'RestrictedByAdministrator'),
  ...rows(refused('not_found'), 'ManagedObjectNotFound'),
  ...rows(refused('name_taken'), 'DuplicateName', 'AlreadyExists', 'FileAlreadyExists'),
  ...rows(refused('not_enough_space'), 'NoDiskSpace', 'InsufficientStorageSpace', 'FileTooLarge'),
  ...rows(
    refused('not_enough_memory'),
    ...['InsufficientMemoryResourcesFault', 'InsufficientHostMemoryCapacityFault'],
  ),
  // The state of the VM.
  ...rows(refused('wrong_power_state'), 'InvalidPowerState'),
  ...rows(refused('guest_tools_missing'), 'ToolsUnavailable', 'VmToolsUpgradeFault'),
  ...rows(refused('another_task_runs'), 'TaskInProgress', 'ConcurrentAccess', 'VAppTaskInProgress'),
  // Its surroundings.
  ...rows(
    refused('host_unavailable'),
    ...['HostNotConnected', 'InvalidHostConnectionState', 'InvalidHostState'],
    ...['NoActiveHostInCluster', 'NoCompatibleHost', 'DisallowedOperationOnFailoverHost'],
  ),
  ...rows(
    refused('datastore_unavailable'),
    ...['InaccessibleDatastore', 'InvalidDatastore', 'InvalidDatastorePath'],
    ...['InvalidDatastoreState', 'DatastoreNotWritableOnHost', 'NoCompatibleDatastore'],
  ),
  ...rows(
    refused('network_unavailable'),
    ...[
      'CannotAccessNetwork',
      'CannotUseNetwork',
      'InvalidNetworkResource',
      'DVPortNotSupported',
      'MissingNetworkIpConfig',
      'NetworksMayNotBeTheSame',
      'VMotionAcrossNetworkNotSupported',
    ],
  ),
  ...rows(
    refused('disk_unusable'),
    ...['CannotAccessVmDisk', 'CannotAccessVmDevice', 'CannotAccessFile', 'FileLocked'],
    ...['FileNotFound', 'InvalidDiskFormat', 'DiskMoveTypeNotSupported', 'DiskNotSupported'],
    ...['CannotMoveVmWithDeltaDisk', 'CannotMoveVmWithNativeDeltaDisk', 'SnapshotMoveNotSupported'],
    ...['SnapshotMoveFromNonHomeNotSupported', 'SnapshotMoveToNonHomeNotSupported'],
    ...['RDMNotSupported', 'RDMNotPreserved', 'LargeRDMNotSupportedOnDatastore'],
    ...['UncommittedUndoableDisk', 'SharedBusControllerNotSupported'],
  ),
  // The request.
  ...rows(
    refused('request_invalid'),
    ...['InvalidArgument', 'InvalidName', 'InvalidFolder', 'InvalidRequest', 'InvalidType'],
    ...['InvalidDeviceSpec', 'InvalidDeviceBacking', 'InvalidDeviceOperation', 'OutOfBounds'],
    ...['MemorySizeNotSupported', 'NumVirtualCpusNotSupported', 'InvalidController'],
  ),
  ...rows(
    refused('not_supported'),
    ...['NotSupported', 'NotImplemented', 'MethodNotFound', 'MethodDisabled', 'RestrictedVersion'],
    ...['CloneFromSnapshotNotSupported'],
  ),
  // A VM and a host that do not fit each other, what keeps a VM where it is, and the general word for a move that failed.
  ...rows(
    refused('platform_refused'),
    ...['MigrationFault', 'MigrationFeatureNotSupported', 'MigrationNotReady', 'MigrationDisabled'],
    ...[
      'DisallowedMigrationDeviceAttached',
      'RuleViolation',
      'DrsDisabledOnVm',
      'AffinityConfigured',
    ],
    ...[
      'CpuIncompatible',
      'CpuIncompatible1ECX',
      'CpuIncompatible81EDX',
      'FeatureRequirementsNotMet',
    ],
    ...['IncompatibleHostForVmReplication', 'VirtualHardwareVersionNotSupported'],
    ...['DeviceNotSupported', 'RemoteDeviceNotSupported', 'DeviceBackingNotSupported'],
    ...['VMotionNotConfigured', 'VMotionNotLicensed', 'VMotionNotSupported', 'VMotionLinkDown'],
    ...['VMotionLinkCapacityLow', 'VMotionInterfaceIssue', 'VMotionProtocolIncompatible'],
    ...[
      'WillModifyConfigCpuRequirements',
      'MismatchedVMotionNetworkNames',
      'MismatchedNetworkPolicies',
    ],
    ...['CannotMoveFaultToleranceVm', 'CannotMoveHostWithFaultToleranceVm', 'DatacenterMismatch'],
    ...['ToolsInstallationInProgress', 'SuspendedRelocateNotSupported', 'HAErrorsAtDest'],
    ...['InsufficientHostCapacityFault', 'InsufficientHostCpuCapacityFault', 'HostInventoryFull'],
  ),
  ...rows(refused('cancelled_on_platform'), 'RequestCanceled'),
  ...rows(
    refused('platform_refused'),
    ...['InvalidState', 'QuestionPending', 'GenericVmConfigFault', 'ResourceInUse'],
    ...['InsufficientResourcesFault', 'InsufficientCpuResourcesFault'],
    ...['InsufficientFailoverResourcesFault', 'NotEnoughLicenses', 'VmLimitLicense'],
  ),
  // vCenter lost the host in the middle: it does not know itself what the host did.
  ...rows(['host_unavailable', 'unknown'], 'HostCommunication', 'HostNotReachable'),
  ...rows(['no_answer', 'unknown'], 'Timedout'),
]);

/** A fault of a change, as a call's or as a task's answer. `fault.words` are the platform's own. */
export function toFaultError(fault: VimFault, facts: Facts = {}): OperationError {
  const [code, end] = FAULTS.get(fault.type) ?? (['platform_refused', 'unknown'] as const);
  return new OperationError(code, end, toFaultFacts(fault, facts), { cause: fault });
}

function toFaultFacts(fault: VimFault, facts: Facts): Facts {
  return {
    ...facts,
    fault: fault.type,
    words: fault.words,
    ...(fault.object && { object: fault.object.value }),
  };
}

const READ_FAILURES: Readonly<Record<PostFailure, ErrorCode>> = {
  aborted: 'cancelled',
  not_connected: 'not_reachable',
  not_trusted: 'certificate_not_trusted',
  no_answer: 'no_answer',
  cut_answer: 'no_answer',
  odd_answer: 'answer_not_understood',
};

/** Of a call that only reads: whatever happened, nothing was changed. */
export function toReadError(error: unknown, facts: Facts = {}): OperationError {
  if (error instanceof OperationError) return error;
  if (error instanceof PostError) return toPostError(error, 'not_started', facts);
  if (error instanceof VimFault) {
    const [code] = FAULTS.get(error.type) ?? (['platform_refused'] as const);
    return new OperationError(code, 'not_started', toFaultFacts(error, facts), { cause: error });
  }
  return new OperationError('unexpected', 'not_started', facts, { cause: error });
}

/** Of a call that changes: unknown once it may have reached the platform, unless the platform itself said no. */
export function toChangeError(error: unknown, facts: Facts = {}): OperationError {
  if (error instanceof OperationError) return error;
  if (error instanceof VimFault) return toFaultError(error, facts);
  if (error instanceof PostError) {
    return toPostError(error, error.wasSent ? 'unknown' : 'not_started', facts);
  }
  return new OperationError('unexpected', 'unknown', facts, { cause: error });
}

function toPostError(error: PostError, end: ErrorEnd, facts: Facts): OperationError {
  const code = READ_FAILURES[error.failure];
  return new OperationError(code, end, { ...facts, reason: error.message }, { cause: error });
}
