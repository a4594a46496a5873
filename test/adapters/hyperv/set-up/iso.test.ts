import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { toIso } from '#adapters/hyperv/set-up/iso.ts';
import { describeImage, listImage, readFromImage } from '#test/helpers/peers/isoinfo.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';

const SECTOR = 2048;
const one = Buffer.from('instance-id: "a"\n');
const files = [
  { name: 'meta-data', bytes: one },
  { name: 'network-config', bytes: Buffer.alloc(SECTOR, 'n') },
  { name: 'user-data', bytes: Buffer.from(`#cloud-config\n# ${'ü😀'.repeat(900)}\n`) },
  { name: 'autounattend.xml', bytes: Buffer.alloc(3 * SECTOR + 1, 'x') },
  { name: 'another-name.yaml', bytes: one },
  { name: 'autounattended.xml', bytes: Buffer.from('another that begins alike') },
];

describe('an image for set-up', () => {
  it(
    'is read by a foreign reader: label, true names, each file byte by byte',
    needsPeer('isoinfo'),
    () => {
      using folder = createTemporaryFolder('iso');
      const path = join(folder.path, 'setup.iso');
      writeFileSync(path, toIso({ label: 'cidata', files }));

      const said = describeImage(path);
      assert.ok(said.includes('Volume id: cidata'), said.join('\n'));
      assert.ok(said.includes('Joliet with UCS level 3 found'), said.join('\n'));
      assert.deepEqual(
        listImage(path, 'joliet').toSorted(),
        files.map(({ name }) => `/${name}`).toSorted(),
      );
      const short = listImage(path, 'primary');
      assert.equal(new Set(short).size, files.length);
      for (const name of short) assert.match(name, /^\/[A-Z0-9]{1,8}\.[A-Z0-9]{0,3};1$/);
      for (const { name, bytes } of files)
        assert.ok(readFromImage(path, `/${name}`).equals(bytes), name);
    },
  );

  it('has whole sectors, as many as it says, and the same bytes each time', () => {
    const image = toIso({ label: 'cidata', files });

    assert.equal(image.length % SECTOR, 0);
    assert.equal(image.readUInt32LE(16 * SECTOR + 80) * SECTOR, image.length);
    assert.ok(image.equals(toIso({ label: 'cidata', files })));
  });

  it('bears its label in both trees, for readers that look at one alone', () => {
    const image = toIso({ label: 'cidata', files });

    const joliet = image.subarray(17 * SECTOR + 40, 17 * SECTOR + 72);
    assert.equal(image.toString('latin1', 16 * SECTOR + 40, 16 * SECTOR + 72).trim(), 'cidata');
    assert.equal(Buffer.from(joliet).swap16().toString('utf16le').trim(), 'cidata');
  });
});
