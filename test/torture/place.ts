/** Where one trial takes place: a folder, a database and a platform of its own. */
import type { BedName } from './arguments.ts';

export interface Place extends AsyncDisposable {
  readonly configFile: string;
  readonly dataFolder: string;
  /** Secrets for the configuration. */
  readonly env: Readonly<Record<string, string>>;
  /** Asks the database past Drover; columns of JSON come as texts or as values. */
  rows(sql: string): Promise<readonly Row[]>;
  /** Selects `topic` of the wake-ups that are still to come. */
  readonly wakeUps: string;
  /** What really happened; to be asked when Drover has ended. */
  readPlatform(): Promise<PlatformTruth>;
}

export type Row = Readonly<Record<string, unknown>>;

export interface PlatformTruth {
  /** Clones that were asked for and not refused at once. */
  readonly clones: number;
  /** Of the wished name. */
  readonly vms: readonly MadeVm[];
}

export interface MadeVm {
  readonly cpus: number | null;
  readonly memoryBytes: number | null;
  readonly isOn: boolean;
}

export interface Bed extends AsyncDisposable {
  readonly name: BedName;
  /** Trials that go on side by side. */
  readonly atOnce: number;
  /** How long after its last start a Drover may take to bring everything to its end. */
  readonly patienceMs: number;
  openPlace(): Promise<Place>;
}

/** What Ann asks for. */
export const WISH = {
  name: 'web-77',
  cpus: 4,
  memoryBytes: 8 * 2 ** 30,
  line: 'vm create web-77 --template ubuntu-24 --folder /prod/web --cpu 4 --memory 8GiB --reason torture',
} as const;

/** Ann asks, Bob agrees. */
export const RULES = `
console: { port: 0 }
roles:
  - name: all
    members: [web-team, ops-leads]
    allow: [vm.*, host.*, template.*, job.list, job.show, approval.list, approval.show]
policies:
  - name: create
    operations: [vm.create]
    decide: { approvals: 1, from: ops-leads }
`;
