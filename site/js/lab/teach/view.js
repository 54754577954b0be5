/** Elements of the Teach panel. */

import { actionButton, div, liveText, make, saveForm, section } from "../../shell/dom.js";
import { TEACH } from "./text.js";

const drawings = () =>
  section(
    "teach",
    "drawings",
    TEACH.drawings,
    make(
      "div",
      { class: "label-pad", role: "group", "aria-labelledby": "teach-paper" },
      make("span", { id: "teach-paper" }, TEACH.paper),
      make("div"),
    ),
    div("feedback", liveText("status"), actionButton("undo", "", { hidden: true })),
    make("ul", { class: "album", "aria-label": TEACH.album }),
    div(
      "buttons",
      make(
        "label",
        { class: "file" },
        make("input", { type: "file", multiple: true }),
        TEACH.import,
      ),
      ...["json", "csv", "images", "labels"].map((kind) =>
        make("button", { type: "button", "data-export": kind }, TEACH[kind]),
      ),
      actionButton("all", TEACH.all),
    ),
  );

const mode = () =>
  make(
    "label",
    {},
    TEACH.mode,
    make(
      "select",
      {},
      make("option", { value: "careful" }, TEACH.careful),
      make("option", { value: "hard" }, TEACH.hard),
    ),
  );

/** The marks before and after. */
function table() {
  const head = make(
    "tr",
    {},
    make("td"),
    make("th", { scope: "col" }, TEACH.before),
    make("th", { scope: "col" }, TEACH.after),
  );
  const rows = ["right", "accuracy", "refused"].map((name) => {
    const title = make("th", { scope: "row" }, TEACH[name]);
    return make("tr", { "data-mark": name }, title, make("td"), make("td"));
  });
  return make(
    "table",
    { hidden: true },
    make("caption", {}, TEACH.marks),
    make("thead", {}, head),
    make("tbody", {}, ...rows),
  );
}

const tuning = () =>
  section(
    "teach",
    "tuning",
    TEACH.tuning,
    mode(),
    div(
      "buttons",
      actionButton("teach", TEACH.teach, { class: "main" }),
      actionButton("stop", TEACH.stop, { disabled: true }),
    ),
    make("progress", { max: 1, value: 0, "aria-label": TEACH.progress }),
    make("p", { class: "facts" }),
    liveText("outcome"),
    table(),
    make("p", { class: "cost" }),
    make("form", { class: "save", hidden: true }, ...saveForm(TEACH)),
    actionButton("reset", TEACH.reset, { hidden: true }),
  );

/** @param {HTMLElement} element */
export function fill(element) {
  element.replaceChildren(
    make("p", { class: "lead" }, TEACH.lead),
    make("p", { class: "notice", role: "alert" }),
    div("columns", drawings(), tuning()),
  );
}
