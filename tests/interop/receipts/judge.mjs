// Judges receipts with the independent JOSE library `jose`; case and verdict as in judge.py.

import { isDeepStrictEqual } from "node:util";
import { calculateJwkThumbprint, compactVerify, errors, importJWK } from "jose";
import { expect, judge, show } from "../judging.mjs";

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

async function judgeReceipts({ keys, receipts }) {
  const known = new Map();
  for (const [kid, x] of Object.entries(keys)) {
    const jwk = { kty: "OKP", crv: "Ed25519", x };
    expect((await calculateJwkThumbprint(jwk)) === kid, `${kid} is not the thumbprint of its key`);
    known.set(kid, await importJWK(jwk, "EdDSA"));
  }
  for (const { about, jws, good, claims } of receipts) {
    const read = await opened(known, jws);
    expect(isDeepStrictEqual(read, good ? claims : null), `${about}: ${show(read)}`);
  }
}

await judge({ judge: judgeReceipts });
