// The named faults, as switches: whatever the sandbox has, under its own name where there are no words for it. Beside them, what a
// fault needs to be played out: held notifications are let go, and the sandbox's clock is moved.

import { texts } from "/texts.js";

const $ = (id) => document.getElementById(id);

// What the settings with words of their own may be.
const OPTIONS = { bridge: ["wechat", "no_permission", "not_executed", "no_support", "liar"], signing: ["public_key", "certificate", "migrating", "rotating"], pages: ["most", "others"], mail: ["none", "down", "slow", "hanging", "hanging_after_letter", "later", "refused", "greylisting", "letter_refused"], robots: ["none", "slow", "hanging", "forbidden", "unavailable", "errcode"] };

// How far each button moves the clock, in seconds.
const STEPS = { "one-minute": 60, "ten-minutes": 600, "one-hour": 3600 };

let faults = {};
const fields = new Map();

async function ask(method, body) {
  const options = { method, ...(body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }) };
  try {
    const reply = await fetch("/sandbox/faults", options);
    if (reply.ok) faults = await reply.json();
  } catch {
    // The list of codes says that the sandbox is away.
  }
  show();
}

function field(name, value) {
  const row = document.createElement("label");
  const words = document.createElement("span");
  words.textContent = texts.fault[name] ?? name;
  words.title = name;
  const input = document.createElement(OPTIONS[name] ? "select" : "input");
  input.id = `fault-${name}`;
  row.className = "fault";
  if (OPTIONS[name]) {
    for (const option of OPTIONS[name]) input.append(new Option(texts.option[option] ?? option, option));
  } else {
    input.type = { boolean: "checkbox", number: "number" }[typeof value] ?? "text";
    if (input.type === "number") input.min = "0";
  }
  input.addEventListener("change", () => ask("POST", { ...faults, [name]: wanted(input) }));
  row.append(words, input);
  $("faults-list").append(row);
  return input;
}

function wanted(input) {
  if (input.type === "checkbox") return input.checked;
  return input.type === "number" ? Math.max(0, Math.floor(Number(input.value))) : input.value;
}

const isOn = ([name, value]) => (OPTIONS[name] ? value !== OPTIONS[name][0] : value !== false && value !== 0 && value !== "");

function show() {
  for (const [name, value] of Object.entries(faults)) {
    if (!fields.has(name)) fields.set(name, field(name, value));
    const input = fields.get(name);
    if (input === document.activeElement && input.type !== "checkbox") continue;
    if (input.type === "checkbox") input.checked = value;
    else input.value = value;
  }
  const count = Object.entries(faults).filter(isOn).length;
  $("faults-count").textContent = count > 0 ? texts.faultsCount(count) : "";
}

async function pull(method, path, body, told) {
  const options = { method, ...(body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }) };
  try {
    const reply = await fetch(`/sandbox/${path}`, options);
    $("levers").textContent = reply.ok ? told(await reply.json()) : texts.problem.offline;
  } catch {
    $("levers").textContent = texts.problem.offline;
  }
}

function showLevers() {
  const released = ({ released: count }) => texts.released(count);
  const moved = ({ now }) => texts.moved(new Date(now * 1000).toLocaleString());
  for (const [id, order] of [["oldest-first", "oldest_first"], ["newest-first", "newest_first"]]) {
    $(id).addEventListener("click", () => pull("POST", "notifications/release", { order }, released));
  }
  for (const [id, seconds] of Object.entries(STEPS)) {
    $(id).addEventListener("click", () => pull("POST", "clock", { advance_seconds: seconds }, moved));
  }
  $("real-time").addEventListener("click", () => pull("DELETE", "clock", undefined, moved));
}

export function showFaults() {
  showLevers();
  $("faults-clear").addEventListener("click", () => ask("DELETE"));
  $("faults").addEventListener("toggle", () => ask("GET"));
  // Numbers count down while calls come in.
  setInterval(() => {
    if ($("faults").open && !document.hidden) ask("GET");
  }, 1000);
  ask("GET");
}
