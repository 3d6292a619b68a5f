// A real OpenID provider for tests (npm oidc-provider), on loopback and over https, with an issuer that has a path.
//
// Whoever started it speaks to it over stdin and stdout, one JSON object a line: the first line in is the
// configuration, the first line out {"port": ...}; afterwards each order in has one answer out. stdin's end is its own:
// it is gone when the test run is, however that ended. Everything else it says goes to stderr.

import { createHash, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:https';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { consentPage, isTicked, page, safe, signInPage } from './pages.mjs';

console.log = console.info = console.warn = console.error;

const HOST = '127.0.0.1';
const MOUNT = '/tenant';
const DISCOVERY = '/.well-known/openid-configuration';
const ENDPOINTS = {
  [DISCOVERY]: 'discovery',
  [`/v2.0${DISCOVERY}`]: 'discovery', // where Entra has its own, and msal looks for it
  '/auth': 'authorization',
  '/token': 'token',
  '/token/introspection': 'introspection',
  '/token/revocation': 'revocation',
  '/me': 'userinfo',
  '/jwks': 'keys',
};

// --- state that orders change --------------------------------------------------------------------------------------

const settings = {}; // access_ttl, refresh_ttl, rotate, refresh_token_expires_in, silent_id_token
const log = []; // {method, path, endpoint, status, fields}
const scripted = new Map(); // endpoint -> [{answer, left}]
const people = new Map(); // subject -> address; the subject stays when the address changes
const grants = new Map(); // subject -> Set of grant ids
const disabled = new Set(); // subjects
const issued = []; // access tokens
const shared = new Map(); // subject -> the shared mailbox that this person's new tokens open
const lasting = new Set(); // PKCE challenges whose request asked for a refresh token
const held = new Set(); // answers that never come
let provider;
let port = 0;
let issuer;

const grantsOf = (subject) => grants.get(subject) ?? grants.set(subject, new Set()).get(subject);

function subjectOf(address) {
  const known = [...people].find(([, one]) => one === address);
  if (known) return known[0];
  const subject = createHash('sha256').update(address).digest('hex').slice(0, 24);
  people.set(subject, address);
  return subject;
}

// --- the provider --------------------------------------------------------------------------------------------------

function configuration(interactionPolicy, clients, keys) {
  const policy = interactionPolicy.base();
  policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0);
  return {
    clients,
    jwks: { keys },
    cookies: { keys: ['only for tests'] },
    scopes: ['openid', 'email', 'profile', 'offline_access', 'mail.read', 'mail.send'],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'preferred_username', 'oid', 'tid'] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    findAccount: (ctx, subject) => (disabled.has(subject) ? undefined : account(subject)),
    extraTokenClaims: (ctx, { accountId }) => ({
      email: people.get(accountId), opens: shared.get(accountId) ?? people.get(accountId),
    }),
    issueRefreshToken: (ctx, client, code) => lasting.has(code.codeChallenge),
    expiresWithSession: () => false,
    rotateRefreshToken: () => settings.rotate,
    ttl: {
      AccessToken: () => settings.access_ttl,
      RefreshToken: () => settings.refresh_ttl,
      AuthorizationCode: 60, IdToken: 3600, Grant: 86400, Interaction: 600, Session: 86400,
    },
    interactions: { policy, url: (ctx, interaction) => `${MOUNT}/interaction/${interaction.uid}` },
    features: {
      devInteractions: { enabled: false },
      introspection: {
        enabled: true,
        allowedPolicy: (ctx, client, token) => client.clientId === 'mail-server' && !disabled.has(token.accountId),
      },
      revocation: { enabled: true, allowedPolicy: (ctx, client, token) => client.clientId === token.clientId },
      userinfo: { enabled: true },
    },
    renderError: (ctx, out) => {
      ctx.type = 'html';
      ctx.body = page('This request cannot be answered', `<p>${safe(out.error)}: ${safe(out.error_description)}</p>`);
    },
  };
}

function account(subject) {
  const address = people.get(subject);
  const google = { sub: subject, email: address, email_verified: true, name: address.split('@')[0] };
  const claims = { ...google, preferred_username: address, oid: subject, tid: 'tenant' };
  const isKept = (use) => use === 'id_token' && settings.silent_id_token;
  return { accountId: subject, claims: (use) => (isKept(use) ? { sub: subject } : claims) };
}

async function revoke(address) {
  const ids = grantsOf(subjectOf(address));
  for (const id of ids) {
    for (const model of ['AccessToken', 'RefreshToken', 'AuthorizationCode']) await provider[model].revokeByGrantId(id);
    await provider.Grant.adapter.destroy(id);
  }
  ids.clear();
}

async function expire(address) {
  const subject = subjectOf(address);
  for (const token of issued.filter((one) => one.accountId === subject)) await provider.AccessToken.adapter.destroy(token.jti);
}

// --- what a person sees --------------------------------------------------------------------------------------------

async function body(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return new URLSearchParams(Buffer.concat(chunks).toString());
}

async function interact(request, response) {
  const details = await provider.interactionDetails(request, response);
  const client = (await provider.Client.find(details.params.client_id)).clientName;
  const consents = details.prompt.name === 'consent';
  const show = (html) => response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
  const asked = [...new Set((details.params.scope ?? '').split(' '))];
  if (request.method === 'GET') {
    if (consents) return show(consentPage(client, people.get(details.session.accountId), asked));
    return show(signInPage(client, details.params.login_hint));
  }
  const form = await body(request);
  const finish = (result) => provider.interactionFinished(request, response, result, { mergeWithLastSubmission: consents });
  if (form.get('decision') === 'cancel') {
    return finish({ error: 'access_denied', error_description: 'The person said no.' });
  }
  if (!consents) {
    const address = form.get('address').trim().toLowerCase();
    const subject = subjectOf(address);
    if (disabled.has(subject)) return show(signInPage(client, address, 'This account is disabled.'));
    return finish({ login: { accountId: subject }, select_account: {} });
  }
  return finish({ consent: { grantId: await granted(details, asked, form.getAll('scope')) } });
}

async function granted(details, asked, ticked) {
  const subject = details.session.accountId;
  const grant = new provider.Grant({ accountId: subject, clientId: details.params.client_id });
  grant.addOIDCScope(asked.filter((scope) => isTicked(scope, ticked)).join(' '));
  const refused = asked.filter((scope) => !isTicked(scope, ticked));
  if (refused.length) grant.rejectOIDCScope(refused.join(' '));
  if (details.prompt.details.missingOIDCClaims) grant.addOIDCClaims(details.prompt.details.missingOIDCClaims);
  const id = await grant.save();
  grantsOf(subject).add(id);
  return id;
}

// --- answers a test has ordered ------------------------------------------------------------------------------------

function nextScripted(endpoint, fields) {
  const queue = scripted.get(endpoint) ?? [];
  const index = queue.findIndex(({ answer }) => !answer.grant_type || answer.grant_type === fields.grant_type);
  if (index < 0) return undefined;
  const entry = queue[index];
  if (entry.left !== null && --entry.left <= 0) queue.splice(index, 1);
  return entry.answer;
}

function speak(answer, response, fields) {
  if (answer.redirect) return sendBack(answer.redirect, response, fields);
  if (answer.hang) return held.add(response);
  if (answer.cut) {
    response.writeHead(answer.status, { ...answer.headers, 'content-length': answer.body.length + 100 });
    return response.write(answer.body, () => response.socket.destroy());
  }
  return response.writeHead(answer.status, answer.headers).end(answer.body);
}

// An authorization server that refuses redirects back with the reason (RFC 6749 section 4.1.2.1).
function sendBack(reason, response, fields) {
  const values = { ...reason, state: fields.state ?? '', iss: issuer };
  if (fields.response_mode !== 'form_post') {
    return response.writeHead(303, { location: `${fields.redirect_uri}?${new URLSearchParams(values)}` }).end();
  }
  const inputs = Object.entries(values).map(([key, value]) => `<input type="hidden" name="${key}" value="${safe(value)}">`);
  const form = `<form method="post" action="${safe(fields.redirect_uri)}">${inputs.join('')}</form>`;
  return response.writeHead(200, { 'content-type': 'text/html' }).end(`${form}<script>document.forms[0].submit()</script>`);
}

// --- each request --------------------------------------------------------------------------------------------------

const SECRET = /token$|^code$|^code_verifier$|secret|assertion/;

function noted(request, endpoint, fields) {
  const shown = Object.fromEntries(Object.entries(fields).filter(([key]) => !SECRET.test(key)));
  const entry = { method: request.method, path: request.url.split('?')[0], endpoint, status: 0, fields: shown };
  log.push(entry);
  return entry;
}

async function handle(request, response) {
  const whole = new URL(request.url, issuer);
  if (!whole.pathname.startsWith(`${MOUNT}/`)) {
    noted(request, '', {});
    return response.writeHead(404).end();
  }
  const path = whole.pathname.slice(MOUNT.length);
  const endpoint = ENDPOINTS[path] ?? '';
  const isForm = request.method === 'POST' && endpoint !== '';
  if (isForm) request.body = Object.fromEntries(await body(request));
  const fields = isForm ? request.body : Object.fromEntries(whole.searchParams);
  const entry = noted(request, endpoint, fields);
  response.on('close', () => { entry.status = response.headersSent ? response.statusCode : 0; });
  const answer = nextScripted(endpoint, fields);
  if (answer) return speak(answer, response, fields);
  if (path.startsWith('/interaction/')) return interact(request, response);
  request.url = endpoint === 'discovery' ? DISCOVERY : inner(path, endpoint, whole, fields);
  request.originalUrl = MOUNT + request.url; // by which the library knows where it is mounted
  return provider.callback()(request, response);
}

// oidc-provider drops offline_access unless consent is asked for in so many words; Entra and Google do not.
function inner(path, endpoint, whole, fields) {
  if (endpoint === 'authorization') {
    const scopes = (fields.scope ?? '').split(' ');
    if (scopes.includes('offline_access') || fields.access_type === 'offline') lasting.add(fields.code_challenge);
    const prompts = new Set((fields.prompt ?? '').split(' ').filter(Boolean));
    if (!prompts.has('none')) whole.searchParams.set('prompt', [...prompts.add('consent')].join(' '));
  }
  return path + whole.search;
}

// --- orders --------------------------------------------------------------------------------------------------------

const orders = {
  set: (values) => { Object.assign(settings, values); },
  revoke: ({ address }) => revoke(address),
  expire: ({ address }) => expire(address),
  disable: ({ address, on }) => { disabled[on ? 'add' : 'delete'](subjectOf(address)); },
  share: ({ address, mailbox }) => { shared.set(subjectOf(address), mailbox); },
  rename: ({ address, to }) => { people.set(subjectOf(address), to); },
  answer: ({ endpoint, answer, times }) => {
    if (!scripted.has(endpoint)) scripted.set(endpoint, []);
    scripted.get(endpoint).push({ answer, left: times });
  },
  normal: () => {
    scripted.clear();
    held.forEach((response) => response.destroy());
    held.clear();
  },
  requests: () => log,
  forget: () => { log.length = 0; },
  away: () => new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  }),
  back: () => (server.listening ? null : listen(port)),
};

const listen = (wish) => new Promise((done, failed) => {
  server.once('error', failed);
  server.listen(wish, HOST, () => done());
});

function addToTokenAnswer(ctx, next) {
  return next().then(() => {
    const seconds = settings.refresh_token_expires_in;
    if (ctx.oidc?.route === 'token' && ctx.body?.refresh_token && seconds !== null) {
      ctx.body.refresh_token_expires_in = seconds;
    }
  });
}

async function carryOut(line) {
  const { order, ...words } = JSON.parse(line);
  try {
    return { answer: (await orders[order](words)) ?? null };
  } catch (error) {
    return { error: String(error?.stack ?? error) };
  }
}

function signingKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' };
}

const say = (words) => process.stdout.write(`${JSON.stringify(words)}\n`);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const given = JSON.parse((await lines.next()).value);
Object.assign(settings, given.settings);
const tls = { cert: readFileSync(given.certificate), key: readFileSync(given.key) };
const server = createServer(tls, (request, response) => {
  handle(request, response).catch?.((error) => {
    console.error(error);
    if (!response.headersSent) response.writeHead(500).end();
  });
});
await listen(0);
port = server.address().port;
issuer = `https://${HOST}:${port}${MOUNT}`;
const library = pathToFileURL(join(given.packages, 'node_modules/oidc-provider/lib/index.js'));
const { Provider, interactionPolicy } = await import(library);
provider = new Provider(issuer, configuration(interactionPolicy, given.clients, [signingKey()]));
provider.use(addToTokenAnswer);
provider.on('access_token.saved', (token) => issued.push(token));
provider.on('server_error', (ctx, error) => console.error('server_error', error));
say({ port, issuer });
for (;;) {
  const { value, done } = await lines.next();
  if (done) break;
  say(await carryOut(value));
}
process.exit(0);
