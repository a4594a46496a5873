/** What is cut into pieces on the way arrives whole: lines, letters, sealed bodies, standard input, XML. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { COMMAND_LINE, toStandardInput } from '#adapters/hyperv/winrm/bootstrap.ts';
import {
  MAX_ENVELOPE_BYTES,
  SEND_BYTES,
  toCommand,
  toSend,
} from '#adapters/hyperv/winrm/envelope.ts';
import { createLineReader } from '#adapters/hyperv/winrm/line-reader.ts';
import { createSealing, type Sealing } from '#adapters/hyperv/winrm/ntlm/sealing.ts';
import { find, readXml } from '#adapters/hyperv/winrm/read-xml.ts';
import { sealBody, unsealBody } from '#adapters/hyperv/winrm/sealed-body.ts';
import { createServerSeal } from '#test/fakes/hyperv/ntlm-verifier.ts';

const letters = fc.string({ unit: 'binary' }).map((text) => text.toWellFormed());
const line = letters.map((text) => text.replace(/[\r\n\ufeff]/g, ''));

function readLines(bytes: Buffer, cuts: readonly number[]): string[] {
  const lines: string[] = [];
  const reader = createLineReader((text) => lines.push(text));
  let from = 0;
  for (const cut of cuts.map((it) => it % (bytes.length + 1)).toSorted((a, b) => a - b)) {
    reader.push(bytes.subarray(from, cut));
    from = cut;
  }
  reader.push(bytes.subarray(from));
  reader.end();
  return lines;
}

describe('lines of output', () => {
  it('are the same wherever the bytes were cut, in the middle of letters too', () => {
    fc.assert(
      fc.property(
        fc.array(line),
        fc.array(fc.nat()),
        fc.constantFrom('\n', '\r\n'),
        (all, cuts, end) => {
          const bytes = Buffer.from(all.map((text) => text + end).join(''));

          assert.deepEqual(readLines(bytes, cuts), all);
        },
      ),
    );
  });

  it('include the last one without an end, and lose the mark of UTF-8 before the first', () => {
    assert.deepEqual(readLines(Buffer.from('\ufeffa\r\n\ufeffb'), []), ['a', '\ufeffb']);
  });

  it('are refused when one has no end', () => {
    const reader = createLineReader(() => {});
    const piece = Buffer.alloc(2 ** 20, 'x');

    assert.throws(() => {
      for (let count = 0; count < 17; count += 1) reader.push(piece);
    }, /has no end/);
  });
});

describe('a sealed body', () => {
  it('is refused when a single bit of it was changed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), fc.nat(7), (content, place, bit) => {
        const sessionKey = Buffer.alloc(16, 3);
        const body = sealBody(createSealing(sessionKey), Buffer.from(content));
        const start = body.lastIndexOf('octet-stream\r\n') + 18;
        const end = body.lastIndexOf('--Encrypted Boundary--');
        const at = start + (place % (end - start));
        body[at] = (body[at] ?? 0) ^ (1 << bit);

        // Read with the keys of the direction that it was written in.
        assert.equal(unsealBody(mirror(sessionKey), body), undefined);
      }),
    );
  });

  it('opens with the other side’s keys, in its turn alone', () => {
    const sessionKey = Buffer.alloc(16, 3);
    const own = createSealing(sessionKey);
    const [first, second] = ['one', 'two'].map((text) => sealBody(own, Buffer.from(text)));
    assert.ok(first && second);

    assert.equal(unsealBody(mirror(sessionKey), first)?.toString(), 'one');
    assert.equal(unsealBody(mirror(sessionKey), second), undefined, 'out of turn');
    assert.equal(unsealBody(createSealing(sessionKey), first), undefined, 'one of our own');
  });

  it('is refused when it is cut, at any byte', () => {
    const sessionKey = Buffer.alloc(16, 3);
    const whole = sealBody(createSealing(sessionKey), Buffer.from('plain'));

    for (let length = 0; length < whole.length; length += 1)
      assert.equal(unsealBody(mirror(sessionKey), whole.subarray(0, length)), undefined);
  });
});

/** The server's half of the sealing, written apart from the client's: it reads what the client writes. */
function mirror(sessionKey: Buffer): Sealing {
  const seal = createServerSeal(sessionKey);
  return {
    seal: seal.close,
    unseal: ({ signature, data }) => {
      try {
        return seal.open(signature, data);
      } catch {
        return undefined;
      }
    },
  };
}

describe('a request', () => {
  const to = { url: 'https://h:5986/wsman', sessionId: 's', operationSeconds: 20 };

  it('fits into an envelope with the most standard input at once', () => {
    const of = { shellId: 'x'.repeat(80), commandId: 'y'.repeat(80) };
    const sent = toSend(to, of, { bytes: Buffer.alloc(SEND_BYTES), isLast: true });

    assert.ok(Buffer.byteLength(sent) <= MAX_ENVELOPE_BYTES, `${sent.length}`);
  });

  it('has a command line that cmd.exe does not cut', () => {
    const words = [COMMAND_LINE.command, ...COMMAND_LINE.arguments].join(' ');

    assert.ok(words.length < 8_191, `${words.length} letters`);
    assert.match(words, /^[\w.+/= -]+$/, 'nothing that cmd.exe reads as its own');
  });

  it('reads back as it was written, whatever the letters', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const safe = text.replace(/[^\x20-\x7e]/g, '');
        const xml = readXml(toCommand(to, 'shell', { command: safe, arguments: [safe, 'b'] }));

        const written = find(xml, 'Body', 'CommandLine')?.children.map((it) => it.text);
        assert.deepEqual(written, [safe, safe, 'b']);
      }),
    );
  });

  it('carries parameters of any kind as data in one line of base64', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), letters), (parameters) => {
        const input = toStandardInput({ script: { name: 'n', text: 't' }, parameters });

        assert.match(input.toString('latin1'), /^[A-Za-z0-9+/]+=*\r\n$/);
        const read = JSON.parse(Buffer.from(input.toString('latin1'), 'base64').toString());
        assert.deepEqual(read.parameters, JSON.parse(JSON.stringify(parameters)));
      }),
    );
  });
});

describe('an answer', () => {
  for (const [what, xml] of [
    ['no XML', 'HTTP/1.1 400'],
    ['cut XML', '<a><b></b>'],
    ['a document type', '<!DOCTYPE a><a/>'],
    ['a document type with entities', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
    ['an entity of its own', '<a>&x;</a>'],
    ['nothing', ''],
  ] as const)
    it(`is not read when it is ${what}`, () => {
      assert.equal(readXml(xml), undefined);
    });
});
