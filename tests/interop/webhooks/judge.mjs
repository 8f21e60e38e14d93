// Judges webhooks with the library of Standard Webhooks for JavaScript. Reads {secret, deliveries: [{headers, body, good}]} from
// standard input; what is not good must be refused.

import { Webhook } from "standardwebhooks";
import { expect, judge } from "../judging.mjs";

judge({
  judge({ secret, deliveries }) {
    const library = new Webhook(secret);
    for (const { about, headers, body, good } of deliveries) {
      let believed = true;
      try {
        library.verify(body, headers);
      } catch {
        believed = false;
      }
      expect(believed === good, `${about}: ${believed ? "was believed" : "was refused"}`);
    }
  },
});
