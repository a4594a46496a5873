/** RFC 5929 4.1: the hash of the certificate's signature, SHA-256 in place of MD5 and SHA-1. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { describe, it } from 'node:test';
import { findHash, toChannelBinding } from '#adapters/hyperv/winrm/channel-binding.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';

const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
const RSA = ['-newkey', 'rsa:2048'];
const PSS = [...RSA, '-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:32'];

function makeCertificate(...options: readonly string[]): Buffer {
  const args = ['req', '-x509', '-nodes', '-days', '1', '-subj', '/CN=h', '-keyout', '/dev/null'];
  const pem = execFileSync('openssl', [...args, ...options], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return new X509Certificate(pem).raw;
}

describe('the hash for a channel', needsPeer('openssl'), () => {
  for (const [what, options, hash] of [
    ['ECDSA with SHA-256', [...EC, '-sha256'], 'sha256'],
    ['ECDSA with SHA-384', [...EC, '-sha384'], 'sha384'],
    ['ECDSA with SHA-512', [...EC, '-sha512'], 'sha512'],
    ['RSA with SHA-1', [...RSA, '-sha1'], 'sha256'],
    ['RSA with SHA-256', [...RSA, '-sha256'], 'sha256'],
    ['RSA with SHA-384', [...RSA, '-sha384'], 'sha384'],
    ['RSA with SHA-512', [...RSA, '-sha512'], 'sha512'],
    ['RSA-PSS with SHA-256', [...PSS, '-sha256'], 'sha256'],
    ['RSA-PSS with SHA-384', [...PSS, '-sha384'], 'sha384'],
    ['RSA-PSS with SHA-512', [...PSS, '-sha512'], 'sha512'],
    ['Ed25519', ['-newkey', 'ed25519'], 'sha256'],
  ] as const)
    it(`is ${hash} for ${what}`, () => {
      const certificate = makeCertificate(...options);

      assert.equal(findHash(certificate), hash);
      const end = createHash(hash).update(certificate).digest();
      const data = Buffer.concat([Buffer.from('tls-server-end-point:'), end]);
      const length = Buffer.from([data.length, 0, 0, 0]);
      const struct = Buffer.concat([Buffer.alloc(16), length, data]);
      assert.deepEqual(toChannelBinding(certificate), createHash('md5').update(struct).digest());
    });
});
