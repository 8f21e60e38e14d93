// Judges receipts with the independent JOSE library `jose`; case and verdict as in judge.py.

import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { calculateJwkThumbprint, compactVerify, errors, importJWK } from "jose";

async function opened(keys, jws) {
  const keyOf = ({ kid, typ }) => {
    if (typ !== "qr-checkout-receipt+jws" || !keys.has(kid)) throw new errors.JWSInvalid("another type or key");
    return keys.get(kid);
  };
  try {
    const { payload } = await compactVerify(jws, keyOf, { algorithms: ["EdDSA"] });
    return JSON.parse(new TextDecoder().decode(payload));
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}

function disagree(what) {
  console.log(`disagreed: ${what}`);
  process.exit(1);
}

const { keys, receipts } = JSON.parse(readFileSync(0, "utf8"));
const known = new Map();
for (const [kid, x] of Object.entries(keys)) {
  const jwk = { kty: "OKP", crv: "Ed25519", x };
  if ((await calculateJwkThumbprint(jwk)) !== kid) disagree(`${kid} is not the thumbprint of its key`);
  known.set(kid, await importJWK(jwk, "EdDSA"));
}
for (const { about, jws, good, claims } of receipts) {
  const read = await opened(known, jws);
  if ((read !== null) !== good || (good && !isDeepStrictEqual(read, claims))) disagree(`${about}: ${JSON.stringify(read)}`);
}
console.log("agreed");
