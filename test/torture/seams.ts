/**
 * The seams of the whole path at which a process is killed.
 *
 * A name alone is the first time that it is reached, `name#2` the second.
 */

/** Ann's line, the request, Bob's click, the decision, the start, the steps, the end, the cards. */
export const SEAMS = [
  /** Its row is committed and it is not acknowledged: it comes again. */
  'received',
  /** It is acknowledged and not handled: nobody sends it again. */
  'acknowledged#1',
  /** The request is open and nobody was told. */
  'requested',
  /** A card was shown and that is not recorded. */
  'before told',
  'received#2',
  'acknowledged#2',
  /** Vote, decision and job are written and not committed. */
  'before decided',
  /** Between the vote and the start. */
  'decided',
  'start_checked',
  'job_started',
  'claimed',
  'looked',
  'sending',
  /** The platform accepted the clone and Drover did not record that. */
  'acted',
  'started',
  'followed',
  'verified',
  /** The clone's end is committed; what follows it has not begun. */
  'step_ended',
  /** The start of the new VM is accepted and not recorded. */
  'acted#2',
  'before job_ended',
  /** Between the end and the edit of its card. */
  'job_ended',
] as const;

/** Not killed but frozen: it wakes when another worker has taken its step over and ended it. */
export const FROZEN = 'frozen';

/** Each once. */
export const ALL_SEAMS = [...SEAMS, FROZEN].map((seam) => ({ seam }));

/** Here a chat has taken what was sent and gives no answer, and the process is killed meanwhile. */
export function isSent(seam: string): boolean {
  return seam.startsWith('sent ');
}

/** Here the process stands still, and is killed once the client has the acknowledgement. */
export function isHeld(seam: string): boolean {
  return seam.startsWith('acknowledged');
}

/** Calls `onReached` when the seam is reached as often as it says, once. */
export function countTo(seam: string, onReached: () => void): (reached: string) => boolean {
  const [name, nth = '1'] = seam.split('#');
  let left = Number(nth);
  return (reached) => {
    if (reached !== name) return false;
    left -= 1;
    if (left === 0) onReached();
    return left === 0;
  };
}
