/** A real issuer of OpenID Connect on loopback, whose people sign in by a link of the test's: who comes is whom the test names. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

export interface Issuer {
  readonly url: string;
  /** Who signs in next, and what is said of the address. */
  comes: { readonly sub: string; readonly email: string; readonly verified: boolean };
  /** Goes as a browser does from the address that the pages led to, back to the pages: where it is led. */
  signIn(address: string): Promise<string>;
  close(): Promise<void>;
}

export const CLIENT = { id: 'cps', secret: 'a secret of the client that is long enough' } as const;

/** @param redirects where clients may be sent back to */
export async function startIssuer(redirects: readonly string[]): Promise<Issuer> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const state: Pick<Issuer, 'comes'> = { comes: { sub: 'u1', email: 'wu@example.org', verified: true } };
  const provider = new Provider(url, {
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [...redirects] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, sub) => ({
      accountId: sub,
      claims: async () => ({ sub, email: state.comes.email, email_verified: state.comes.verified }),
    }),
  });
  provider.on('server_error', (_, error) => console.warn(error));
  const answer = provider.callback();
  server.on('request', async (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return answer(request, response);
    const { prompt, params, session } = await provider.interactionDetails(request, response);
    if (prompt.name === 'login')
      return provider.interactionFinished(request, response, { login: { accountId: state.comes.sub } });
    const accountId = session?.accountId ?? '';
    const grant = new provider.Grant({ accountId, clientId: String(params['client_id']) });
    grant.addOIDCScope('openid email');
    return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
  });
  const close = (): Promise<void> =>
    new Promise((closed) => {
      server.close(() => closed());
      server.closeAllConnections();
    });
  return Object.assign(state, { url, close, signIn: (address: string) => walk(address, url) });
}

/** Follows an issuer's redirects with its cookies until it leads elsewhere. */
async function walk(from: string, issuer: string): Promise<string> {
  const cookies = new Map<string, string>();
  let at = from;
  while (at.startsWith(issuer)) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(at, { redirect: 'manual', headers: { cookie } });
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      cookies.set(name, value);
    }
    const next = answer.headers.get('location');
    if (next === null) throw new Error(`${at} answers ${answer.status}: ${await answer.text()}`);
    at = new URL(next, at).href;
  }
  return at;
}
