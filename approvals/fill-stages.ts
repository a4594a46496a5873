/**
 * How far the stages of a request are filled: one voter, one vote over all stages (B31).
 *
 * A person who may vote in several stages counts in that one where it helps; found as a matching between people and the
 * seats of the stages, so that no order of votes can block a request that has enough of them.
 */
import type { Stage } from './request-store.ts';

export interface Voter {
  readonly personId: string;
  readonly groupIds: readonly string[];
}

/** How many seats each stage has filled, in the order of the stages. */
export function fillStages(stages: readonly Stage[], voters: readonly Voter[]): number[] {
  const seats = stages.map((): Voter[] => []);

  function take(voter: Voter, visited: Set<number>): boolean {
    for (const [index, stage] of stages.entries()) {
      if (visited.has(index) || !voter.groupIds.includes(stage.groupId)) continue;
      visited.add(index);
      const seated = seats[index] as Voter[];
      if (seated.length < stage.needed) {
        seated.push(voter);
        return true;
      }
      const mover = seated.findIndex((other) => take(other, visited));
      if (mover >= 0) {
        seated[mover] = voter;
        return true;
      }
    }
    return false;
  }

  const distinct = new Map(voters.map((voter) => [voter.personId, voter]));
  for (const voter of distinct.values()) take(voter, new Set());
  return seats.map((seated) => seated.length);
}

export function isFilled(stages: readonly Stage[], filled: readonly number[]): boolean {
  return stages.every(({ needed }, index) => (filled[index] ?? 0) >= needed);
}
