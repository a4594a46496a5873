/**
 * What the joint planner works on: hosts, the VMs that must leave theirs, those that may, and what must hold.
 *
 * Abstract on purpose: whoever builds it has judged already which host a VM may run on at all (networks, datastores,
 * CPU, state), and takes the reasons for its card from there. Memory is in bytes, CPU in cores.
 */
import type { PlacementGoal, PlacementRules } from './stars.ts';

export interface ProblemHost {
  readonly id: string;
  /** Breaks ties, before the id. */
  readonly name: string;
  readonly cpuCores: number;
  /** Cores busy now with all that runs on it; absent: not measured. */
  readonly cpuUsedCores?: number | undefined;
  readonly memoryBytes: number;
  /** What runs on it and what is reserved for others, the VMs of this problem included. */
  readonly memoryUsedBytes: number;
  /** Of its group: what its stars mean. */
  readonly goal: PlacementGoal;
}

export interface ProblemVm {
  readonly id: string;
  readonly name: string;
  readonly hostId: string;
  /** Higher goes first. */
  readonly priority: number;
  readonly memoryBytes: number;
  /** Cores that it keeps busy: measured, or as expected of its virtual ones. */
  readonly cpuCores: number;
  /** Expected duration of its move; of two of one priority the longer goes first. */
  readonly moveMs: number;
  /** Indexes into `hosts` on which it may run. Several VMs may share one array. */
  readonly candidates: readonly number[];
  /** It must leave its host; otherwise it may, where that makes room for one that must. */
  readonly mustLeave: boolean;
}

/** `together`: all on one host. `apart`: no two on one host. */
export interface ProblemRule {
  readonly name: string;
  readonly kind: 'together' | 'apart';
  /** Otherwise a wish: kept where that leaves no VM behind and makes no move more. */
  readonly isMandatory: boolean;
  /** Ids of `vms` and of `others`. */
  readonly vmIds: readonly string[];
}

export interface MoveProblem {
  readonly hosts: readonly ProblemHost[];
  readonly vms: readonly ProblemVm[];
  /** VMs that stay where they are and stand in a rule: VM id → host id. */
  readonly others: ReadonlyMap<string, string>;
  readonly rules: readonly ProblemRule[];
  readonly reserves: PlacementRules;
}

export interface PlannedMove {
  readonly vmId: string;
  readonly fromHostId: string;
  readonly toHostId: string;
  /** Of the target, once every move of the plan is done. */
  readonly stars: number;
  /** Ids of VMs whose moves must have ended before, since they free the room or the rule that this one needs. */
  readonly afterVmIds: readonly string[];
}

export interface LeftVm {
  readonly vmId: string;
  /** `no_candidate`: no host may run it at all. `no_room`: none has the memory. `rule`: a mandatory rule forbids the rest. */
  readonly why: 'no_candidate' | 'no_room' | 'rule';
  /** The rule's name, for `rule`. */
  readonly rule?: string | undefined;
  /** For `no_room`: the most that is free beyond the reserve on any candidate, once the others are placed. */
  readonly freeBytes?: number | undefined;
}

/** In the order of `moves` each fits when it begins, whatever of those before has ended, except what `afterVmIds` names. */
export interface MovePlan {
  readonly moves: readonly PlannedMove[];
  readonly left: readonly LeftVm[];
  /** Wishes that the plan breaks, by rule name. */
  readonly brokenWishes: readonly string[];
}
