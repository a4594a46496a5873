import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HypervConfig } from '#adapters/hyperv/config.ts';
import { readSetUps } from '#adapters/hyperv/set-up/read-set-up.ts';
import { MAX_TEXT_BYTES } from '#adapters/hyperv/set-up/set-up.ts';

function toTemplates(setUp: object) {
  const template = { name: 'debian', file: 'C:\\t\\debian.vhdx', setUp };
  return HypervConfig.parse({
    ...{ id: 'hv', kind: 'hyperv', hosts: ['hv-1'], user: 'LAB\\u', password: 'x' },
    templates: [{ name: 'plain', file: 'C:\\t\\plain.vhdx' }, template],
  }).templates;
}

const cloud = { kind: 'cloud-init', userData: 'user.yaml', networkConfig: 'net.yaml' };
const unattend = { kind: 'unattend', file: 'answer.xml' };

describe("files of a template's set-up", () => {
  it('are read at start, without the mark that Windows writes before a text', () => {
    const texts = new Map([
      ['user.yaml', '\ufeff#cloud-config\n'],
      ['net.yaml', 'version: 2\n'],
      ['answer.xml', '<?xml version="1.0" encoding="UTF-8"?><unattend xmlns="urn:x"/>'],
    ]);
    const read = (path: string) => texts.get(path) ?? assert.fail(path);

    const found = readSetUps(toTemplates(cloud), read);

    assert.deepEqual([...found.keys()], ['debian']);
    assert.deepEqual(found.get('debian'), {
      ...{ kind: 'cloud-init', userData: '#cloud-config\n', networkConfig: 'version: 2\n' },
    });
    assert.equal(readSetUps(toTemplates(unattend), read).get('debian')?.kind, 'unattend');
  });

  const faults: readonly (readonly [string, object, string, RegExp])[] = [
    ['missing', cloud, 'userData', /user\.yaml cannot be read: ENOENT/],
    ['', cloud, 'userData', /user\.yaml is empty/],
    ['hostname: x\n', cloud, 'userData', /first line must say what it is, as #cloud-config/],
    ['#cloud-config\nhostname: {{nmae}}\n', cloud, 'userData', /\{\{nmae\}\}.*\{\{name\}\}/],
    ['#cloud-config\n\ufffd', cloud, 'userData', /not text in UTF-8/],
    ['#\0c\0l\0', cloud, 'userData', /not text in UTF-8/],
    ['<x/>', unattend, 'file', /no <unattend> element/],
    ['<?xml version="1.0" encoding="utf-16"?><unattend/>', unattend, 'file', /encoding="utf-16"/],
  ];
  for (const [text, setUp, key, words] of faults) {
    it(`are refused by their setting: ${JSON.stringify(text)}`, () => {
      const read = (path: string) => {
        if (text === 'missing') throw new Error(`ENOENT: ${path}`);
        return path === 'net.yaml' ? 'version: 2' : text;
      };

      assert.throws(() => readSetUps(toTemplates(setUp), read), {
        ...{ name: 'SetUpRefused', message: words, path: ['templates', 1, 'setUp', key] },
      });
    });
  }

  it('are refused when they are too large together, counted with the longest names', () => {
    const small = `#${'x'.repeat(MAX_TEXT_BYTES / 2 - 200)}`;
    const readAs = (user: string) => (path: string) => (path === 'net.yaml' ? small : user);

    assert.ok(readSetUps(toTemplates(cloud), readAs(small)));
    for (const user of [`${small}${'y'.repeat(400)}`, `${small}${'{{name}}'.repeat(20)}`])
      assert.throws(() => readSetUps(toTemplates(cloud), readAs(user)), {
        message: /come to \d+ bytes with the longest name; 204800 are the most/,
        path: ['templates', 1, 'setUp'],
      });
  });

  it('are no others than those of the two kinds', () => {
    for (const setUp of [{ kind: 'sysprep' }, { ...cloud, file: 'x' }, { ...unattend, file: '' }])
      assert.throws(() => toTemplates(setUp), { name: 'ZodError' });
  });
});
