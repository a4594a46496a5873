/**
 * What cmdlets say when they refuse.
 *
 * PUBLISHED: the id was seen in a session that somebody posted. CLAIM: the model's own, by the module's rule, until a recording
 * of a real host says otherwise. Texts are in the host's language there; here in English.
 */
import type { CmdletAnswer, CmdletError } from '../powershell/cmdlet-call.ts';
import type { WorldVm } from './parts.ts';

/** Thrown by a cmdlet of the model, and written as the error it is. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly answer: CmdletAnswer;

  constructor(error: CmdletError) {
    super(error.message);
    this.answer = { errors: [error] };
  }
}

const refuse = (id: string, category: string, message: string, target?: string): Refusal =>
  new Refusal({
    ...{ id, category, message, exception: 'Microsoft.HyperV.PowerShell.VirtualizationException' },
    ...(target === undefined ? {} : { target }),
  });
const failed = (message: string): Refusal => refuse('OperationFailed', 'NotSpecified', message);

export const refusals = {
  // PUBLISHED for names (canonical/multipass #3090); CLAIM for -Id
  vmNotFound: (id: string) =>
    refuse(
      'InvalidParameter',
      'InvalidArgument',
      `Hyper-V was unable to find a virtual machine with id "${id}".`,
      id,
    ),
  // PUBLISHED for Remove-VM and Set-VMFirmware (canonical/multipass #2867, pluralsight/PS-AutoLab-Env #133)
  vmGone: (name: string) =>
    refuse(
      'ObjectNotFound',
      'ObjectNotFound',
      `Hyper-V was unable to find a virtual machine with name "${name}".`,
    ),
  // PUBLISHED (Windows-Admin-Center-Ideas-and-Feedback #240, kubernetes/minikube #16679)
  serviceDown: () =>
    refuse(
      'ObjectNotFound',
      'ObjectNotFound',
      'The object was not found. Verify that the Virtual Machine Management service is running.',
    ),
  // PUBLISHED for Set-VM (canonical/multipass #4204); CLAIM for other cmdlets
  invalidState: (vm: WorldVm) =>
    refuse(
      'InvalidState',
      'InvalidOperation',
      `'${vm.name}': the operation cannot be performed while the object is in its current state.`,
    ),
  // PUBLISHED for Start-VM
  outOfMemory: (vm: WorldVm) =>
    refuse(
      'OutOfMemory',
      'NotSpecified',
      `'${vm.name}' failed to start. Not enough memory in the system.`,
    ),
  // PUBLISHED for Start-VM and New-VHD, Get-VHD; the texts are a CLAIM
  failed,
  // PUBLISHED for Stop-VM without -Force under -NonInteractive when the guest does not answer
  asks: () =>
    refuse(
      'InvalidOperation',
      'InvalidOperation',
      'Windows PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.',
    ),
  // CLAIM
  shutdownFailed: (vm: WorldVm) => failed(`'${vm.name}' failed to shut down.`),
  // CLAIM
  invalid: (message: string, target: string) =>
    refuse('InvalidParameter', 'InvalidArgument', message, target),
  // CLAIM
  missing: (message: string) => refuse('ObjectNotFound', 'ObjectNotFound', message),
  // CLAIM, all three; 0x8009030E is the published code of a second hop without delegation
  noCredentials: (vm: WorldVm, to: string) =>
    failed(
      `'${vm.name}': no connection with host '${to}': No credentials are available in the security package (0x8009030E).`,
    ),
  noWayThere: (vm: WorldVm, to: string) =>
    failed(`'${vm.name}': the host '${to}' is not reachable.`),
  moveRefused: (vm: WorldVm, why: string) =>
    failed(`Virtual machine migration operation for '${vm.name}' failed: ${why}`),
  // PUBLISHED for Set-VMDvdDrive
  accessDenied: () =>
    refuse('AccessDenied', 'PermissionDenied', 'General access denied error (0x80070005).'),
  // PUBLISHED rule: the id is the cmdlet's own name (Move-ClusterGroup, Get-Cluster)
  cluster: (cmdlet: string, message: string) =>
    new Refusal({
      ...{ id: cmdlet, category: 'NotSpecified', message, terminating: true },
      exception: 'Microsoft.FailoverClusters.PowerShell.ClusterCmdletException',
    }),
};
