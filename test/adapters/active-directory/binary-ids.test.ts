import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  isGuid,
  isSid,
  toGuid,
  toRelativeId,
  toSid,
} from '#adapters/active-directory/binary-ids.ts';
import { toShownName } from '#adapters/active-directory/entry.ts';

describe('identities in bytes', () => {
  it('are read as Windows writes them', () => {
    const sid = Buffer.from('0105000000000005150000001b8e3c3c7f7f9b46c2b5a828f4010000', 'hex');
    const guid = Buffer.from('33221100554477668899aabbccddeeff', 'hex');

    assert.equal(toSid(sid), 'S-1-5-21-1010601499-1184595839-682145218-500');
    assert.equal(toSid(Buffer.from('01020000000000052000000020020000', 'hex')), 'S-1-5-32-544');
    assert.equal(toGuid(guid), '00112233-4455-6677-8899-aabbccddeeff');
  });

  it('are none when bytes are missing, too many or of another kind', () => {
    for (const hex of [
      '',
      '01',
      '0105000000000005',
      '02020000000000052000000020020000',
      '0102000000000005200000002002000000',
    ])
      assert.equal(toSid(Buffer.from(hex, 'hex')), undefined, hex);
    assert.equal(toGuid(Buffer.alloc(15)), undefined);
    assert.ok(!isGuid('no-guid') && !isGuid('00112233-4455-6677-8899-aabbccddeeff>'));
    assert.ok(!isSid('S-1-5-32-544>') && !isSid('web-team') && isSid('S-1-5-32-544'));
  });

  it('have a relative id in the domain only', () => {
    assert.equal(toRelativeId('S-1-5-21-1-2-3-513'), '513');
    assert.equal(toRelativeId('S-1-5-32-545'), undefined);
  });

  it('stand under names that people know', () => {
    const names = {
      'CN=Doe\\, Jane (R&D),OU=x': 'Doe, Jane (R&D)',
      'CN=line\\0Abreak,DC=x': 'line\nbreak',
    };
    const more = {
      'CN=M\\C3\\BCller,DC=x': 'Müller',
      'CN=back\\\\slash,DC=x': 'back\\slash',
      odd: 'odd',
    };

    for (const [dn, name] of Object.entries({ ...names, ...more }))
      assert.equal(toShownName(dn), name);
  });
});
