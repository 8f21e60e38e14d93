// Adyen's WeChat Pay component on a page, as its own documentation mounts it with a session. Every call goes to the server that this
// script came from, which answers as Adyen's would.

import { AdyenCheckout, WeChat } from "@adyen/adyen-web";
import "@adyen/adyen-web/styles/adyen.css";

const server = new URL("/", import.meta.url).href;

const checkout = await AdyenCheckout({
  clientKey: "bench",
  environment: "test",
  locale: "en-US",
  countryCode: "CN",
  session: { id: "bench", sessionData: "bench" },
  _environmentUrls: { api: server, analytics: server, cdn: { images: server, translations: server } },
});
new WeChat(checkout).mount("#adyen");
