// The backend of server.mjs, its answers signed by the library http-message-signatures instead of by hand.
//
//     npm install http-message-signatures@1.0.6
//     SEED=… PUBLIC_URL=https://pay.example.com PORT=8000 node library.mjs

import { sign as ed25519 } from "node:crypto";
import { httpbis } from "http-message-signatures";

import { digest, key, keyId, serve } from "./server.mjs";

const OF_REQUEST = ["@method;req", "@target-uri;req"];
const OF_ANSWER = ["@status", "content-type", "unencoded-digest"];

async function sign(request, nonce, status, body) {
  const created = new Date();
  const config = {
    key: { id: keyId, sign: async (base) => ed25519(null, base, key) },
    name: "sig",
    fields: [...OF_REQUEST, ...OF_ANSWER],
    // Without `alg`: the pinned key names the algorithm.
    params: ["created", "expires", "nonce", "keyid", "tag"],
    paramValues: { created, expires: new Date(created.getTime() + 120_000), nonce, tag: "qr-checkout" },
  };
  const answer = { status, headers: { "Content-Type": "application/json", "Unencoded-Digest": digest(body) } };
  // The address is what shoppers see, never the Host header of whoever asks.
  const asked = { ...request, url: process.env.PUBLIC_URL.replace(/\/$/, "") + request.url };
  const { headers } = await httpbis.signMessage(config, answer, asked);
  return headers;
}

serve(sign);
