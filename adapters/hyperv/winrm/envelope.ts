/**
 * Writes the requests of WinRM's text shell.
 *
 * @see MS-WSMV 3.1.4 and DSP0226 (WS-Management)
 */
import { randomUUID } from 'node:crypto';

const SHELL = 'http://schemas.microsoft.com/wbem/wsman/1/windows/shell';
const TRANSFER = 'http://schemas.xmlsoap.org/ws/2004/09/transfer';
const ANONYMOUS = 'http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous';
export const TERMINATE = `${SHELL}/signal/terminate`;

/** Every host takes it, Server 2008 R2 included (its MaxEnvelopeSizekb is 150). */
export const MAX_ENVELOPE_BYTES = 153_600;
/** Standard input for one Send: in base64, with 4 kB of envelope around it, it fits. */
export const SEND_BYTES: number = Math.floor((MAX_ENVELOPE_BYTES - 4_096) / 4) * 3;

const NAMESPACES =
  'xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" ' +
  'xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd" ' +
  `xmlns:rsp="${SHELL}"`;

export interface Addressed {
  /** Where the request goes: `https://host:5986/wsman`. */
  readonly url: string;
  /** One for the life of a connection. */
  readonly sessionId: string;
  readonly operationSeconds: number;
}

interface Request {
  readonly action: string;
  readonly body: string;
  readonly options?: Readonly<Record<string, string>>;
  readonly shellId?: string;
  /** The text shell, unless said otherwise. */
  readonly resource?: string;
}

/** Without profile and in UTF-8, whatever the account and the host are set to. */
const SHELL_OPTIONS = { WINRS_NOPROFILE: 'TRUE', WINRS_CODEPAGE: '65001' };

export function toCreate(to: Addressed, idleSeconds: number): string {
  // In the order of clients that are proven on Windows.
  const body =
    '<rsp:Shell><rsp:InputStreams>stdin</rsp:InputStreams>' +
    '<rsp:OutputStreams>stdout stderr</rsp:OutputStreams>' +
    `<rsp:IdleTimeOut>PT${idleSeconds}S</rsp:IdleTimeOut></rsp:Shell>`;
  return toEnvelope(to, { action: `${TRANSFER}/Create`, body, options: SHELL_OPTIONS });
}

export function toDelete(to: Addressed, shellId: string): string {
  return toEnvelope(to, { action: `${TRANSFER}/Delete`, body: '', shellId });
}

export interface CommandLine {
  readonly command: string;
  readonly arguments: readonly string[];
}

/** Standard input is a pipe; the line goes by cmd.exe, as in every exchange recorded from Windows. */
const COMMAND_OPTIONS = { WINRS_CONSOLEMODE_STDIN: 'FALSE', WINRS_SKIP_CMD_SHELL: 'FALSE' };

export function toCommand(to: Addressed, shellId: string, line: CommandLine): string {
  const args = line.arguments
    .map((it) => `<rsp:Arguments>${toXmlText(it)}</rsp:Arguments>`)
    .join('');
  const body = `<rsp:CommandLine><rsp:Command>${toXmlText(line.command)}</rsp:Command>${args}</rsp:CommandLine>`;
  return toEnvelope(to, { action: `${SHELL}/Command`, body, options: COMMAND_OPTIONS, shellId });
}

export interface OfCommand {
  readonly shellId: string;
  readonly commandId: string;
}

export function toSend(
  to: Addressed,
  { shellId, commandId }: OfCommand,
  { bytes, isLast }: { readonly bytes: Buffer; readonly isLast: boolean },
): string {
  const end = isLast ? ' End="true"' : '';
  const body =
    `<rsp:Send><rsp:Stream Name="stdin" CommandId="${toXmlText(commandId)}"${end}>` +
    `${bytes.toString('base64')}</rsp:Stream></rsp:Send>`;
  return toEnvelope(to, { action: `${SHELL}/Send`, body, shellId });
}

export function toReceive(to: Addressed, { shellId, commandId }: OfCommand): string {
  const body =
    `<rsp:Receive><rsp:DesiredStream CommandId="${toXmlText(commandId)}">stdout stderr` +
    '</rsp:DesiredStream></rsp:Receive>';
  const options = { WSMAN_CMDSHELL_OPTION_KEEPALIVE: 'TRUE' };
  return toEnvelope(to, { action: `${SHELL}/Receive`, body, options, shellId });
}

export function toTerminate(to: Addressed, { shellId, commandId }: OfCommand): string {
  const body = `<rsp:Signal CommandId="${toXmlText(commandId)}"><rsp:Code>${TERMINATE}</rsp:Code></rsp:Signal>`;
  return toEnvelope(to, { action: `${SHELL}/Signal`, body, shellId });
}

/** WinRM's own settings; administrators alone may read them. */
export function toGetConfig(to: Addressed): string {
  const resource = 'http://schemas.microsoft.com/wbem/wsman/1/config';
  return toEnvelope(to, { action: `${TRANSFER}/Get`, body: '', resource });
}

function toEnvelope(
  to: Addressed,
  { action, body, options, shellId, resource = `${SHELL}/cmd` }: Request,
): string {
  const optionSet = Object.entries(options ?? {})
    .map(([name, value]) => `<w:Option Name="${name}">${value}</w:Option>`)
    .join('');
  const selector =
    shellId === undefined
      ? ''
      : `<w:SelectorSet><w:Selector Name="ShellId">${toXmlText(shellId)}</w:Selector></w:SelectorSet>`;
  return (
    `<s:Envelope ${NAMESPACES}><s:Header><a:To>${toXmlText(to.url)}</a:To>` +
    `<a:ReplyTo><a:Address s:mustUnderstand="true">${ANONYMOUS}</a:Address></a:ReplyTo>` +
    `<a:Action s:mustUnderstand="true">${action}</a:Action>` +
    `<w:MaxEnvelopeSize s:mustUnderstand="true">${MAX_ENVELOPE_BYTES}</w:MaxEnvelopeSize>` +
    `<a:MessageID>uuid:${randomUUID()}</a:MessageID>` +
    // Words of faults in one language; results never depend on it.
    '<w:Locale s:mustUnderstand="false" xml:lang="en-US"/><p:DataLocale s:mustUnderstand="false" xml:lang="en-US"/>' +
    `<p:SessionId s:mustUnderstand="false">uuid:${to.sessionId}</p:SessionId>` +
    `<w:OperationTimeout>PT${to.operationSeconds}S</w:OperationTimeout>` +
    `<w:ResourceURI s:mustUnderstand="true">${resource}</w:ResourceURI>` +
    (optionSet === '' ? '' : `<w:OptionSet s:mustUnderstand="true">${optionSet}</w:OptionSet>`) +
    `${selector}</s:Header><s:Body>${body}</s:Body></s:Envelope>`
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

function toXmlText(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => ENTITIES[letter] ?? '');
}
