// The shop's Official Account on the phone: following it, and the messages that it sends. Codes to pay are elsewhere.

import { texts } from "/texts.js";

const $ = (id) => document.getElementById(id);

export function followAccount({ element, send, say }) {
  const card = element("li");
  const name = element("p", "payee");
  const state = element("p", "state");
  const row = element("div", "row");
  const messages = new Set();
  let followed = false;

  function button(verb, className) {
    const node = element("button", className, texts.account[verb]);
    node.type = "button";
    node.addEventListener("click", async () => {
      const { answer, problem } = await send(`/sandbox/official_account/${verb}`);
      if (problem) return say(texts.problem[problem] ?? problem, true);
      say(texts.account.done[verb], false);
      show(answer);
    });
    row.append(node);
    return node;
  }

  const follow = button("follow", "pay");
  const unfollow = button("unfollow", "decline");
  card.append(element("p", "wallet", texts.account.kind), name, state, row);
  $("account-list").append(card);

  // The newest stands first, below the account itself.
  function read(message) {
    if (messages.has(message.id)) return;
    messages.add(message.id);
    const node = element("li");
    node.append(element("p", "wallet", new Date(message.at * 1000).toLocaleString()), element("p", "payee", message.title));
    for (const [label, text] of message.lines) node.append(element("p", "what", `${label}: ${text}`));
    if (/^https?:\/\//.test(message.url)) {
      const link = element("a", "link", texts.account.open);
      link.href = message.url;
      node.append(link);
    }
    card.after(node);
  }

  function show(view) {
    followed ||= view.follows;
    $("account").hidden = !(view.offered || followed || view.messages.length > 0);
    const now = view.follows ? "follows" : view.offered ? "offered" : "left";
    name.textContent = view.account;
    if (state.textContent !== texts.account.state[now]) state.textContent = texts.account.state[now];
    follow.hidden = view.follows;
    unfollow.hidden = !view.follows;
    for (const message of view.messages.toReversed()) read(message);
  }

  async function refresh() {
    try {
      show(await (await fetch("/sandbox/official_account")).json());
    } catch {
      // The list of codes says that the sandbox is away.
    }
  }

  // A code to follow by was scanned; whoever follows already has nothing left to do.
  function found(view) {
    show(view);
    say(texts.account.done.scan, false);
    card.scrollIntoView({ block: "center" });
    if (!view.follows) follow.focus({ preventScroll: true });
    return true;
  }

  return { found, refresh };
}
