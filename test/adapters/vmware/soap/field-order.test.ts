import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { FIELD_ORDER } from '#adapters/vmware/soap/field-order.ts';
import { toWire } from '#adapters/vmware/soap/to-wire.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { findVcenterPart } from '#test/helpers/peers/vcenter-build.ts';

describe('the order of fields', () => {
  it('is that of the schema made from govmomi’s types', needsPeer('vim-xsd'), () => {
    const xsd = readFileSync(findVcenterPart('vim.xsd'), 'utf8');
    for (const [type, fields] of Object.entries(FIELD_ORDER)) {
      const declared = listFields(xsd, type);

      const places = Object.keys(fields).map((field) => declared.indexOf(field));

      assert.ok(!places.includes(-1), `${type} has no ${Object.keys(fields)[places.indexOf(-1)]}`);
      assert.deepEqual(
        places,
        places.toSorted((a, b) => a - b),
        type,
      );
    }
  });

  it('is kept whatever order the caller writes, references and lists included', () => {
    const wire = toWire('VirtualMachineRelocateSpec', {
      host: { type: 'HostSystem', value: 'host-1' },
      datastore: { type: 'Datastore', value: 'datastore-1' },
      pool: undefined,
    });

    assert.deepEqual(
      JSON.stringify(wire),
      JSON.stringify({
        datastore: { attributes: { type: 'Datastore' }, $value: 'datastore-1' },
        host: { attributes: { type: 'HostSystem' }, $value: 'host-1' },
      }),
    );
  });

  it('names the type where a slot takes several', () => {
    const wire = toWire('VirtualDeviceConfigSpec', {
      device: { _type: 'VirtualVmxnet3', key: 4000 },
      operation: 'edit',
    });

    assert.deepEqual(wire, {
      operation: 'edit',
      device: { attributes: { 'xsi:type': 'VirtualVmxnet3' }, key: 4000 },
    });
  });

  it('refuses a type or a field that it does not know', () => {
    assert.throws(() => toWire('NoSuchSpec', {}), /NoSuchSpec/);
    assert.throws(() => toWire('RetrieveOptions', { maxObject: 1 }), /maxObject/);
  });
});

/** The elements of a type, those of its bases first. */
function listFields(xsd: string, type: string): string[] {
  const body = new RegExp(`<complexType name="${type}">(.*?)</complexType>`, 's').exec(xsd)?.[1];
  assert.ok(body !== undefined, `no type ${type}`);
  const base = /<extension base="vim25:([^"]+)">/.exec(body)?.[1];
  const own = [...body.matchAll(/<element name="([^"]+)"/g)].map(([, name]) => name ?? '');
  return [...(base ? listFields(xsd, base) : []), ...own];
}
