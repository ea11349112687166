// A provider of OpenID Connect for the tests: the certified `oidc-provider`, with accounts from a file.
// Reads its settings as JSON from stdin, prints its port, ends when stdin does.
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import Provider from 'oidc-provider';

const lines = process.stdin.setEncoding('utf8');
const [text] = await once(lines, 'data');
const { issuer, clients, accounts, jwks } = JSON.parse(text);
lines.on('end', () => process.exit(0));

const provider = new Provider(issuer, {
  clients,
  jwks,
  cookies: { keys: ['for tests alone'] },
  claims: {
    openid: ['sub'],
    profile: ['preferred_username'],
    email: ['email', 'email_verified'],
    groups: ['groups', 'realm_access'],
  },
  // Whoever has an account signs in with its name; the page of oidc-provider's own demo asks for it.
  features: { devInteractions: { enabled: true } },
  async findAccount(_, id) {
    const known = JSON.parse(readFileSync(accounts, 'utf8'))[id];
    return known && { accountId: known.sub ?? id, claims: async () => ({ sub: known.sub ?? id, ...known }) };
  },
  // Our own application: nobody is asked whether it may know who signs in.
  async loadExistingGrant(ctx) {
    const { client, session, params } = ctx.oidc;
    const grant = new ctx.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope(params.scope);
    await grant.save();
    return grant;
  },
});

const server = provider.listen(0, '127.0.0.1');
await once(server, 'listening');
console.log(server.address().port);
