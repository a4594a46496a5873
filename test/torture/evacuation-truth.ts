/** How an estate stands after the emptying of a host, as its platform shows it, whichever it is. */

export interface StandingVm {
  readonly name: string;
  /** What it keeps for life. */
  readonly identity: string;
  readonly host: string;
  readonly power: 'on' | 'off' | 'saved' | 'other';
}

/** What was asked of the platform and not refused at once. */
export interface Order {
  readonly deed: 'mark' | 'unmark' | 'move' | 'save' | 'other';
  /** The name of the VM or of the host. */
  readonly target: string;
}

export interface EvacuationTruth {
  readonly vms: readonly StandingVm[];
  /** How the emptied host stands. */
  readonly mark: 'none' | 'entering' | 'in';
  readonly orders: readonly Order[];
  /** What the platform still does, a line each. */
  readonly underWay: readonly string[];
}

/** What is emptied, and what stood where before. */
export interface Herd {
  readonly host: string;
  readonly vms: readonly Omit<StandingVm, 'identity'>[];
  /** It runs and cannot be moved. */
  readonly pinned: string;
  /** They may not run on one host once they have left. */
  readonly apart: readonly string[];
}

/** That run on the host and can be moved. */
export function listMovers({ host, vms, pinned }: Herd): readonly string[] {
  return vms
    .filter((vm) => vm.host === host && vm.power === 'on' && vm.name !== pinned)
    .map(({ name }) => name);
}
