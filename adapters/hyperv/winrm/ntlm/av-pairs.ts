/**
 * The list of attributes in which an NTLM server names itself, and the client what it binds its answer to.
 *
 * @see MS-NLMP 2.2.2.1
 */

export const AV = {
  end: 0,
  computerName: 1,
  dnsComputerName: 3,
  flags: 6,
  timestamp: 7,
  targetName: 9,
  channelBindings: 10,
} as const;

/** In `flags`: the message carries a MIC. */
const HAS_MIC = 2;

export type AvPairs = ReadonlyMap<number, Buffer>;

/** `undefined`: a list that is cut or has no end. */
export function readAvPairs(bytes: Buffer): AvPairs | undefined {
  const pairs = new Map<number, Buffer>();
  for (let at = 0; at + 4 <= bytes.length; ) {
    const id = bytes.readUInt16LE(at);
    const end = at + 4 + bytes.readUInt16LE(at + 2);
    if (id === AV.end) return pairs;
    if (end > bytes.length) return undefined;
    pairs.set(id, bytes.subarray(at + 4, end));
    at = end;
  }
  return undefined;
}

export function toAvPairs(pairs: AvPairs): Buffer {
  const parts = [...pairs].flatMap(([id, value]) => [toHead(id, value.length), value]);
  return Buffer.concat([...parts, toHead(AV.end, 0)]);
}

function toHead(id: number, length: number): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id, 0);
  head.writeUInt16LE(length, 2);
  return head;
}

export function withMicFlag(pairs: AvPairs): Buffer {
  const flags = Buffer.alloc(4);
  const given = pairs.get(AV.flags);
  flags.writeUInt32LE(((given?.length === 4 ? given.readUInt32LE(0) : 0) | HAS_MIC) >>> 0);
  return flags;
}
