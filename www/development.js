// The development page's only script: it pins whatever key the local demo backend shows. A real page never does
// that: its pin is written by the merchant, and a key that came with the answers would prove nothing.

const BACKEND = "http://127.0.0.1:8080";
const status = document.getElementById("backend");

async function start() {
  const answer = await fetch("/.well-known/http-message-signatures-directory");
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
  const { keys } = await answer.json();
  const checkout = document.createElement("qr-checkout");
  checkout.setAttribute("backend", BACKEND);
  checkout.setAttribute("merchant-key", `ed25519-${standardBase64(keys[0].x)}`);
  for (const [name, value] of new URLSearchParams(location.search)) checkout.setAttribute(name, value);
  document.getElementById("checkout").replaceWith(checkout);
  status.textContent = `Paying at ${BACKEND}, with the key it showed just now.`;
}

/** A JWK's base64url as the pin wants it: the standard alphabet with padding. */
function standardBase64(url) {
  const text = url.replaceAll("-", "+").replaceAll("_", "/");
  return text.padEnd(Math.ceil(text.length / 4) * 4, "=");
}

start().catch((failure) => {
  status.textContent = `No backend at ${BACKEND} (${failure.message}). Run \`cargo xtask demo\` beside this.`;
});
