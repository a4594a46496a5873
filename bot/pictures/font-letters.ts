/**
 * Which letters a TrueType font has, by its table `cmap`.
 *
 * A picture shows a box where its font has no letter; nobody could tell which name that was (H35).
 *
 * @see https://learn.microsoft.com/typography/opentype/spec/cmap
 */
type Range = readonly [from: number, to: number];

/** @throws RangeError for what is no font. */
export function readLetters(font: Buffer): (letter: string) => boolean {
  const ranges = findTables(font).flatMap((at) => readRanges(font, at));
  return (letter) => {
    const point = letter.codePointAt(0) ?? 0;
    return ranges.some(([from, to]) => point >= from && point <= to);
  };
}

/** Where the tables for Unicode begin. */
function findTables(font: Buffer): readonly number[] {
  for (let at = 0; at < font.readUInt16BE(4); at += 1) {
    const entry = 12 + at * 16;
    if (font.toString('latin1', entry, entry + 4) !== 'cmap') continue;
    const cmap = font.readUInt32BE(entry + 8);
    const records = Array.from({ length: font.readUInt16BE(cmap + 2) }, (_, n) => cmap + 4 + n * 8);
    return records
      .filter((one) => isUnicode(font, one))
      .map((one) => cmap + font.readUInt32BE(one + 4));
  }
  return [];
}

function isUnicode(font: Buffer, record: number): boolean {
  const [platform, encoding] = [font.readUInt16BE(record), font.readUInt16BE(record + 2)];
  return platform === 0 || (platform === 3 && (encoding === 1 || encoding === 10));
}

function readRanges(font: Buffer, table: number): readonly Range[] {
  const format = font.readUInt16BE(table);
  if (format === 12) {
    const groups = Array.from(
      { length: font.readUInt32BE(table + 12) },
      (_, n) => table + 16 + n * 12,
    );
    return groups.map((at) => [font.readUInt32BE(at), font.readUInt32BE(at + 4)]);
  }
  if (format !== 4) return [];
  const twice = font.readUInt16BE(table + 6);
  const ends = Array.from({ length: twice / 2 }, (_, n) => table + 14 + n * 2);
  const ranges = ends.map(
    (at): Range => [font.readUInt16BE(at + twice + 2), font.readUInt16BE(at)],
  );
  return ranges.filter(([, to]) => to !== 0xffff);
}
