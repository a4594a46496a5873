/** Where one trial takes place: a folder, a database and a platform of its own. */
import type { BedName, Control } from './arguments.ts';
import type { DroverProcess } from './drover-process.ts';

export interface Place extends AsyncDisposable {
  readonly configFile: string;
  readonly dataFolder: string;
  /** Secrets for the configuration. */
  readonly env: Readonly<Record<string, string>>;
  /** Asks the database past Drover; columns of JSON come as texts or as values. */
  rows(sql: string): Promise<readonly Row[]>;
  /** Selects `topic` of the wake-ups that are still to come. */
  readonly wakeUps: string;
  /** Who agrees, as the directory knows them. */
  readonly voterId: string;
  /** Once Drover runs. */
  openPeople(): Promise<People>;
  /** What must hold whoever asked where, of database and platform; to be asked when Drover has ended. */
  findViolations(): Promise<readonly string[]>;
}

/** Where a VM is made or deleted. */
export interface VmPlace extends Omit<Place, 'findViolations'> {
  /** What Ann asks for, and what must have come of it. */
  readonly wish: Wish;
  /** What really happened. */
  readPlatform(): Promise<PlatformTruth>;
}

/** Ann, who asks, and Bob, who agrees: they read what they are shown, and click as soon as they can. */
export interface People {
  /** A Drover was started, the first or one that follows a killed one. */
  started(drover: DroverProcess): void;
  /** Ann types her line. */
  begin(): void;
  /** How many of their messages are acknowledged. */
  settled(count: number): Promise<void>;
  /** Resolves when something is on its way that the platform has taken and will not answer. */
  sent(): Promise<void>;
  /** Resolves when each has an answer and sees every card at its end. */
  over(): Promise<void>;
  /** What they see, a line a card. */
  describe(): Promise<readonly string[]>;
  /** What is wrong with what was received from them and with what they see. */
  findViolations(): Promise<readonly string[]>;
  close(): void;
}

export type Row = Readonly<Record<string, unknown>>;

export interface PlatformTruth {
  /** Deeds that were asked for and not refused at once, by their names there. */
  readonly orders: readonly string[];
  /** Of the wished name. */
  readonly vms: readonly MadeVm[];
  /** What else is not as it should be, a line each. */
  readonly faults?: readonly string[];
}

export interface Wish {
  readonly line: string;
  readonly steps: number;
  /** VMs that Drover knows in the end. */
  readonly known: number;
  readonly truth: PlatformTruth;
}

export interface MadeVm {
  readonly cpus: number | null;
  readonly memoryBytes: number | null;
  readonly isOn: boolean;
}

/** Where a process is killed, and which way the job takes, where there are several. */
export interface SeamOnWay {
  readonly seam: string;
  readonly way?: string | undefined;
}

/** Seam and way of the trial, where it has any. */
export interface PlaceFor {
  readonly seam?: string | undefined;
  readonly way?: string | undefined;
}

export interface Bed extends AsyncDisposable {
  readonly name: BedName;
  readonly seams: readonly SeamOnWay[];
  /** Ways that the job may take; the random instants go round them. */
  readonly ways?: readonly string[];
  /** Trials that go on side by side. */
  readonly atOnce: number;
  /** Where a control dies, where that is elsewhere than on the others. */
  readonly ownSeams?: Readonly<Partial<Record<Control, string>>>;
  /** From so many random instants on each seam is reached on all its ways. */
  readonly fullSize?: number;
  /** How long a Drover that runs, the last one, may take to bring everything to its end. */
  readonly patienceMs: number;
  openPlace(on: PlaceFor): Promise<Place>;
}

export const NAME = 'web-77';

/** A VM is made and started. */
export function toCreateWish(line: string, orders: readonly string[]): Wish {
  const vm = { cpus: 4, memoryBytes: 8 * 2 ** 30, isOn: true };
  return { line, steps: 2, known: 1, truth: { orders, vms: [vm] } };
}

const LINE = `vm create ${NAME} --template ubuntu-24 --folder /prod/web --cpu 4 --memory 8GiB --reason torture`;
export const WISH = toCreateWish(LINE, ['clone']);

/** Ann asks, Bob agrees. */
export const RULES = `
console: { port: 0 }
roles:
  - name: all
    members: [web-team, ops-leads]
    allow: [vm.*, host.*, host.maintenance.enter, template.*, job.list, job.show, approval.list, approval.show]
policies:
  - name: create
    operations: [vm.create, vm.delete, host.maintenance.enter]
    decide: { approvals: 1, from: ops-leads }
`;
