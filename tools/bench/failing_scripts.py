"""JavaScript of the bench of failing requests: what a page is asked, and made to do."""

# Timers run faster where a request stalls, so that no case waits for 60 s. The page and
# its workers learn from a channel how much faster.
HASTY = """
new BroadcastChannel("haste").onmessage = ({ data }) => { globalThis.haste = data; };
for (const name of ["setTimeout", "setInterval"]) {
  const original = globalThis[name];
  globalThis[name] = (call, time, ...rest) => original(call, time / haste, ...rest);
}"""
SET_HASTE = """(haste) => {
  sessionStorage.haste = globalThis.haste = haste;
  new BroadcastChannel("haste").postMessage(haste);
}"""
# In workers too, of which the page itself starts some from a blob.
HASTY_WORKERS = """
globalThis.Blob = class extends Blob {
  constructor(parts, options) {
    const hasty = `import "${location.origin}/hasty.js?${haste}";`;
    super(options?.type === "text/javascript" ? [hasty, ...parts] : parts, options);
  }
};
globalThis.Worker = class extends Worker {
  constructor(url, options) {
    const imported = new Blob([`import "${url}";`], { type: "text/javascript" });
    const isBlob = String(url).startsWith("blob:");
    super(isBlob ? url : URL.createObjectURL(imported), { ...options });
  }
};"""

# --- what is asked of the page --------------------------------------------------------

# Each expression is polled: "" while there is nothing to say, "done", or a message.
PAGE = """() => {
  const stuck = document.querySelector("#stuck");
  if (stuck !== null) return stuck.dataset.certain ? "stuck: " + stuck.innerText : "";
  const problem = document.querySelector("#problem");
  if (problem === null) return ""; // not parsed yet
  // after 10 s without an answer, which is not the end yet
  const isWaiting = problem.innerText.startsWith("This takes longer");
  if (!problem.hidden && !isWaiting) return "problem: " + problem.innerText;
  const { state } = document.body.dataset;
  return state === "ready" && document.querySelector("#answer .digit").innerText === "7"
    ? "done" : "";
}"""
LIVE = """() => {
  const stuck = document.querySelector("#stuck");
  if (stuck !== null) return stuck.dataset.certain ? "stuck: " + stuck.innerText : "";
  return document.body === null ? "" : "live";
}"""
PAD_STATE = """() => {
  const pad = document.querySelector("#floor");
  if (pad?.shadowRoot == null) return "";
  const problem = pad.shadowRoot.querySelector(".problem");
  if (!problem.hidden) return "problem: " + problem.innerText;
  return pad.value === "7" ? "done" : "";
}"""
PAD_LIVE = """(stalls) => {
  const pad = document.querySelector("#floor");
  if (pad?.shadowRoot != null) return "live";
  const isLate = stalls || document.readyState === "complete";
  return isLate && pad?.querySelector("input")?.checkVisibility() ? "fallback" : "";
}"""
PANEL = """([name, isDone]) => {
  const panel = document.querySelector(`#lab-${name}`);
  const notices = document.querySelectorAll(`#lab .lab-notice, #lab-${name} p,
    #lab-${name} [role=alert], #lab-${name} [role=status]`);
  for (const { innerText } of notices) {
    if (/not answered for 10 s/.test(innerText)) continue; // which is not the end yet
    if (/could not|nothing has arrived|stopped:|failed/i.test(innerText)
        || /\\b(404|500|no data for|does not match|sends)\\b/.test(innerText)) {
      return "problem: " + innerText;
    }
  }
  if (panel === null || panel.inert || panel.hidden) return "";
  return panel.querySelector(isDone) === null ? "" : "done";
}"""

# Chooses the panel and makes its clicks, each once, as soon as it can be made.
USE_PANEL = """(look) => ([name, isDone, clicks]) => {
  const tab = document.querySelector(`#tab-${name}`);
  if (tab !== null && tab.ariaSelected !== "true") tab.click();
  const few = document.querySelector("#lab-train [name=examples]");
  if (few !== null) few.value = "1000";
  const panel = document.querySelector(`#lab-${name}`);
  globalThis.clicked ??= 0;
  const next = panel?.inert === false ? clicks[globalThis.clicked] : undefined;
  const button = next && panel.querySelector(next);
  if (button && !button.disabled) {
    globalThis.clicked += 1;
    button.click();
  }
  return look([name, isDone]);
}"""
TRY_AGAIN = """(name) => {
  globalThis.clicked = 0;
  const tab = document.querySelector(`#tab-${name}`);
  if (tab !== null) return tab.click();
  document.querySelector("#views [data-view=learn]").click();
}"""

# as the browser does by itself some time after a visit begins
UPDATE = """navigator.serviceWorker.ready.then((registration) => {
  registration.update().catch(() => {});
})"""
INSTALL = """async (gives_up) => {
  let registration;
  try {
    registration = await navigator.serviceWorker.register("../sw.js", { scope: "../" });
  } catch (error) {
    return `refused: ${error.message}`;
  }
  if (registration.active) await registration.update();
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  if (gives_up) return "stalled";
  while (!["activated", "redundant"].includes(worker.state)) {
    await new Promise((resolve) => worker.addEventListener("statechange", resolve,
      { once: true }));
  }
  const isStored = (await caches.keys()).length > 0;
  if (isStored === (worker.state === "activated")) return worker.state;
  return `${worker.state}, with ${isStored ? "half a build" : "nothing stored"}`;
}"""
