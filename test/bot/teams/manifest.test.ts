import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inflateSync } from 'node:zlib';
import { unzipSync } from 'fflate';
import { teamsManifest, toMessagingEndpoint } from '#bot/teams/manifest.ts';
import { drawColorIcon, drawOutlineIcon } from '#bot/teams/manifest-icons.ts';
import { teamsPackage } from '#bot/teams/package.ts';
import { teamsWords } from '#bot/words/en/teams-words.ts';

const options = {
  appId: 'aaaaaaaa-1111-4111-8111-aaaaaaaaaaaa',
  publicUrl: 'https://drover.example/chat',
  version: '0.1.0',
};

/** Reads the head and the points of a PNG as it is written here: 8 bits, four channels, no filter. */
function readPng(png: Uint8Array) {
  const bytes = Buffer.from(png);
  assert.equal(bytes.toString('latin1', 1, 4), 'PNG');
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const at = bytes.indexOf('IDAT', 0, 'latin1');
  const points = inflateSync(bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at - 4)));
  assert.equal(points.length, height * (1 + 4 * width));
  const lines = Array.from({ length: height }, (_, y) => {
    const start = y * (1 + 4 * width) + 1;
    return points.subarray(start, start + 4 * width);
  });
  return { width, height, lines };
}

describe('the app for Teams', () => {
  it('keeps to the rules of the manifest’s schema', () => {
    const manifest = teamsManifest(options);

    assert.match(manifest.$schema, /\/teams\/v1\.16\/MicrosoftTeams\.schema\.json$/);
    assert.equal(manifest.manifestVersion, '1.16');
    assert.ok(manifest.name.short.length <= 30 && manifest.name.full.length <= 100);
    assert.ok(manifest.description.short.length <= 80, 'short description');
    assert.ok(manifest.description.full.length <= 4_000);
    assert.ok(manifest.developer.name.length <= 32);
    for (const url of [
      manifest.developer.websiteUrl,
      manifest.developer.privacyUrl,
      manifest.developer.termsOfUseUrl,
    ]) {
      assert.match(url, /^https:\/\//);
    }
    assert.match(manifest.accentColor, /^#[0-9A-F]{6}$/i);
    const [bot] = manifest.bots;
    assert.equal(bot?.botId, options.appId);
    // Until 1.16 the schema takes `groupchat` too, from 1.17 on this spelling alone.
    assert.deepEqual(bot?.scopes, ['personal', 'team', 'groupChat']);
    assert.deepEqual(bot?.commandLists[0]?.scopes, bot?.scopes);
    const commands = bot?.commandLists[0]?.commands ?? [];
    assert.ok(commands.length <= 10);
    for (const { title, description } of commands) {
      assert.ok(title.length <= 32 && description.length <= 128, title);
    }
    assert.deepEqual(manifest.validDomains, ['drover.example']);
  });

  it('takes the number of a release out of a version with more in it', () => {
    assert.equal(teamsManifest({ ...options, version: '1.4.2-rc.1+7' }).version, '1.4.2');
  });

  it('is a zip with the manifest and two icons at its root, the same each time', () => {
    const zip = teamsPackage(options);
    const files = unzipSync(zip);

    assert.deepEqual(Object.keys(files).toSorted(), ['color.png', 'manifest.json', 'outline.png']);
    const manifest: unknown = JSON.parse(Buffer.from(files['manifest.json'] ?? []).toString());
    assert.deepEqual(manifest, teamsManifest(options));
    assert.deepEqual(teamsPackage(options), zip);
  });

  it('has icons of the sizes that Teams wants: one of the whole square, one white on nothing', () => {
    const color = readPng(drawColorIcon());
    const outline = readPng(drawOutlineIcon());

    assert.deepEqual([color.width, color.height], [192, 192]);
    assert.deepEqual([outline.width, outline.height], [32, 32]);
    for (const line of color.lines) {
      for (let x = 3; x < line.length; x += 4) assert.equal(line[x], 255);
    }
    for (const line of outline.lines) {
      for (const [at, value] of line.entries()) if (at % 4 !== 3) assert.equal(value, 255);
    }
    assert.ok(
      outline.lines.some((line) => line.some((value, at) => at % 4 === 3 && value === 255)),
    );
  });

  it('says where the registration of the bot has to point', () => {
    const path = '/api/messages';

    for (const publicUrl of ['https://drover.example', 'https://drover.example/']) {
      const endpoint = toMessagingEndpoint({ publicUrl, path });
      assert.equal(endpoint, 'https://drover.example/api/messages');
    }
  });

  it('promises nothing that is not there', () => {
    assert.doesNotMatch(
      JSON.stringify(teamsManifest(options)),
      /composeExtensions|staticTabs|webApplicationInfo/,
    );
    assert.ok(Object.keys(teamsWords.commands).length > 0);
  });
});
