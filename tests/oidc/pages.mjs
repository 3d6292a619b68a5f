// The two pages a person meets at the test issuer: sign in, and consent. They know no script, so plain requests can
// go through them as a browser does.

const STYLE = `
  body { font: 16px/1.5 sans-serif; background: #f2f3f5; color: #202124; margin: 0; }
  main { max-width: 26rem; margin: 4rem auto; padding: 2rem; background: #fff; border-radius: 12px; }
  h1 { font-size: 1.4rem; font-weight: 500; margin: 0 0 .5rem; }
  input[name=address] { font: inherit; width: 100%; box-sizing: border-box; padding: .6rem; margin: .3rem 0 1rem; }
  label { display: block; margin: .5rem 0; }
  button { font: inherit; padding: .5rem 1.2rem; margin-right: .5rem; }
  p.note { color: #5f6368; font-size: .85rem; }
`;

const WORDS = {
  'mail.read': 'Read your mail',
  'mail.send': 'Send mail in your name',
};

// What a person does not tick one by one: who they are, and that it lasts.
const NOT_ASKED_FOR = new Set(['openid', 'email', 'profile', 'offline_access']);

export function safe(text) {
  const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return String(text ?? '').replace(/[&<>"']/g, (one) => entities[one]);
}

export function page(title, body) {
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>${safe(title)}</title><style>${STYLE}</style></head>
<body><main><h1>${safe(title)}</h1>${body}<p class="note">This is the test issuer. It knows no passwords.</p></main></body>
</html>`;
}

export function signInPage(client, hint, complaint = '') {
  return page('Sign in', `
<p>to continue to ${safe(client)}</p>
${complaint ? `<p role="alert">${safe(complaint)}</p>` : ''}
<form method="post">
  <label>Mail address <input name="address" type="text" value="${safe(hint)}" autofocus></label>
  <button type="submit" name="decision" value="next">Next</button>
  <button type="submit" name="decision" value="cancel">Cancel</button>
</form>`);
}

export function consentPage(client, address, scopes) {
  const boxes = scopes.filter((scope) => !NOT_ASKED_FOR.has(scope)).map((scope) => `
  <label><input type="checkbox" name="scope" value="${safe(scope)}" checked> ${safe(WORDS[scope] ?? scope)}</label>`);
  return page('Give access', `
<p>${safe(client)} asks for access to ${safe(address)}:</p>
<form method="post">${boxes.join('')}
  <button type="submit" name="decision" value="allow">Allow</button>
  <button type="submit" name="decision" value="cancel">Cancel</button>
</form>`);
}

export function isTicked(scope, ticked) {
  return NOT_ASKED_FOR.has(scope) || ticked.includes(scope);
}
