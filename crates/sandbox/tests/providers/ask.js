// Uses the phone in a frame as a shopper would, and tells what is to be seen after each step.

const { modules, follow } = await (await fetch("/case")).json();
const frame = document.createElement("iframe");
frame.src = "/phone";
document.body.append(frame);

// Waits for what the page shows within its next look at the sandbox.
async function until(find) {
  for (;;) {
    const found = find();
    if (found) return found;
    await new Promise(requestAnimationFrame);
  }
}

const steps = [];
const note = (step, seen) => steps.push([step, seen]);
const tell = () => fetch("/told", { method: "POST", body: JSON.stringify(steps) });
addEventListener("unhandledrejection", ({ reason }) => {
  note("failed", String(reason));
  tell();
});
// If the page gets stuck, the test says where.
setTimeout(tell, 60_000);
await new Promise((loaded) => frame.addEventListener("load", loaded));
const page = frame.contentDocument;
const $ = (selector) => page.querySelector(selector);
const message = () => $("#message").textContent;
const click = (selector) => $(selector).click();

// A picture of modules, dark ones as `#`.
function picture(rows) {
  const scale = 5;
  const side = (rows.length + 8) * scale;
  const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side });
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, side, side);
  context.fillStyle = "#000";
  rows.forEach((row, y) => [...row].forEach((module, x) => module === "#" && context.fillRect((x + 4) * scale, (y + 4) * scale, scale, scale)));
  return new Promise((made) => canvas.toBlob(made, "image/png"));
}

function choose(blob) {
  const files = new DataTransfer();
  files.items.add(new File([blob], "code.png", { type: "image/png" }));
  $("#picture").files = files.files;
  $("#picture").dispatchEvent(new Event("change"));
}

await until(() => page.querySelectorAll("#codes > li").length === 2);
choose(await picture(["#"]));
note("a picture of nothing", await until(message));
choose(await picture(modules));
const card = await until(() => $("li.found"));
note("a picture of a code", message());
note("what the wallet asks", [".wallet", ".payee", ".what", ".amount"].map((part) => card.querySelector(part).textContent));
card.querySelector("button.pay").click();
await until(() => card.querySelector(".state").textContent);
note("paid", [card.querySelector(".state").textContent, message()]);

const other = $("#codes > li:not(.found)");
other.querySelector("button.scan").click();
note("just looked", await until(() => message() !== "Paid. The shop is being told." && message()));
// Buttons rest while the sandbox is asked.
await until(() => !other.querySelector("button.decline").disabled);
other.querySelector("button.decline").click();
note("declined", await until(() => other.querySelector(".state").textContent));

$("#payload").value = follow;
click("#scan-button");
await until(() => !$("#account").hidden);
note("a code to follow", [message(), $("#account .payee").textContent, $("#account .state").textContent]);
click("#account button.pay");
await until(() => $("#account button.pay").hidden);
note("followed", [message(), $("#account .state").textContent]);

$("#payload").value = "https://shop.example/";
click("#scan-button");
note("a text of nobody's", await until(() => $("#message.bad")?.textContent));

click("#faults summary");
(await until(() => $("#fault-missing_notification"))).click();
note("a fault", await until(() => $("#faults-count").textContent));
note("as the sandbox has it", (await (await fetch("/sandbox/faults")).json()).missing_notification);
click("#faults-clear");
await until(() => $("#faults-count").textContent === "");
note("no fault", (await (await fetch("/sandbox/faults")).json()).missing_notification);

const told = (changed) => until(() => $("#levers").textContent !== changed && $("#levers").textContent);
click("#oldest-first");
note("nothing held", await told(""));
$("#fault-hold_notifications").click();
await until(() => $("#faults-count").textContent);
other.querySelector("button.pay").click();
await until(() => other.querySelector(".state.paid"));
click("#newest-first");
note("released", await told("No notification is held."));
note("arrived", (await (await fetch("/sandbox/notifications")).json()).map(({ state }) => state));

const time = async () => (await (await fetch("/sandbox/clock")).json()).now;
const before = await time();
for (const [button, seconds] of [["#one-minute", 60], ["#ten-minutes", 660], ["#one-hour", 4260], ["#real-time", 0]]) {
  const said = $("#levers").textContent;
  click(button);
  await told(said);
  note(button, (await time()) - before === seconds);
}
const named = [...page.querySelectorAll("#faults [role=group]")].map((group) => page.getElementById(group.getAttribute("aria-labelledby")).textContent);
note("groups by name", named);
await tell();
