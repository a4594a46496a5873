/** Known answers: RFC 1320 A.5 (MD4), RFC 6229 (RC4), MS-NLMP 4.2.4 (NTLMv2). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  toBlob,
  toDirectionKey,
  toProof,
  toResponseKey,
  toSessionBaseKey,
  toUtf16,
} from '#adapters/hyperv/winrm/ntlm/keys.ts';
import { md4 } from '#adapters/hyperv/winrm/ntlm/md4.ts';
import {
  readChallenge,
  toAuthenticateMessage,
  toNegotiateMessage,
} from '#adapters/hyperv/winrm/ntlm/messages.ts';
import { createRc4 } from '#adapters/hyperv/winrm/ntlm/rc4.ts';
import { createSealing } from '#adapters/hyperv/winrm/ntlm/sealing.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('MD4', () => {
  const digits = '1234567890';
  for (const [text, hash] of [
    ['', '31d6cfe0d16ae931b73c59d7e0c089c0'],
    ['a', 'bde52cb31de33e46245e05fbdbd6fb24'],
    ['abc', 'a448017aaf21d8525fc10ae87aa6729d'],
    ['message digest', 'd9130a8164549fe818874806e1c7014b'],
    ['abcdefghijklmnopqrstuvwxyz', 'd79e1c308aa5bbcdeea8ed63df412da9'],
    [
      'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
      '043f8582f241db351ce627e153e7f0e4',
    ],
    [digits.repeat(8), 'e33b4ddc9c38f2199c3e7b164fcc0536'],
  ] as const)
    it(`of "${text.slice(0, 20)}" is RFC 1320's`, () => {
      assert.equal(md4(Buffer.from(text)).toString('hex'), hash);
    });
});

describe('RC4', () => {
  it("gives RFC 6229's stream for a key of 128 bits, over several calls", () => {
    const cipher = createRc4(hex('0102030405060708090a0b0c0d0e0f10'));

    const first = cipher.update(Buffer.alloc(7));
    const second = cipher.update(Buffer.alloc(25));

    assert.equal(
      Buffer.concat([first, second]).toString('hex'),
      '9ac7cc9a609d1ef7b2932899cde41b975248c4959014126a6e8a84f11d1a9e1c',
    );
  });
});

/** MS-NLMP 4.2.1 and 4.2.4: user, password and domain, both challenges, time 0, the session key. */
const account = { user: 'User', password: 'Password', domain: 'Domain' };
const serverChallenge = hex('0123456789abcdef');
const clientChallenge = Buffer.alloc(8, 0xaa);
const sessionKey = Buffer.alloc(16, 0x55);
const targetInfo = hex(
  '02000c0044006f006d00610069006e00 01000c00530065007200760065007200 00000000',
);

describe('NTLMv2, by the known answers of MS-NLMP 4.2.4', () => {
  const key = toResponseKey(account.user, account.password, account.domain);
  const blob = toBlob(Buffer.alloc(8), clientChallenge, targetInfo);
  const proof = toProof(key, serverChallenge, blob);

  it('hashes the password (4.2.2.1.2) and makes the response key (4.2.4.1.1)', () => {
    assert.equal(md4(toUtf16('Password')).toString('hex'), 'a4f49c406510bdcab6824ee7c30fd852');
    assert.equal(key.toString('hex'), '0c868a403bfd7a93a3001ef22ef02e3f');
  });

  it('makes proof (4.2.4.2.2) and session base key (4.2.4.1.2)', () => {
    assert.equal(proof.toString('hex'), '68cd0ab851e51c96aabc927bebef6a1c');
    assert.equal(toSessionBaseKey(key, proof).toString('hex'), '8de40ccadbc14a82f15cb0ad0de95ca3');
  });

  it('encrypts the session key (4.2.4.2.3)', () => {
    const encrypted = createRc4(toSessionBaseKey(key, proof)).update(sessionKey);

    assert.equal(encrypted.toString('hex'), 'c5dad2544fc9799094ce1ce90bc9d03e');
  });

  it('derives signing and sealing keys, and seals (4.2.4.4)', () => {
    const derive = (use: 'signing' | 'sealing') =>
      toDirectionKey(sessionKey, 'client-to-server', use).toString('hex');

    const sealed = createSealing(sessionKey).seal(toUtf16('Plaintext'));

    assert.equal(derive('sealing'), '59f600973cc4960a25480a7c196e4c58');
    assert.equal(derive('signing'), '4788dc861b4782f35d43fd98fe1a2d39');
    assert.equal(sealed.data.toString('hex'), '54e50165bf1936dc996020c1811b0f06fb5f');
    assert.equal(sealed.signature.toString('hex'), '010000007fb38ec5c55d497600000000');
  });

  it('turns letters of the user one by one, as Windows does', () => {
    const key = (user: string) => toResponseKey(user, 'Password', 'Domain').toString('hex');

    assert.equal(key('straße'), key('STRAßE'));
    assert.notEqual(key('straße'), key('STRASSE'));
    assert.equal(key('jürgen'), key('JÜRGEN'));
  });
});

/** A challenge with the flags of 4.2.4 (0xe28a8233) and, if wished, a time. */
function toChallenge(flags = 0xe28a8233, isTimed = false): Buffer {
  const time = isTimed ? hex('07000800 0102030405060708') : Buffer.alloc(0);
  const info = Buffer.concat([targetInfo.subarray(0, -4), time, Buffer.alloc(4)]);
  const head = Buffer.alloc(56);
  head.write('NTLMSSP\0', 'latin1');
  head.writeUInt32LE(2, 8);
  head.writeUInt32LE(flags, 20);
  serverChallenge.copy(head, 24);
  head.writeUInt16LE(info.length, 40);
  head.writeUInt16LE(info.length, 42);
  head.writeUInt32LE(56, 44);
  return Buffer.concat([head, info]);
}

describe('a challenge', () => {
  it('is read with its flags and pairs', () => {
    const read = readChallenge(toChallenge());

    assert.deepEqual(read?.serverChallenge, serverChallenge);
    assert.equal(read?.pairs.get(2)?.toString('utf16le'), 'Domain');
  });

  for (const [what, flags] of [
    ['extended session security', 0xe28a8233 & ~0x80000],
    ['128 bits', 0xe28a8233 & ~0x20000000],
    ['target information', 0xe28a8233 & ~0x800000],
  ] as const)
    it(`is refused without ${what}: the login would be a weak one`, () => {
      assert.equal(readChallenge(toChallenge(flags >>> 0)), undefined);
    });

  it('is refused when it is cut, at any byte', () => {
    const whole = toChallenge();

    for (let length = 0; length < whole.length; length += 1)
      assert.equal(readChallenge(whole.subarray(0, length)), undefined, `${length} bytes`);
  });
});

describe('an answer to a challenge', () => {
  const answer = (challengeMessage: Buffer) => {
    const challenge = readChallenge(challengeMessage);
    assert.ok(challenge);
    return toAuthenticateMessage({
      account,
      negotiateMessage: toNegotiateMessage(),
      challengeMessage,
      challenge,
      channelBinding: Buffer.alloc(16, 7),
      servicePrincipal: 'HTTP/hv01',
      random: { clientChallenge, sessionKey },
      nowMs: 0,
    });
  };

  it('carries a MIC and no LM response when the server says the time', () => {
    const { message } = answer(toChallenge(undefined, true));

    assert.notDeepEqual(message.subarray(72, 88), Buffer.alloc(16));
    const lm = message.readUInt32LE(16);
    assert.deepEqual(message.subarray(lm, lm + 24), Buffer.alloc(24));
    assert.ok(message.includes(hex('06000400 02000000')), 'MsvAvFlags says that there is one');
  });

  it('carries neither when it does not, but the LMv2 response of 4.2.4.2.1', () => {
    const { message } = answer(toChallenge());

    const lm = message.readUInt32LE(16);
    assert.equal(
      message.subarray(lm, lm + 24).toString('hex'),
      '86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa',
    );
    assert.ok(!message.includes(hex('06000400 02000000')));
  });

  it('names channel and service', () => {
    const { message } = answer(toChallenge());

    assert.ok(message.includes(Buffer.concat([hex('0a001000'), Buffer.alloc(16, 7)])));
    assert.ok(message.includes(Buffer.concat([hex('09001200'), toUtf16('HTTP/hv01')])));
  });
});
