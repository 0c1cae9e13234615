// An OpenID provider over TLS for a test: npm's oidc-provider, whose sign-in page says yes to everybody as "dewi".
//   node openid_provider.mjs FOLDER ALGORITHM [REDIRECT_URI]     prints its issuer, and serves until it is killed
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import Provider from 'oidc-provider';

const [folder, algorithm, redirectUri = 'https://klaim.invalid/signed-in'] = process.argv.slice(2);
const { privateKey } = algorithm === 'RS256' ? generateKeyPairSync('rsa', { modulusLength: 2048 })
  : generateKeyPairSync('ec', { namedCurve: 'P-256' });
const key = { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: algorithm, kid: 'one' };
const server = createServer({
  cert: readFileSync(`${folder}/provider.crt`), key: readFileSync(`${folder}/provider.key`),
});
server.listen(0, 'localhost', () => {
  const issuer = `https://localhost:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: 'klaim', client_secret: 'a-secret-of-the-client', redirect_uris: [redirectUri],
      id_token_signed_response_alg: algorithm, grant_types: ['authorization_code'], response_types: ['code'],
    }],
    jwks: { keys: [key] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ['for a test'] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    async loadExistingGrant(ctx) {
      const grant = new ctx.oidc.provider.Grant({
        clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId,
      });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
  });
  provider.use(async (ctx, next) => {
    if (!ctx.path.startsWith('/interaction/')) return next();
    await provider.interactionFinished(ctx.req, ctx.res, { login: { accountId: 'dewi' } });
    ctx.respond = false;
    return undefined;
  });
  server.on('request', provider.callback());
  console.log(issuer);
});
