// Passkeys: what only a script can do, the browser's own dialogue between a page and its device. What it draws was hidden
// before, so that without it nothing is missing.

const base64 = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const named = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));

// post sends JSON and gives back what is said; an answer that is none leads where it would have led a form.
const post = async (path, body = {}) => {
  const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json" }, body: JSON.stringify(body), redirect: "manual" });
  if (answer.type === "opaqueredirect") {
    location.reload();
    return new Promise(() => {});
  }
  const said = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(), { say: said.say });
  return said;
};

// plain is a credential as JSON (WebAuthn §5.1.8), which not every browser writes itself.
const plain = (credential) => {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = base64(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return {
    id: credential.id, rawId: base64(credential.rawId), type: credential.type, response,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined, clientExtensionResults: credential.getClientExtensionResults(),
  };
};

// One request at a time may be open: the later one ends the one before.
let asking;
const turn = () => {
  asking?.abort();
  return (asking = new AbortController()).signal;
};

const use = async (action, next, mediation) => {
  const signal = turn();
  const { publicKey } = await post("/sign-in/passkey/ask");
  if (signal.aborted) return;
  const options = { ...publicKey, challenge: bytes(publicKey.challenge), allowCredentials: named(publicKey.allowCredentials) };
  const credential = await navigator.credentials.get({ publicKey: options, mediation, signal });
  const { onward } = await post(`${action}?next=${encodeURIComponent(next)}`, { passkey: plain(credential) });
  location.assign(onward);
};

const make = async (form) => {
  const signal = turn();
  const { publicKey } = await post(form.dataset.passkeyNew);
  const options = {
    ...publicKey, challenge: bytes(publicKey.challenge), user: { ...publicKey.user, id: bytes(publicKey.user.id) },
    excludeCredentials: named(publicKey.excludeCredentials),
  };
  const credential = await navigator.credentials.create({ publicKey: options, signal });
  const { onward } = await post(form.getAttribute("action"), { name: form.elements.name.value, passkey: plain(credential) });
  location.assign(onward);
};

// tell says why nothing came of it; what was ended by another request, nobody needs to know.
const tell = (line, fault) => {
  if (fault.name === "AbortError") return;
  line.textContent = fault.say ?? { NotAllowedError: line.dataset.cancelled, InvalidStateError: line.dataset.there }[fault.name] ?? line.dataset.broken;
  line.hidden = false;
};

const pressed = async (button, line, deed) => {
  line.hidden = true;
  button.disabled = true;
  try {
    await deed();
  } catch (fault) {
    tell(line, fault);
    suggest();
  }
  button.disabled = false;
};

// The address field suggests passkeys as it suggests addresses. A challenge is good for five minutes, so that a page left
// open asks for another in time.
let again, stale;
const suggest = async () => {
  const field = document.querySelector("input[autocomplete~=webauthn]");
  const box = document.querySelector("[data-passkey-open]");
  clearTimeout(again);
  stale = false;
  if (!field || !box || !(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  again = setTimeout(() => (document.hidden ? (stale = true) : suggest()), 240e3);
  try {
    await use(box.dataset.passkeyOpen, box.dataset.next, "conditional");
  } catch (fault) {
    if (fault.say) tell(box.querySelector("[data-passkey-says]"), fault);
  }
};

if (globalThis.PublicKeyCredential && navigator.credentials) {
  for (const box of document.querySelectorAll("[data-passkey-open]")) {
    const button = box.querySelector("button");
    box.hidden = false;
    button.addEventListener("click", () => pressed(button, box.querySelector("[data-passkey-says]"), () => use(box.dataset.passkeyOpen, box.dataset.next)));
  }
  for (const form of document.querySelectorAll("[data-passkey-new]")) {
    form.hidden = false;
    document.querySelector("[data-passkey-without]").hidden = true;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      pressed(form.querySelector("button"), document.querySelector("[data-passkey-says]"), () => make(form));
    });
  }
  suggest();
  document.addEventListener("visibilitychange", () => document.hidden || (stale && suggest()));
}
