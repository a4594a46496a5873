/**
 * What a new VM's guest finds on its small image: cloud-init's `cidata`, or Windows' answer file.
 *
 * Texts are the operator's, with the VM's name and the step's token in place of `{{name}}` and `{{instanceId}}`. A name is
 * taken only where it is a host name: nothing in it can end a scalar or begin an element.
 */
import { createHash } from 'node:crypto';
import { OperationError } from '#core/errors.ts';
import { isHostName } from '#core/inventory/host-name.ts';
import { type IsoContent, type IsoFile, toIso } from './iso.ts';

export type SetUp =
  | {
      readonly kind: 'cloud-init';
      readonly userData: string;
      readonly networkConfig?: string | undefined;
    }
  | { readonly kind: 'unattend'; readonly file: string };

export interface SetUpOfVm {
  readonly name: string;
  /** The step's token, as its folder is called: one a VM. */
  readonly instanceId: string;
}

/** What goes to a host by standard input, in base64 of base64: a minute's work for no WinRM. */
export const MAX_IMAGE_BYTES: number = 256 * 1024;
export const MAX_TEXT_BYTES: number = 200 * 1024;
/** A label of a domain name; a Windows computer's name has 15. */
const LETTERS: Readonly<Record<SetUp['kind'], number>> = { 'cloud-init': 63, unattend: 15 };

/** How long a name the guest can have. */
export function toMaxHostName({ kind }: Pick<SetUp, 'kind'>): number {
  return LETTERS[kind];
}

/** Other texts under the same names are another set-up: what was approved is told by it. */
export function toDigest(setUp: SetUp): string {
  return createHash('sha256').update(JSON.stringify(setUp)).digest('hex').slice(0, 16);
}

/** In base64, as create-vm takes it. @throws OperationError `request_invalid` (not started) when the guest cannot be called so */
export function toSetUpImage(setUp: SetUp, vm: SetUpOfVm): string {
  const max = toMaxHostName(setUp);
  if (!isHostName(vm.name, max))
    throw new OperationError('request_invalid', 'not_started', {
      ...{ name: vm.name, reason: 'no host name', letters: max },
    });
  return toIso(toContent(setUp, vm)).toString('base64');
}

/** Without a look at the name. */
export function toContent(setUp: SetUp, vm: SetUpOfVm): IsoContent {
  if (setUp.kind === 'unattend') return toAnswerFiles(Buffer.from(fillXml(setUp.file, vm), 'utf8'));
  const { userData, networkConfig } = setUp;
  return {
    label: 'cidata',
    files: [
      toFile('meta-data', toMetaData(vm)),
      ...(networkConfig === undefined
        ? []
        : [toFile('network-config', fillYaml(networkConfig, vm))]),
      toFile('user-data', fillYaml(userData, vm)),
    ],
  };
}

/**
 * Windows asks for `Unattend.xml` when a generalised disk starts, for `Autounattend.xml` when it is installed.
 *
 * @see https://learn.microsoft.com/windows-hardware/manufacture/desktop/windows-setup-automation-overview
 */
function toAnswerFiles(bytes: Buffer): IsoContent {
  const names = ['autounattend.xml', 'unattend.xml'];
  return { label: 'SETUP', files: names.map((name) => ({ name, bytes })) };
}

function toFile(name: string, text: string): IsoFile {
  return { name, bytes: Buffer.from(text, 'utf8') };
}

function toMetaData({ name, instanceId }: SetUpOfVm): string {
  const lines = [`instance-id: ${JSON.stringify(instanceId)}`];
  return `${[...lines, `local-hostname: ${JSON.stringify(name)}`].join('\n')}\n`;
}

export const PLACEHOLDERS: readonly string[] = ['name', 'instanceId'];
/** Of one word: what has a dot or a filter is a template language's own. */
export const PLACEHOLDER: RegExp = /\{\{ ?(\w+) ?\}\}/g;

function fillXml(text: string, vm: SetUpOfVm): string {
  return fill(text, (word) => toXmlText(findValue(vm, word) ?? ''));
}

function toXmlText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}

/** A whole scalar is quoted, so that `null` and `12e3` stay names; inside one the letters stand alone. */
function fillYaml(text: string, vm: SetUpOfVm): string {
  const lines = text.split('\n').map((line) =>
    fill(line, (word, at, length) => {
      const value = findValue(vm, word) ?? '';
      const isWhole = beginsScalar(line.slice(0, at)) && endsScalar(line.slice(at + length));
      return isWhole ? JSON.stringify(value) : value;
    }),
  );
  return lines.join('\n');
}

function beginsScalar(before: string): boolean {
  const trimmed = before.trimEnd();
  if (trimmed === '' || /[[{,]$/.test(trimmed)) return true;
  return /[:-]$/.test(trimmed) && trimmed.length < before.length;
}

function endsScalar(after: string): boolean {
  const trimmed = after.trimStart();
  return trimmed === '' || /^[,\]}]/.test(trimmed) || /^\s+#/.test(after);
}

function findValue({ name, instanceId }: SetUpOfVm, word: string): string | undefined {
  if (word === 'name') return name;
  return word === 'instanceId' ? instanceId : undefined;
}

function fill(text: string, give: (word: string, at: number, length: number) => string): string {
  return text.replace(PLACEHOLDER, (whole, word: string, at: number) =>
    give(word, at, whole.length),
  );
}
