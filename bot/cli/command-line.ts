/** The words after `drover`: its own few, and everything else as a command to the running server. */
import { quoteWord } from '../grammar/quote.ts';
import { SlashCommand } from '../slack/config.ts';

export const USAGE = `drover start [--data DIR] [--config FILE] [--port N]   run Drover; prints its one URL
drover chat [--as PERSON] [--data DIR]                 talk to the running Drover; reads a script from a pipe
drover COMMAND … [--as PERSON] [--data DIR]            one command, as: drover vm list --as ann
drover audit verify [--data DIR] [--config FILE]       prove the audit chain
drover doctor [--record DIR] [--data DIR] [--config FILE]
                                                       check directory, groups, chats and Hyper-V; changes nothing
drover manifest slack [--mode socket|http] [--url URL] [--command /WORD]
                                                       the app as Slack creates it, as JSON
drover manifest teams --app-id ID --url URL --out FILE the app package that a Teams administrator uploads
drover version | help

--as PERSON is for the lab. Where people sign in, a token speaks: get it on the page where you sign in (…/account.html)
and keep it in ~/.config/drover/token, readable by you alone, or in DROVER_TOKEN.`;

export type CommandLine =
  | { readonly command: 'usage'; readonly fault?: string | undefined }
  | { readonly command: 'version' }
  | {
      readonly command: 'start';
      readonly dataFolder: string;
      readonly configFile?: string | undefined;
      readonly port?: number | undefined;
      readonly isQuiet: boolean;
    }
  | {
      readonly command: 'audit-verify';
      readonly dataFolder: string;
      readonly configFile?: string | undefined;
    }
  | {
      readonly command: 'doctor';
      readonly dataFolder: string;
      readonly configFile?: string | undefined;
      /** Where what Hyper-V hosts said is left, redacted. */
      readonly recordFolder?: string | undefined;
    }
  | {
      readonly command: 'manifest';
      readonly chat: 'slack';
      readonly mode: 'socket' | 'http';
      /** What people type before a command in Slack. */
      readonly slash: string;
      /** Where Slack reaches Drover, in mode `http`. */
      readonly url?: string | undefined;
    }
  | {
      readonly command: 'manifest';
      readonly chat: 'teams';
      readonly appId: string;
      readonly url: string;
      /** The zip file to write. */
      readonly out: string;
    }
  | {
      readonly command: 'chat';
      readonly dataFolder: string;
      /** A lab person's login. */
      readonly as?: string | undefined;
      readonly texts: readonly string[];
    };

const OWN_OPTIONS = ['data', 'config', 'port', 'as'] as const;
type Own = Partial<Record<(typeof OWN_OPTIONS)[number], string>>;

export function readCommandLine(argv: readonly string[]): CommandLine {
  const { own, words, fault } = takeOwnOptions(argv);
  const dataFolder = own.data ?? './data';
  const where = { dataFolder, ...(own.config ? { configFile: own.config } : {}) };
  const [first, second] = words;
  if (fault) return { command: 'usage', fault };
  if (first === undefined) return { command: 'usage' };
  if (first === 'version' && !own.as) return { command: 'version' };
  if (first === 'help' && !own.as) return { command: 'usage' };
  if (first === 'start') return toStart(words, own, where);
  if (first === 'doctor' && !own.as) return toDoctor(words.slice(1), where);
  if (first === 'manifest' && !own.as) return toManifest(words.slice(1));
  if (first === 'audit' && second === 'verify') return { command: 'audit-verify', ...where };
  if (first === 'chat') return { command: 'chat', dataFolder, as: own.as, texts: [] };
  return { command: 'chat', dataFolder, as: own.as, texts: [words.map(toTyped).join(' ')] };
}

function toStart(
  words: readonly string[],
  own: Own,
  where: { dataFolder: string; configFile?: string },
): CommandLine {
  const isQuiet = words.includes('--quiet');
  const other = words.slice(1).find((word) => word !== '--quiet');
  if (other !== undefined) return usage(`drover start does not know ${other || 'an empty word'}`);
  const port = own.port === undefined ? undefined : Number(own.port);
  // A space is a number to JavaScript, and so are 0x50 and 1e3.
  if (port !== undefined && !(/^\d+$/.test(own.port ?? '') && port <= 65_535))
    return usage(`--port is a number up to 65535; ${own.port} is not`);
  return { command: 'start', ...where, port, isQuiet };
}

function toDoctor(
  words: readonly string[],
  where: { dataFolder: string; configFile?: string },
): CommandLine {
  const [option, ...rest] = words.flatMap((word) =>
    word.startsWith('--record=') ? ['--record', word.slice('--record='.length)] : [word],
  );
  if (option === undefined) return { command: 'doctor', ...where };
  if (option !== '--record') return usage(`drover doctor does not know ${option}`);
  const [recordFolder, more] = rest;
  if (!recordFolder) return usage('--record needs a folder');
  if (more !== undefined) return usage(`drover doctor does not know ${more}`);
  return { command: 'doctor', ...where, recordFolder };
}

const MANIFEST_OPTIONS = {
  slack: ['--mode', '--url', '--command'],
  teams: ['--app-id', '--url', '--out'],
};

function toManifest([chat, ...words]: readonly string[]): CommandLine {
  if (chat !== 'slack' && chat !== 'teams')
    return usage(`drover manifest is for slack and teams; ${chat ?? 'nothing'} is neither`);
  const given = new Map<string, string>();
  const pairs = words.flatMap((word) => word.split(/=(.*)/s).slice(0, word.includes('=') ? 2 : 1));
  for (let at = 0; at < pairs.length; at += 2) {
    const [name = '', value] = [pairs[at], pairs[at + 1]];
    if (!MANIFEST_OPTIONS[chat].includes(name))
      return usage(`drover manifest ${chat} does not know ${name}`);
    if (value === undefined) return usage(`${name} needs a value`);
    given.set(name, value);
  }
  return chat === 'slack' ? toSlackManifest(given) : toTeamsManifest(given);
}

function toSlackManifest(given: ReadonlyMap<string, string>): CommandLine {
  const mode = given.get('--mode') ?? 'socket';
  const url = given.get('--url');
  if (mode !== 'socket' && mode !== 'http')
    return usage(`--mode is socket or http; ${mode} is not`);
  if (mode === 'http' && !isHttps(url))
    return usage('Slack sends to an https address: add --url https://drover.example.com');
  const slash = given.get('--command') ?? '/drover';
  if (!SlashCommand.safeParse(slash).success)
    return usage(`--command is a slash and small letters, as /drover; ${slash} is not`);
  return { command: 'manifest', chat: 'slack', mode, url, slash };
}

function toTeamsManifest(given: ReadonlyMap<string, string>): CommandLine {
  const [appId, url, out] = MANIFEST_OPTIONS.teams.map((name) => given.get(name));
  if (!appId || !/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(appId))
    return usage('Teams knows the app by its id, a GUID: add --app-id ID');
  if (!url || !isHttps(url))
    return usage('Teams sends to an https address: add --url https://drover.example.com');
  if (!out) return usage('the package is a file: add --out drover-teams.zip');
  return { command: 'manifest', chat: 'teams', appId, url, out };
}

function isHttps(url: string | undefined): boolean {
  return url !== undefined && URL.canParse(url) && new URL(url).protocol === 'https:';
}

function usage(fault: string): CommandLine {
  return { command: 'usage', fault };
}

/** `--data DIR`, `--data=DIR`; what stands behind `--` is left alone. */
function takeOwnOptions(argv: readonly string[]): { own: Own; words: string[]; fault?: string } {
  const own: Own = {};
  const words: string[] = [];
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] as string;
    if (word === '--') return { own, words: [...words, ...argv.slice(at)] };
    const name = OWN_OPTIONS.find(
      (option) => word === `--${option}` || word.startsWith(`--${option}=`),
    );
    if (!name) {
      words.push(word);
      continue;
    }
    const isInOne = word.includes('=');
    if (!isInOne) at += 1;
    const value = isInOne ? word.slice(word.indexOf('=') + 1) : argv[at];
    // What a script made of a variable that is not set is no value either.
    if (!value) return { own, words, fault: `--${name} needs a value` };
    if (own[name] !== undefined) return { own, words, fault: `--${name} is given twice` };
    own[name] = value;
  }
  return { own, words };
}

/** A shell has taken the quotes off: a word with spaces gets them back, an option keeps its shape. */
function toTyped(word: string): string {
  const [, option, value] = /^(--[a-z-]+)=(.*)$/s.exec(word) ?? [];
  if (option !== undefined) return `${option}=${quoteWord(value ?? '')}`;
  return word.startsWith('--') ? word : quoteWord(word);
}
