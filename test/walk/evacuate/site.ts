/** A platform with a host of twenty VMs, and what happens to it by others while Drover empties that host. */
import type { Standing } from './judge.ts';

/** Who is who among the VMs; `toHerd` makes them. */
export const ROLES = {
  /** A device of its host is passed through to it. */
  pinned: 'db-legacy',
  /** Somebody moves it away at the vendor's console, before Drover does. */
  taken: 'app-18',
  /** Somebody moves it to the host that is being emptied. */
  coming: 'by-1-1',
} as const;

/** Chosen by the plan, which says who goes where: VMs by name. */
export interface Cast {
  /** The host that dies while moves to it are under way. */
  readonly doomed: string;
  /** One of those moves. */
  readonly follower: string;
  /** Its platform asks something in the middle of its move. */
  readonly asker: string;
  /** Its guest goes off when its move is at 60 %. */
  readonly goesOff: string;
}

export interface DroverRunning extends AsyncDisposable {
  readonly url: string;
}

export interface Site extends AsyncDisposable {
  /** `vcsim`, as the last line calls it. */
  readonly where: string;
  /** The host that is emptied. */
  readonly host: string;
  /** What somebody orders who is not Drover, a line each, with who does it. */
  readonly events: readonly string[];
  /** Whether a VM of this platform can ask somebody something. */
  readonly canAsk: boolean;
  /** Whether a move onto the host that was under way before its mark still comes there. */
  readonly lands: boolean;
  /** Whether nobody may know what became of a move to a host that died, until an operator has looked. */
  readonly leavesUnknown: boolean;
  /** Starts a Drover on it, with the rest of its configuration. */
  start(config: string, env: Readonly<Record<string, string>>): Promise<DroverRunning>;
  /** How it stands, by the platform itself and not by Drover. */
  read(): Promise<Standing>;
  /** Somebody begins to move `coming` onto the host; it is under way until `land`. */
  begin(): Promise<void>;
  /** Orders what is to happen in the middle of the moves. */
  arm(cast: Cast): Promise<void>;
  /** The moves go on: that host dies, and somebody takes `taken` away. Answers where to. */
  strike(cast: Cast): Promise<string>;
  /** The move of `coming` is over, whichever way. */
  land(): Promise<void>;
  /** Somebody at the vendor's console answers what the platform asks. */
  answer(cast: Cast): Promise<void>;
}
