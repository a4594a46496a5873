/**
 * Secrets of the configuration: `${env:NAME}` and `${file:path}` and nothing else.
 *
 * Only values under a secret's key are resolved, so that no other text of the file can read a file or the environment.
 */
import { CONFIG_WORDS } from '../words/en/config-words.ts';
import type { ConfigFault } from './config-fault.ts';

export interface SecretSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads a file as text. @throws Error when it cannot be read. */
  readonly readFile: (path: string) => string;
  /** The same for files that are no secrets, which stand beside `drover.yaml`. Left out: they are not looked at. */
  readonly readBeside?: (path: string) => string;
}

const SECRET_KEYS: ReadonlySet<string> = new Set([
  'password',
  'secret',
  'token',
  'signingSecret',
  'botToken',
  'appToken',
  'appPassword',
]);
// biome-ignore lint/suspicious/noTemplateCurlyInString: this is how it is written in the file.
const ONLY_AS = 'a secret stands here only as ${env:NAME} or ${file:path}';
const UNRESOLVED = 'unresolved';
const REFERENCE = /^\$\{(env|file):([^}]+)\}$/;

export interface Resolved {
  readonly value: unknown;
  readonly faults: readonly ConfigFault[];
}

export function resolveSecrets(value: unknown, sources: SecretSources): Resolved {
  const faults: ConfigFault[] = [];
  return { value: walk(value, [], sources, faults), faults };
}

function walk(
  value: unknown,
  path: (string | number)[],
  sources: SecretSources,
  faults: ConfigFault[],
): unknown {
  if (Array.isArray(value))
    return value.map((item, at) => walk(item, [...path, at], sources, faults));
  if (value === null || typeof value !== 'object') return value;
  const fields = Object.entries(value).map(([key, field]) => {
    const at = [...path, key];
    if (isDatabaseUrl(at)) return [key, resolveUrl(field, at, sources, faults)];
    return [
      key,
      SECRET_KEYS.has(key) ? resolve(field, at, sources, faults) : walk(field, at, sources, faults),
    ];
  });
  return Object.fromEntries(fields);
}

function resolve(
  field: unknown,
  path: (string | number)[],
  sources: SecretSources,
  faults: ConfigFault[],
): unknown {
  const [, kind, name] = (typeof field === 'string' && REFERENCE.exec(field)) || [];
  if (!kind || !name) {
    faults.push({ path, message: ONLY_AS });
    return UNRESOLVED;
  }
  try {
    const secret =
      kind === 'env' ? sources.env[name] : sources.readFile(name).replace(/\r?\n$/, '');
    if (secret) return secret;
    faults.push({
      path,
      message: kind === 'env' ? `the environment has no ${name}` : `${name} is empty`,
    });
  } catch {
    // Why a file cannot be read may quote its path and nothing else; its content is never part of a message.
    faults.push({ path, message: `${name} cannot be read` });
  }
  return UNRESOLVED;
}

/** What zod says of the form of what stands for a secret that was not found is nobody's fault. */
export function isOfUnresolved(fault: ConfigFault, unresolved: readonly ConfigFault[]): boolean {
  const path = JSON.stringify(fault.path);
  return unresolved.some((one) => JSON.stringify(one.path) === path);
}

/** Whether a value may be shown. */
export function isShowable(path: readonly (string | number)[]): boolean {
  return !isDatabaseUrl(path) && !path.some((key) => SECRET_KEYS.has(String(key)));
}

function isDatabaseUrl(path: readonly (string | number)[]): boolean {
  return path.length === 2 && path[0] === 'database' && path[1] === 'url';
}

const HOLDS_PASSWORD = /:\/\/[^@/]*:[^@/]*@|[?&](ssl)?password=/i;

/** An address is no secret until it carries a password; then the whole of it comes from outside. */
function resolveUrl(
  field: unknown,
  path: (string | number)[],
  sources: SecretSources,
  faults: ConfigFault[],
): unknown {
  const isOpen = typeof field === 'string' && !REFERENCE.test(field) && !HOLDS_PASSWORD.test(field);
  if (isOpen) return field;
  if (typeof field === 'string' && !isDecodable(field))
    faults.push({ path, message: CONFIG_WORDS.brokenEscape });
  return resolve(field, path, sources, faults);
}

/** The driver decodes it piece by piece, and of a broken one says only that. */
export function isDecodable(url: string): boolean {
  try {
    return decodeURIComponent(url) !== undefined;
  } catch {
    return false;
  }
}
