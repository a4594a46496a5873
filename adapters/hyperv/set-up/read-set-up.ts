/** Reads the files that a template's `setUp` names, at start: what is wrong with them is said then, not to the guest. */
import type { HypervTemplate } from '../config.ts';
import {
  MAX_TEXT_BYTES,
  PLACEHOLDER,
  PLACEHOLDERS,
  type SetUp,
  toContent,
  toMaxHostName,
} from './set-up.ts';

/** Its path is below the connection's own. */
export class SetUpRefused extends Error {
  override readonly name = 'SetUpRefused';
  readonly path: readonly (string | number)[];

  constructor(path: readonly (string | number)[], reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.path = path;
  }
}

type ReadFile = (path: string) => string;
type Templates = readonly Pick<HypervTemplate, 'name' | 'setUp'>[];

/** By the template's name. @throws SetUpRefused */
export function readSetUps(templates: Templates, readFile: ReadFile): ReadonlyMap<string, SetUp> {
  const found = templates.flatMap(({ name, setUp }, at) =>
    setUp ? [[name, readSetUp(setUp, ['templates', at, 'setUp'], readFile)] as const] : [],
  );
  return new Map(found);
}

type Path = readonly (string | number)[];

function readSetUp(
  config: NonNullable<HypervTemplate['setUp']>,
  path: Path,
  readFile: ReadFile,
): SetUp {
  const read = (key: string, file: string) => readText([...path, key], file, readFile);
  const setUp: SetUp =
    config.kind === 'unattend'
      ? { kind: 'unattend', file: requireXml([...path, 'file'], read('file', config.file)) }
      : {
          kind: 'cloud-init',
          userData: requireKind([...path, 'userData'], read('userData', config.userData)),
          networkConfig:
            config.networkConfig === undefined
              ? undefined
              : read('networkConfig', config.networkConfig),
        };
  requireSize(path, setUp);
  return setUp;
}

/** Windows' tools write a mark before the first letter, after which cloud-init knows no text. */
function readText(path: Path, file: string, readFile: ReadFile): string {
  const text = tryRead(path, file, readFile).replace(/^\ufeff/, '');
  if (/[\ufffd\0]/.test(text)) throw new SetUpRefused(path, `${file} is not text in UTF-8`);
  if (text.trim() === '') throw new SetUpRefused(path, `${file} is empty`);
  for (const [whole, word = ''] of text.matchAll(PLACEHOLDER))
    if (!PLACEHOLDERS.includes(word))
      throw new SetUpRefused(
        path,
        `${file} has ${whole}; Drover fills in {{name}} and {{instanceId}}`,
      );
  return text;
}

function tryRead(path: Path, file: string, readFile: ReadFile): string {
  try {
    return readFile(file);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SetUpRefused(path, `${file} cannot be read: ${reason}`, { cause });
  }
}

/** cloud-init passes over what does not say what it is. */
function requireKind(path: Path, text: string): string {
  if (/^(#|Content-Type:|MIME-Version:)/i.test(text)) return text;
  throw new SetUpRefused(path, 'the first line must say what it is, as #cloud-config does');
}

function requireXml(path: Path, text: string): string {
  const [, declared = 'utf-8'] = /^\s*<\?xml[^>]*\sencoding=["']([^"']+)["']/.exec(text) ?? [];
  if (declared.toLowerCase() !== 'utf-8')
    throw new SetUpRefused(path, `it says encoding="${declared}" and is UTF-8`);
  if (/<unattend[\s>]/.test(text)) return text;
  throw new SetUpRefused(path, 'it has no <unattend> element');
}

/** With the longest name that may be filled in, and a longer token than there is. */
function requireSize(path: Path, setUp: SetUp): void {
  const longest = { name: 'x'.repeat(toMaxHostName(setUp)), instanceId: 'x'.repeat(80) };
  const { files } = toContent(setUp, longest);
  const texts = new Set(files.map(({ bytes }) => bytes));
  const bytes = [...texts].reduce((sum, text) => sum + text.length, 0);
  if (bytes <= MAX_TEXT_BYTES) return;
  throw new SetUpRefused(
    path,
    `its files come to ${bytes} bytes with the longest name; ${MAX_TEXT_BYTES} are the most`,
  );
}
