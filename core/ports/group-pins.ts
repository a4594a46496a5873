/** Which id a group name of the configuration had when it was first read (H28): plain rows. */

export interface GroupPin {
  /** Where the name was looked up: the domain, or `lab`. */
  readonly source: string;
  /** As the configuration writes it. */
  readonly name: string;
  readonly groupId: string;
  /** Where it stood then: `roles.web-team.members`, `policies.ask.decide.from`. */
  readonly configKey: string;
  readonly pinnedAt: Date;
}

export interface GroupPinReads {
  /** By name. */
  list(source: string): Promise<GroupPin[]>;
}
export interface GroupPinTable extends GroupPinReads {
  /** Pinned now. False when the name was pinned before: a pin is never replaced. */
  insert(pin: Omit<GroupPin, 'pinnedAt'>): Promise<boolean>;
}
