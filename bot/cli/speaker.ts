/**
 * Who speaks from a terminal: a lab person by name, or whoever made the token that lies on this machine.
 *
 * A token is never an argument: everybody on the machine sees those.
 */
import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What a window says of itself. */
export type Speaker = { readonly as: string } | { readonly token: string };

export type FoundSpeaker =
  | Speaker
  | { readonly fault: 'nobody' | 'empty' | 'readable_by_others'; readonly file: string };

const READABLE_BY_OTHERS = 0o077;

export interface SpeakerPlaces {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home?: string;
  readonly platform?: NodeJS.Platform;
}

/** `--as` first, then `DROVER_TOKEN`, then the file `drover/token` in the user's folder for settings. */
export function findSpeaker(
  as: string | undefined,
  { env, home = homedir(), platform = process.platform }: SpeakerPlaces,
): FoundSpeaker {
  if (as !== undefined) return { as };
  const file = join(env.XDG_CONFIG_HOME || join(home, '.config'), 'drover', 'token');
  const fromEnv = env.DROVER_TOKEN?.trim();
  if (fromEnv) return { token: fromEnv };
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) return { fault: 'nobody', file };
  if (platform !== 'win32' && (found.mode & READABLE_BY_OTHERS) !== 0)
    return { fault: 'readable_by_others', file };
  const token = readFileSync(file, 'utf8').trim();
  return token === '' ? { fault: 'empty', file } : { token };
}
