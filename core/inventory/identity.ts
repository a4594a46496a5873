/** How an identity is kept where the platform's own one would stand for two things. */

/** An administrator said that this one is the copy: it has an identity of its own from then on (H04). */
export function toCopyIdentity(identity: string, handle: string): string {
  return `${identity}#copy:${handle}`;
}

/** A replica shows the identity of its VM and is a role of it, not a second VM (H04). */
export function toReplicaIdentity(identity: string): string {
  return `${identity}#replica`;
}

/** The identity as its platform shows it. */
export function toPlatformIdentity(identity: string): string {
  const at = identity.search(/#(?:copy:|replica$)/);
  return at < 0 ? identity : identity.slice(0, at);
}
