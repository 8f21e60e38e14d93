// Judges signed answers with the independent library `http-message-signatures`; case and verdict as in judge.py.

import { createHash, createPublicKey, verify } from "node:crypto";
import { httpbis } from "http-message-signatures";
import { expect, judge, show } from "../judging.mjs";

const COVERED = ["@method", "@target-uri", "@status", "content-type", "unencoded-digest"];
const PARAMETERS = ["created", "expires", "nonce", "keyid", "tag"];

async function isGood(keys, { request, response }) {
  const headers = Object.fromEntries(response.headers);
  const config = {
    keyLookup: async ({ keyid }) => {
      const key = keys.get(keyid);
      return key ? { id: keyid, algs: ["ed25519"], verify: async (base, signature) => verify(null, base, key, signature) } : null;
    },
    all: true,
    requiredParams: PARAMETERS,
    requiredFields: COVERED,
  };
  const asked = { method: request.method, url: request.url, headers: Object.fromEntries(request.headers) };
  const accepted = await httpbis.verifyMessage(config, { status: response.status, headers }, asked).catch((error) => {
    // Refusals of the library are its own errors; anything else is a fault of this script.
    if (["UnknownKeyError", "UnacceptableSignatureError", "ExpiredError"].includes(error.constructor.name)) return false;
    throw error;
  });
  const digest = createHash("sha256").update(Buffer.from(response.body, "base64")).digest("base64");
  return accepted === true && headers["unencoded-digest"] === `sha-256=:${digest}:`;
}

async function judgeAnswers({ keys, exchanges }) {
  const publicKey = (x) => createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  const known = new Map(Object.entries(keys).map(([keyid, x]) => [keyid, publicKey(x)]));
  for (const exchange of exchanges) {
    expect((await isGood(known, exchange)) === exchange.good, `${exchange.about}: ${show(exchange)}`);
  }
}

await judge({ judge: judgeAnswers });
