/** Elements of the Teach panel. */

import { actionButton, div, liveText, make, saveForm, section } from "../../shell/dom.js";
import { LONGEST_LABEL } from "./lesson.js";
import { aLabel, TEACH } from "./text.js";

/** What a label may be, as isLabel in lesson.js has it. */
const A_LABEL = '\\s*[^\\s,"]([^,"]*[^\\s,"])?\\s*';

/** To give a symbol a name of its own. */
const symbol = () =>
  make(
    "form",
    { class: "symbol" },
    make("input", {
      required: true,
      maxlength: LONGEST_LABEL,
      pattern: A_LABEL,
      title: aLabel(),
      placeholder: TEACH.example,
      autocomplete: "off",
      "aria-label": TEACH.symbol,
    }),
    make("button", {}, TEACH.add),
  );

const drawings = () =>
  section(
    "teach",
    "drawings",
    TEACH.drawings,
    make("span", { id: "teach-paper" }, TEACH.paper),
    make("div", { class: "label-pad", role: "group", "aria-labelledby": "teach-paper" }, symbol()),
    div("feedback", liveText("status"), actionButton("undo", "", { hidden: true })),
    make("ul", { class: "album", "aria-label": TEACH.album }),
  );

const mode = () =>
  make(
    "select",
    { "aria-label": TEACH.mode },
    make("option", { value: "careful" }, TEACH.careful),
    make("option", { value: "hard" }, TEACH.hard),
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
    div(
      "buttons",
      actionButton("teach", TEACH.teach, { class: "main" }),
      actionButton("stop", TEACH.stop, { disabled: true }),
      mode(),
    ),
    make("progress", { max: 1, value: 0, "aria-label": TEACH.progress }),
    make("p", { class: "facts" }),
    liveText("outcome"),
    make("p", { class: "cost" }),
    make("form", { class: "save", hidden: true }, ...saveForm(TEACH)),
    actionButton("reset", TEACH.reset, { hidden: true }),
    table(),
  );

/** Files of the drawings. */
const files = () =>
  make(
    "details",
    { class: "files" },
    make("summary", {}, TEACH.files),
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
    ),
  );

/** @param {HTMLElement} element */
export function fill(element) {
  element.replaceChildren(
    make("p", { class: "lead" }, TEACH.lead),
    make("p", { class: "notice", role: "alert" }),
    drawings(),
    tuning(),
    div("rest", files(), actionButton("forget", TEACH.forget)),
  );
}
