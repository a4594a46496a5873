/** The XML of a WinRM service: what is read of a request, and how Windows words its answers (recorded exchanges). */
import { randomUUID } from 'node:crypto';
import { SaxesParser } from 'saxes';

export const SOAP = 'application/soap+xml;charset=UTF-8';

export const SHELL = 'http://schemas.microsoft.com/wbem/wsman/1/windows/shell';

export interface WsManRequest {
  /** `Create`, `Command`, `Send`, `Receive`, `Signal`, `Delete`, `Identify`; of the action's last part. */
  readonly verb: string;
  readonly action: string;
  readonly resource: string;
  readonly messageId: string;
  readonly shellId: string | undefined;
  readonly commandId: string | undefined;
  readonly operationMs: number;
  readonly maxEnvelopeBytes: number;
  readonly idleTimeOut: string | undefined;
  readonly options: ReadonlyMap<string, string>;
  readonly line: string;
  /** Of Send. */
  readonly input: Buffer;
  readonly isLastInput: boolean;
}

interface Node {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  text: string;
}

export function readRequest(xml: string): WsManRequest {
  const nodes = readNodes(xml);
  const textOf = (name: string) => nodes.find((it) => it.name === name)?.text;
  const attribute = (name: string, key: string) =>
    nodes.map((it) => (it.name === name ? it.attributes[key] : undefined)).find((it) => it);
  const action = textOf('Action') ?? '';
  const isIdentify = nodes.some(({ name }) => name === 'Identify');
  const commandId =
    attribute('Stream', 'CommandId') ??
    attribute('DesiredStream', 'CommandId') ??
    attribute('Signal', 'CommandId');
  const words = ['Command', 'Arguments'].flatMap((name) =>
    nodes.filter((it) => it.name === name).map(({ text }) => text),
  );
  return {
    verb: isIdentify ? 'Identify' : (action.split('/').pop() ?? ''),
    action,
    resource: textOf('ResourceURI') ?? '',
    messageId: textOf('MessageID') ?? '',
    shellId: nodes.find((it) => it.attributes.Name === 'ShellId')?.text.trim(),
    commandId,
    operationMs: Number(/^PT([\d.]+)S$/.exec(textOf('OperationTimeout') ?? '')?.[1] ?? 60) * 1000,
    maxEnvelopeBytes: Number(textOf('MaxEnvelopeSize') ?? 153600),
    idleTimeOut: textOf('IdleTimeOut'),
    options: new Map(
      nodes.flatMap(({ name, attributes, text }) =>
        name === 'Option' ? [[attributes.Name ?? '', text] as const] : [],
      ),
    ),
    line: words.join(' ').trim(),
    input: Buffer.from(textOf('Stream') ?? '', 'base64'),
    isLastInput: /^true$/i.test(attribute('Stream', 'End') ?? ''),
  };
}

function readNodes(xml: string): readonly Node[] {
  const nodes: Node[] = [];
  const open: Node[] = [];
  const parser = new SaxesParser({ xmlns: true });
  parser.on('opentag', (tag) => {
    const named = Object.values(tag.attributes).map((it) => [it.local, it.value] as const);
    const node = { name: tag.local, attributes: Object.fromEntries(named), text: '' };
    nodes.push(node);
    open.push(node);
  });
  const add = (text: string) => {
    const node = open.at(-1);
    if (node) node.text += text;
  };
  parser.on('text', add);
  parser.on('cdata', add); // Go's client sends command lines so
  parser.on('closetag', () => open.pop());
  parser.write(xml).close();
  return nodes;
}

const NAMESPACES = Object.entries({
  s: 'http://www.w3.org/2003/05/soap-envelope',
  a: 'http://schemas.xmlsoap.org/ws/2004/08/addressing',
  x: 'http://schemas.xmlsoap.org/ws/2004/09/transfer',
  w: 'http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd',
  p: 'http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd',
  rsp: SHELL,
})
  .map(([prefix, uri]) => ` xmlns:${prefix}="${uri}"`)
  .join('');

export interface WsManAnswer {
  readonly status: number;
  readonly xml: string;
}

export function toAnswer(action: string, messageId: string, body: string): WsManAnswer {
  const xml =
    `<s:Envelope xml:lang="en-US"${NAMESPACES}><s:Header><a:Action>${action}</a:Action>` +
    `<a:MessageID>uuid:${newId()}</a:MessageID>` +
    '<a:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:To>' +
    `<a:RelatesTo>${toXml(messageId)}</a:RelatesTo></s:Header><s:Body>${body}</s:Body></s:Envelope>`;
  return { status: 200, xml };
}

export interface WsManFault {
  readonly code: number;
  readonly subcode: string;
  readonly words: string;
  readonly isReceivers?: boolean;
}

export const FAULTS = {
  stillRunning: {
    code: 2150858793,
    subcode: 'w:TimedOut',
    isReceivers: true,
    words:
      'The WS-Management service cannot complete the operation within the time specified in OperationTimeout.  ',
  },
  noSuchShell: {
    code: 2150858843,
    subcode: 'w:InvalidSelectors',
    words:
      'The request for the Windows Remote Shell with ShellId failed because the shell was not found on the server. ',
  },
  shells: {
    code: 2150859173,
    subcode: 'w:QuotaLimit',
    words:
      'The WS-Management service cannot process the request. This user is allowed a maximum number of concurrent shells, which has been exceeded. ',
  },
  operations: {
    code: 2150859174,
    subcode: 'w:QuotaLimit',
    words:
      'The WS-Management service cannot process the request. The maximum number of concurrent operations for this user has been exceeded. ',
  },
  /** ERROR_ACCESS_DENIED. */
  accessDenied: { code: 5, subcode: 'w:AccessDenied', words: 'Access is denied. ' },
  notSupported: { code: 2150858770, subcode: 'a:ActionNotSupported', words: 'Not supported.' },
} as const satisfies Record<string, WsManFault>;

/** Windows answers every fault with HTTP 500. */
export function toFault(messageId: string, fault: WsManFault): WsManAnswer {
  const who = fault.isReceivers ? 'Receiver' : 'Sender';
  const body =
    `<s:Fault><s:Code><s:Value>s:${who}</s:Value><s:Subcode><s:Value>${fault.subcode}</s:Value></s:Subcode></s:Code>` +
    `<s:Reason><s:Text xml:lang="en-US">${toXml(fault.words)}</s:Text></s:Reason><s:Detail>` +
    `<f:WSManFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault" Code="${fault.code}" Machine="127.0.0.1">` +
    `<f:Message>${toXml(fault.words)}</f:Message></f:WSManFault></s:Detail></s:Fault>`;
  const action = 'http://schemas.dmtf.org/wbem/wsman/1/wsman/fault';
  return { ...toAnswer(action, messageId, body), status: 500 };
}

export const IDENTIFY: WsManAnswer = {
  status: 200,
  xml:
    '<s:Envelope xml:lang="en-US" xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body>' +
    '<i:IdentifyResponse xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd">' +
    '<i:ProtocolVersion>http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd</i:ProtocolVersion>' +
    '<i:ProductVendor>Microsoft Corporation</i:ProductVendor>' +
    '<i:ProductVersion>OS: 10.0.20348 SP: 0.0 Stack: 3.0</i:ProductVersion></i:IdentifyResponse></s:Body></s:Envelope>',
};

export function newId(): string {
  return randomUUID().toUpperCase();
}

export function toXml(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
