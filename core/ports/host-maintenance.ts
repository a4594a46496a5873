/** Which hosts Drover has marked for maintenance, and by which job: what was moved away stands in its steps. */
export interface HostMaintenance {
  readonly hostId: string;
  readonly connectionId: string;
  /** The job that marked it first; later ones may have gone on with emptying it. */
  readonly jobId: string;
  readonly markedAt: Date;
}

export interface HostMaintenanceReads {
  list(): Promise<HostMaintenance[]>;
}

export interface HostMaintenanceTable extends HostMaintenanceReads {
  /** One a host; a later job takes the place of an earlier one. Marked now. */
  put(mark: Omit<HostMaintenance, 'markedAt'>): Promise<void>;
  delete(hostId: string): Promise<void>;
}
