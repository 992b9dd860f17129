// A real OpenID provider for the tests: node provider.mjs PORT FOLDER
// FOLDER/people.json says who there is: {sub: {claims}}; it is read anew for each of them. The claim
// `_fault` has the provider send a token that it should not: "expired" or "nonce".
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Provider from 'oidc-provider';

const [, , port, folder] = process.argv;
const issuer = `http://127.0.0.1:${port}`;
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'RS256' };
const person = (sub) => JSON.parse(readFileSync(join(folder, 'people.json'), 'utf8'))[sub];

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'meguru',
      client_secret: 'secret-of-the-tests',
      redirect_uris: ['https://dx.example/auth/oidc/callback'],
      grant_types: ['authorization_code'],
      response_types: ['code'],
    },
  ],
  jwks: { keys: [key] },
  cookies: { keys: [randomUUID()] },
  claims: { openid: ['sub'], profile: ['preferred_username', 'groups'] },
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  findAccount: (_ctx, sub) =>
    person(sub) && { accountId: sub, claims: () => ({ sub, ...person(sub) }) },
});

const { issue, payload } = provider.IdToken.prototype;
provider.IdToken.prototype.payload = async function () {
  const said = await payload.call(this);
  const { _fault, amr } = person(said.sub) ?? {};
  const nonce = _fault === 'nonce' ? 'of-another-sign-in' : said.nonce;
  return { ...said, nonce, ...(amr && { amr }) }; // its sign-in page shows none of these methods
};
provider.IdToken.prototype.issue = async function (options) {
  const past = person(this.available.sub)?._fault === 'expired';
  return issue.call(this, past ? { ...options, expiresAt: Math.floor(Date.now() / 1000) - 600 } : options);
};

provider.listen(Number(port), '127.0.0.1', () => console.log('ready'));
