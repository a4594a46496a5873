import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findShapes } from '#adapters/vmware/filter-spec.ts';
import { VmProperties } from '#adapters/vmware/schema.ts';
import { createAnswerReader } from '#adapters/vmware/soap/answer-reader.ts';
import { toEnvelopeShape, toRetrieveShape } from '#adapters/vmware/soap/answer-shapes.ts';

const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
const tokens: string[] = [];
const SHAPE = toEnvelopeShape(
  'RetrievePropertiesEx',
  toRetrieveShape(findShapes({ VirtualMachine: VmProperties }), (token) => tokens.push(token)),
);

const property = (name: string, val: string) => `<propSet><name>${name}</name>${val}</propSet>`;
const answer = (properties: string) =>
  `<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="${XSI}"><s:Body>` +
  '<RetrievePropertiesExResponse xmlns="urn:vim25"><returnval><token>t</token><objects>' +
  `<obj type="VirtualMachine">vm-1</obj>${properties}</objects></returnval>` +
  '</RetrievePropertiesExResponse></s:Body></s:Envelope>';

describe('the reader of answers', () => {
  it('keeps what the schema names and nothing else', () => {
    const read = readProperties(
      property(
        'config.hardware',
        '<val xsi:type="VirtualHardware"><numCPU>4</numCPU><secret>x</secret></val>',
      ) + property('config.annotation', '<val xsi:type="xsd:string">never asked for</val>'),
    );

    assert.deepEqual(read, { 'config.hardware': { _type: 'VirtualHardware', numCPU: 4 } });
  });

  it('turns numbers, booleans and references, and leaves texts as they are', () => {
    const read = readProperties(
      property('summary.config', '<val><template>1</template></val>') +
        property('name', '<val xsi:type="xsd:string">  0042  </val>') +
        property(
          'runtime.host',
          '<val type="HostSystem" xsi:type="ManagedObjectReference">host-7</val>',
        ),
    );

    assert.deepEqual(read, {
      'summary.config': { template: true },
      name: '  0042  ',
      'runtime.host': { type: 'HostSystem', value: 'host-7' },
    });
  });

  it('reads lists of none, one and many alike, in both forms that vim25 has', () => {
    const item = (id: string) =>
      `<ManagedObjectReference type="Datastore">${id}</ManagedObjectReference>`;
    const list = (items: string) =>
      readProperties(
        property('datastore', `<val xsi:type="ArrayOfManagedObjectReference">${items}</val>`),
      );

    assert.deepEqual(list(''), { datastore: [] });
    assert.deepEqual(list(item('d-1')), { datastore: [{ type: 'Datastore', value: 'd-1' }] });
    const device = '<device xsi:type="VirtualDisk"><key>2000</key></device>';
    const hardware = property('config.hardware', `<val xsi:type="VirtualHardware">${device}</val>`);
    assert.deepEqual(readProperties(hardware), {
      'config.hardware': {
        _type: 'VirtualHardware',
        device: [{ _type: 'VirtualDisk', key: 2000 }],
      },
    });
  });

  it('leaves out the devices that every VM has, with all they hold', () => {
    const devices =
      '<device xsi:type="VirtualPS2Controller"><key>300</key><device>600</device></device>' +
      '<device xsi:type="VirtualKeyboard"><key>600</key></device>' +
      '<device xsi:type="VirtualCdrom"><key>3000</key></device>';
    const hardware = property('config.hardware', `<val>${devices}<numCPU>2</numCPU></val>`);

    assert.deepEqual(readProperties(hardware), {
      'config.hardware': { device: [{ _type: 'VirtualCdrom', key: 3000 }], numCPU: 2 },
    });
  });

  it('finds the type by its namespace, under any prefix', () => {
    const own = `<val xmlns:abc="${XSI}" abc:type="v:VirtualHardware"><numCPU>1</numCPU></val>`;
    const foreign = '<val xmlns:abc="urn:other" abc:type="Nonsense"><numCPU>1</numCPU></val>';

    assert.deepEqual(readProperties(property('config.hardware', own)), {
      'config.hardware': { _type: 'VirtualHardware', numCPU: 1 },
    });
    const read = createAnswerReader(SHAPE);
    read.write(answer(property('config.hardware', foreign)));
    assert.doesNotMatch(JSON.stringify(read.end()), /Nonsense/);
  });

  it('joins text across pieces, entities and CDATA', () => {
    const long = 'line <1> & é€😀 '.repeat(12_000);
    const escaped = long.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    const text = answer(property('name', `<val>${escaped}<![CDATA[<x>]]></val>`));
    const reader = createAnswerReader(SHAPE);

    for (let at = 0; at < text.length; at += 1_000) reader.write(text.slice(at, at + 1_000));

    assert.equal(toProperties(reader.end()).name, `${long}<x>`);
  });

  it('tells the token before the objects have arrived', () => {
    const whole = answer(property('name', '<val>x</val>'));
    const reader = createAnswerReader(SHAPE);
    tokens.length = 0;

    reader.write(whole.slice(0, whole.indexOf('<objects>')));

    assert.deepEqual(tokens, ['t']);
  });

  it('gives a property without a value as unset', () => {
    assert.deepEqual(Object.entries(readProperties(property('runtime.question', ''))), [
      ['runtime.question', undefined],
    ]);
  });

  it('leaves to the schema what is no number', () => {
    const hardware = '<val xsi:type="VirtualHardware"><numCPU>many</numCPU></val>';

    assert.deepEqual(readProperties(property('config.hardware', hardware)), {
      'config.hardware': { _type: 'VirtualHardware', numCPU: 'many' },
    });
  });

  it('refuses an answer that ends in the middle, and one that declares entities', () => {
    const whole = answer(property('name', '<val>x</val>'));
    const cut = createAnswerReader(SHAPE);
    cut.write(whole.slice(0, -30));
    const bomb = createAnswerReader(SHAPE);

    assert.throws(() => cut.end());
    assert.throws(() => {
      bomb.write('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>');
      bomb.write(answer(property('name', '<val>&a;</val>')).slice(21));
      bomb.end();
    });
  });
});

function readProperties(properties: string): Record<string, unknown> {
  const reader = createAnswerReader(SHAPE);
  reader.write(answer(properties));
  return toProperties(reader.end());
}

// biome-ignore lint/suspicious/noExplicitAny: an answer is read by hand here
function toProperties(envelope: any): Record<string, unknown> {
  return envelope.Body.RetrievePropertiesExResponse.returnval.objects[0].propSet;
}
