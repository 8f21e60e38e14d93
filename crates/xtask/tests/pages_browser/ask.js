// Fills in the page that checks receipts, in a frame of the same origin, and reports what it says of each case.
const cases = await (await fetch("/cases")).json();
const frame = document.createElement("iframe");
const loaded = new Promise((done) => frame.addEventListener("load", done));
frame.src = "/receipt/index.html";
document.body.append(frame);
await loaded;
const page = frame.contentDocument;
const field = (id) => page.getElementById(id);
const answer = field("answer");

/** What the page says once it has changed its mind. */
async function said(change) {
  const told = new Promise((done) => {
    const watch = new frame.contentWindow.MutationObserver(() => {
      watch.disconnect();
      done();
    });
    watch.observe(answer, { attributes: true });
  });
  change();
  await told;
  return { verdict: answer.dataset.verdict, text: answer.textContent };
}

const input = (id) => field(id).dispatchEvent(new frame.contentWindow.Event("input", { bubbles: true }));

for (const { name, receipt, trusted, revoked, way } of cases) {
  field("trusted").value = trusted;
  field("revoked").value = revoked;
  field("receipt").value = way === "pasted" ? receipt : "";
  const told = await said(() => {
    if (way === "pasted") return input("receipt");
    const dataTransfer = new frame.contentWindow.DataTransfer();
    dataTransfer.items.add(new frame.contentWindow.File([receipt], "receipt.jws"));
    if (way === "dropped") {
      // Anywhere on the page.
      const drop = new frame.contentWindow.DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer });
      if (page.body.dispatchEvent(drop)) throw new Error("the browser would leave the page for the file");
      return;
    }
    field("file").files = dataTransfer.files;
    input("file");
  });
  await fetch("/told", { method: "POST", body: JSON.stringify({ name, ...told }) });
}
