import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { describe, it } from 'node:test';
import type { FileSystemReader } from '#adapters/machine/file-system.ts';
import { checkStorage } from '#adapters/machine/storage-check.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';

function pretend(type: number, mounts = ''): FileSystemReader {
  return { readType: async () => type, readMounts: async () => mounts };
}

describe('storage check (H38)', () => {
  it('takes a local folder, makes it when there is none and leaves nothing in it', async () => {
    using folder = createTemporaryFolder('storage');
    const data = `${folder.path}/a/b`;

    await checkStorage(data);

    assert.deepEqual(readdirSync(data), []);
  });

  it('refuses a network file system by its name', async () => {
    using folder = createTemporaryFolder('storage');
    const types = [
      [0x6969, 'nfs'],
      [0xff534d42, 'cifs'],
      [0xfe534d42 - 2 ** 32, 'smb2'],
    ] as const;

    for (const [type, fileSystem] of types) {
      const facts = { folder: folder.path, reason: 'network_file_system', fileSystem };
      await assert.rejects(checkStorage(folder.path, pretend(type)), {
        code: 'storage_unfit',
        facts,
      });
    }
  });

  it('looks behind FUSE: a block device is local, a remote one is not', async () => {
    using folder = createTemporaryFolder('storage');
    const path = await realpath(folder.path);
    const mounts = (type: string) =>
      [
        '22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw',
        `36 22 0:32 / ${path} rw,nosuid shared:2 - ${type} someone@host:/ rw,user_id=0`,
        '37 22 0:33 / /elsewhere\\040far rw - fuse.other x rw',
        '',
      ].join('\n');

    await checkStorage(folder.path, pretend(0x65735546, mounts('fuseblk')));
    const remote = checkStorage(folder.path, pretend(0x65735546, mounts('fuse.sshfs')));
    await assert.rejects(remote, { code: 'storage_unfit' });
    const unknown = checkStorage(folder.path, pretend(0x65735546));
    await assert.rejects(unknown, { code: 'storage_unfit' });
  });

  it('refuses a file in the place of a folder', async () => {
    using folder = createTemporaryFolder('storage');
    const file = `${folder.path}/data`;
    writeFileSync(file, '');

    for (const place of [file, `${file}/below`]) {
      const facts = { folder: place, reason: 'not_a_directory' };
      await assert.rejects(checkStorage(place), { code: 'storage_unfit', facts });
    }
  });

  it('refuses a read-only folder', { skip: process.platform !== 'linux' }, async () => {
    // Root may write where permissions say no, but not where the kernel does.
    const facts = { folder: '/sys/kernel', reason: 'read_only' };

    const check = checkStorage('/sys/kernel', pretend(0));

    await assert.rejects(check, { code: 'storage_unfit', facts });
  });
});
