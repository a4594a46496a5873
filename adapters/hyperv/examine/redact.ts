/**
 * What of an exchange may leave the house: structure, numbers, states, versions and error ids, each by a list of what is
 * kept. Everything else becomes a placeholder, the same one wherever it stands again within a recording.
 */
import type { RecordedExchange } from './record.ts';
import { redactLine, redactRequest } from './redact-lines.ts';

export interface Redactor {
  redact(exchange: RecordedExchange): RecordedExchange;
}

/** Shared by all that is redacted of one examination. */
export interface Placeholders {
  /** `name-1`, by the word without regard to case. */
  ofName(word: string): string;
  /** A GUID in its form, counted. */
  ofGuid(guid: string): string;
  /** Whether a text holds a name or a secret that is known. */
  holdsKnown(text: string): boolean;
}

export const REDACTED = '(redacted)';
/** Shorter ones would be found everywhere, and tell nothing. */
const SHORTEST_NAME = 3;

export function createRedactor(names: readonly string[]): Redactor {
  const places = createPlaceholders(names);
  const pending = new Map<string, string>();
  return {
    redact: ({ request, response, ...rest }) => ({
      request: redactXml(request, places, (base64) => redactRequest(base64, places)),
      ...rest,
      ...(response !== undefined && {
        response: redactXml(response, places, (base64, stream) =>
          redactOutput(base64, { places, pending, stream, response }),
        ),
      }),
    }),
  };
}

function createPlaceholders(names: readonly string[]): Placeholders {
  const known = [...new Set(names.map((name) => name.toLowerCase()))].filter(
    (name) => name.length >= SHORTEST_NAME,
  );
  const given = new Map<string, string>();
  const guids = new Map<string, string>();
  const take = (map: Map<string, string>, word: string, make: (at: number) => string) => {
    const key = word.toLowerCase();
    const found = map.get(key) ?? make(map.size + 1);
    map.set(key, found);
    return found;
  };
  return {
    ofName: (word) => take(given, word, (at) => `name-${at}`),
    ofGuid: (guid) =>
      take(guids, guid, (at) => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`),
    holdsKnown: (text) => {
      const lower = text.toLowerCase();
      return known.some((name) => lower.includes(name));
    },
  };
}

interface Output {
  readonly places: Placeholders;
  /** Beginnings of lines whose ends come with a later answer. */
  readonly pending: Map<string, string>;
  readonly stream: string;
  readonly response: string;
}

/** Line by line: a line goes into the answer in which it ends. */
function redactOutput(base64: string, { places, pending, stream, response }: Output): string {
  // Read byte by byte: a letter may end with the next answer.
  const bytes = Buffer.from(base64, 'base64').toString('latin1');
  const lines = `${pending.get(stream) ?? ''}${bytes}`.split('\n');
  const rest = lines.pop() ?? '';
  const isLast = /CommandState\/Done"/.test(response);
  pending.set(stream, isLast ? '' : rest);
  const whole = isLast && rest !== '' ? [...lines, rest] : lines;
  const kept = whole.map((line) => {
    const text = Buffer.from(line, 'latin1').toString('utf8').replace(/\r$/, '');
    return `${stream.startsWith('stderr') ? REDACTED : redactLine(text, places)}\r\n`;
  });
  return Buffer.from(kept.join('')).toString('base64');
}

const TOKEN = /<(?:"[^"]*"|'[^']*'|[^'">])*>|[^<]+/g;
const GUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

type RedactStream = (base64: string, stream: string) => string;

/** By hand and not through a tree: prefixes, order and spaces stay as the host wrote them. */
function redactXml(xml: string, places: Placeholders, redactStream: RedactStream): string {
  const open: { readonly name: string; readonly stream: string }[] = [];
  const written: string[] = [];
  for (const [token] of xml.matchAll(TOKEN)) {
    if (token.startsWith('</')) open.pop();
    if (!token.startsWith('<')) {
      const { name = '', stream = '' } = open.at(-1) ?? {};
      const isStream = name === 'Stream' && token.trim() !== '';
      written.push(isStream ? redactStream(token.trim(), stream) : redactText(token, name, places));
      continue;
    }
    // Comments, CDATA and instructions: WinRM writes none.
    if (/^<[!?]/.test(token)) continue;
    written.push(redactTag(token, places));
    if (token.startsWith('</') || token.endsWith('/>')) continue;
    const stream = `${/ Name="([^"]*)"/.exec(token)?.[1]} ${/ CommandId="([^"]*)"/.exec(token)?.[1]}`;
    open.push({ name: /^<(?:[\w.-]+:)?([\w.-]+)/.exec(token)?.[1] ?? '', stream });
  }
  return written.join('');
}

const KEPT_ATTRIBUTES =
  /^(?:xmlns(?::[\w.-]+)?|(?:[\w.-]+:)?(?:Name|State|CommandId|End|mustUnderstand|lang|Code|nil|type))$/;
const KEPT_VALUE =
  /^(?:https?:\/\/(?:schemas\.(?:xmlsoap\.org|dmtf\.org|microsoft\.com)|www\.w3\.org)\/[\w./#-]*|[\w.:-]*)$/;

const WELL_FORMED = /^<\/?[\w.:-]+(?:\s+[\w.:-]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*\/?>$/;

function redactTag(tag: string, places: Placeholders): string {
  if (!WELL_FORMED.test(tag)) return REDACTED;
  return tag.replace(/([\w.:-]+)\s*=\s*(["'])(.*?)\2/gs, (_whole, name, mark, value) => {
    const isKept = KEPT_ATTRIBUTES.test(name) && KEPT_VALUE.test(value);
    return `${name}=${mark}${isKept ? keep(value, places) : REDACTED}${mark}`;
  });
}

const KEPT_TEXT: readonly RegExp[] = [
  /^https?:\/\/(?:schemas\.xmlsoap\.org|schemas\.dmtf\.org|schemas\.microsoft\.com|www\.w3\.org)\/[\w./#-]*$/,
  /^-?\d{1,10}(?:\.\d+)?$/,
  /^PT\d[\dHMS.]*$/,
  /^(?:true|false|TRUE|FALSE|Relaxed|Strict|None)$/,
  /^(?:uuid:)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
];
/** By the element that they stand in. */
const KEPT_IN: Readonly<Record<string, RegExp>> = {
  Value: /^\w+:\w+$/,
  Command: /^powershell\.exe$/,
  Arguments: /^(?:-[A-Za-z]+|Bypass)$/,
  InputStreams: /^stdin$/,
  OutputStreams: /^stdout stderr$/,
  DesiredStream: /^stdout stderr$/,
  URLPrefix: /^wsman$/,
};

function redactText(text: string, element: string, places: Placeholders): string {
  const value = text.trim();
  if (value === '') return text;
  const isKept =
    KEPT_TEXT.some((form) => form.test(value)) || KEPT_IN[element]?.test(value) === true;
  return isKept ? keep(value, places) : REDACTED;
}

/** The last word on every value: none goes out with a name in it. */
function keep(value: string, places: Placeholders): string {
  const counted = value.replace(GUID, (guid) => places.ofGuid(guid));
  return /^https?:\/\/schemas\.|^xmlns/.test(counted) || !places.holdsKnown(counted)
    ? counted
    : REDACTED;
}
