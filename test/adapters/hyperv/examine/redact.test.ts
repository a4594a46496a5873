/** What of an exchange goes out, value by value: what is on no list does not. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRedactor } from '#adapters/hyperv/examine/redact.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const toStream = (text: string, name = 'stdout') =>
  `<rsp:Stream Name="${name}" CommandId="C0FFEE00-1111-4222-8333-444455556666">${base64(text)}</rsp:Stream>`;
const toReceive = (...streams: string[]) =>
  `<s:Body><rsp:ReceiveResponse>${streams.join('')}</rsp:ReceiveResponse></s:Body>`;
const readStreams = (xml: string) =>
  [...xml.matchAll(/<rsp:Stream [^>]*>([^<]*)</g)].map(([, text = '']) =>
    Buffer.from(text, 'base64').toString('utf8'),
  );

function redact(response: string, names: readonly string[] = ['svc-drover', 'hv01']): string {
  return (
    createRedactor(names).redact({ request: '<s:Envelope/>', status: 200, response }).response ?? ''
  );
}

describe('what is recorded', () => {
  it('has no text of an element that is not on the list, whoever wrote it there', () => {
    const owner = '<rsp:Owner>LAB\\somebody</rsp:Owner><rsp:ClientIP>10.1.2.3</rsp:ClientIP>';
    const limits = '<cfg:MaxShellsPerUser>30</cfg:MaxShellsPerUser><cfg:New>Relaxed</cfg:New>';

    const written = redact(`<s:Body>${owner}${limits}<!-- hv02 --><![CDATA[hv>03]]></s:Body>`);

    assert.doesNotMatch(written, /somebody|10\.1\.2\.3|hv02|hv>?03/);
    assert.match(written, /<rsp:Owner>\(redacted\)<\/rsp:Owner>/);
    assert.ok(written.includes(limits));
  });

  it('has no attribute that is not on the list, however it is quoted', () => {
    const fault = `<f:WSManFault Code="5" Machine="fs02.corp.example" a = 'fs03>x' Name="fs04 sales"/>`;

    const written = redact(`<s:Detail>${fault}<a fs05 Code="1"></s:Detail>`);

    assert.doesNotMatch(written, /fs0/);
    assert.match(written, /Code="5" Machine="\(redacted\)"/);
  });

  it('has no name that is known, also where its place is on the list', () => {
    assert.equal(redact('<Value>hv01:x</Value>'), '<Value>(redacted)</Value>');
    assert.equal(redact('<Value>w:TimedOut</Value>'), '<Value>w:TimedOut</Value>');
  });

  it('counts an id, and gives it one number wherever it stands', () => {
    const id = 'C0FFEE00-1111-4222-8333-444455556666';
    const other = 'AAAAAAAA-1111-4222-8333-444455556666';

    const written = redact(
      `<a CommandId="${id}"><M>uuid:${id.toLowerCase()}</M><M>${other}</M></a>`,
    );

    assert.equal(
      written,
      '<a CommandId="00000000-0000-4000-8000-000000000001"><M>uuid:00000000-0000-4000-8000-000000000001</M><M>00000000-0000-4000-8000-000000000002</M></a>',
    );
  });

  it('has of standard error and of noise that there was some, and no word of it', () => {
    const error = '#< CLIXML\r\n<Objs><S S="Error">C:\\Users\\meier</S></Objs>\r\n';

    const [stderr, stdout] = readStreams(
      redact(
        toReceive(toStream(error, 'stderr'), toStream('hello meier\r\n\u001e{"t":"meier\r\n')),
      ),
    );

    assert.equal(stderr, '(redacted)\r\n(redacted)\r\n');
    assert.equal(stdout, '(redacted)\r\n(redacted)\r\n');
  });

  it('has of a fault and a warning what kind they are', () => {
    const fault = {
      ...{ id: 'AccessDenied,Microsoft.HyperV.PowerShell.Commands.GetVMHost', begun: false },
      ...{ category: 'PermissionDenied', type: 'System.Exception', hresult: -2146233088 },
      ...{ message: 'meier darf nicht', facts: { path: 'C:\\VMs\\meier' } },
    };
    const lines = [
      { t: 'warning', v: 'meier' },
      { t: 'fault', v: fault },
    ].map((record) => `\u001e${JSON.stringify(record)}\r\n`);

    const [text = ''] = readStreams(redact(toReceive(toStream(lines.join('')))));

    assert.doesNotMatch(text, /meier/);
    assert.match(text, /"id":"AccessDenied,Microsoft\.HyperV\.PowerShell\.Commands\.GetVMHost"/);
    assert.match(text, /"hresult":-2146233088/);
  });

  it('gives a value of an answer by its key, and each name one placeholder', () => {
    const answer = { name: 'SRV9', state: 'Up', who: 'srv9', version: '10.0', odd: 'meier', n: 3 };
    const line = `\u001e${JSON.stringify({ t: 'out', v: answer })}\r\n`;

    const [text = ''] = readStreams(redact(toReceive(toStream(line))));

    assert.deepEqual(JSON.parse(text.slice(1)).v, {
      ...{ name: 'name-1', state: 'Up', who: 'name-1', version: '10.0', odd: 'name-2', n: 3 },
    });
  });

  it('joins a line that came in two answers, and ends it in the second', () => {
    const redactor = createRedactor([]);
    const bytes = Buffer.from(`\u001e${JSON.stringify({ t: 'out', v: { name: 'Käthe' } })}\r\n`);
    const cut = bytes.indexOf(0xa4); // in the middle of the ä
    const [first, second] = [bytes.subarray(0, cut), bytes.subarray(cut)].map((part) => {
      const stream = `<rsp:Stream Name="stdout" CommandId="x">${part.toString('base64')}</rsp:Stream>`;
      return redactor.redact({ request: '<a/>', response: toReceive(stream) }).response ?? '';
    });

    assert.deepEqual(readStreams(first ?? ''), ['']);
    assert.deepEqual(readStreams(second ?? ''), ['\u001e{"t":"out","v":{"name":"name-1"}}\r\n']);
  });
});
