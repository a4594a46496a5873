import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import {
  MAX_IMAGE_BYTES,
  MAX_TEXT_BYTES,
  type SetUp,
  toContent,
  toDigest,
  toSetUpImage,
} from '#adapters/hyperv/set-up/set-up.ts';
import { readXml } from '#adapters/hyperv/winrm/read-xml.ts';
import { HOSTILE_WORDS } from '../scripts/hostile-words.ts';

const vm = { name: 'web-1', instanceId: 'J17_clone-vm' };

function read(setUp: SetUp, of = vm): Readonly<Record<string, string>> {
  const { files } = toContent(setUp, of);
  return Object.fromEntries(files.map(({ name, bytes }) => [name, Buffer.from(bytes).toString()]));
}

describe("a guest's set-up", () => {
  it('is cidata with meta-data of its own: the token is the instance, the name the host', () => {
    const { label } = toContent({ kind: 'cloud-init', userData: '#cloud-config\n' }, vm);
    const files = read({
      kind: 'cloud-init',
      userData: '#cloud-config\n',
      networkConfig: 'version: 2\n',
    });

    assert.equal(label, 'cidata');
    assert.deepEqual(Object.keys(files), ['meta-data', 'network-config', 'user-data']);
    assert.deepEqual(parse(files['meta-data'] ?? ''), {
      'instance-id': 'J17_clone-vm',
      'local-hostname': 'web-1',
    });
  });

  it('keeps a name that YAML would read as a number, as nothing or as yes', () => {
    const userData = [
      '#cloud-config',
      'hostname: {{name}}',
      'fqdn: {{name}}.corp.example # the same {{ name }}',
      'quoted: "host {{name}} of {{instanceId}}"',
      "single: '{{name}}'",
      'flow: [{{name}}, {{ name }},{{name}}]',
      'map: {a: {{name}}}',
      'list:',
      '  - {{name}}',
      '  - {{name}} # said',
      '  - echo {{name}} > /etc/x',
    ].join('\n');
    for (const name of ['null', 'yes', '1e5', '0x1F', 'true', '12e3', 'web-1', 'n']) {
      const files = read({ kind: 'cloud-init', userData }, { ...vm, name });

      assert.deepEqual(parse(files['user-data'] ?? '', { version: '1.1' }), {
        ...{ hostname: name, fqdn: `${name}.corp.example`, single: name },
        quoted: `host ${name} of J17_clone-vm`,
        ...{ flow: [name, name, name], map: { a: name } },
        list: [name, name, `echo ${name} > /etc/x`],
      });
      assert.equal(parse(files['meta-data'] ?? '', { version: '1.1' })['local-hostname'], name);
    }
  });

  it('fills an answer file, and leaves what belongs to others as it is', () => {
    const file =
      '<unattend><ComputerName>{{name}}</ComputerName><x a="{{instanceId}}">{{ds.x}}</x></unattend>';

    const files = read({ kind: 'unattend', file });

    assert.deepEqual(Object.keys(files), ['autounattend.xml', 'unattend.xml']);
    assert.equal(files['unattend.xml'], files['autounattend.xml']);
    const xml = files['autounattend.xml'] ?? '';
    assert.equal(
      xml,
      '<unattend><ComputerName>web-1</ComputerName><x a="J17_clone-vm">{{ds.x}}</x></unattend>',
    );
    assert.ok(readXml(xml));
  });

  it('H35 takes a host name alone: no word that is code somewhere comes into a text', () => {
    const cloud: SetUp = { kind: 'cloud-init', userData: '#cloud-config\n' };
    const refused = { code: 'request_invalid', end: 'not_started' };
    const words = HOSTILE_WORDS.filter((word) => !/^(true|null)$/.test(word));
    for (const name of [...words, '', '123', '-a', 'a-', 'a.b', 'a_b', 'x'.repeat(64), 'web\n'])
      assert.throws(() => toSetUpImage(cloud, { ...vm, name }), refused, JSON.stringify(name));
    assert.throws(
      () =>
        toSetUpImage({ kind: 'unattend', file: '<unattend/>' }, { ...vm, name: 'x'.repeat(16) }),
      { ...refused, facts: { name: 'x'.repeat(16), reason: 'no host name', letters: 15 } },
    );
    assert.ok(toSetUpImage(cloud, { ...vm, name: 'x'.repeat(63) }));
    assert.ok(
      toSetUpImage({ kind: 'unattend', file: '<unattend/>' }, { ...vm, name: 'x'.repeat(15) }),
    );
  });

  it('is never larger than the image may be, when its texts are as large as they may be', () => {
    const userData = `#${'x'.repeat(MAX_TEXT_BYTES - 3000)}`;
    const networkConfig = 'y'.repeat(2000);

    const image = toSetUpImage({ kind: 'cloud-init', userData, networkConfig }, vm);

    const answer = `<unattend>${'x'.repeat(MAX_TEXT_BYTES - 21)}</unattend>`;
    const twice = toSetUpImage({ kind: 'unattend', file: answer }, vm);

    for (const one of [image, twice])
      assert.ok(Buffer.from(one, 'base64').length <= MAX_IMAGE_BYTES, String(one.length));
  });

  it('has another digest with another text', () => {
    const one = toDigest({ kind: 'unattend', file: '<unattend/>' });

    assert.notEqual(one, toDigest({ kind: 'unattend', file: '<unattend />' }));
    assert.equal(one, toDigest({ kind: 'unattend', file: '<unattend/>' }));
  });
});
