/** Elements of the Teach panel. */

import { actionButton, saveForm, make } from "../../shell/dom.js";
import { TEACH } from "./text.js";

/** A titled section. @param {string} name  @param {(Node | string)[]} inside */
function section(name, ...inside) {
  const id = `teach-${name}-title`;
  const title = make("h3", { id }, TEACH[name]);
  return make("section", { class: name, "aria-labelledby": id }, title, ...inside);
}

const digits = () =>
  Array.from({ length: 10 }, (_, digit) =>
    make("button", { type: "button", value: String(digit) }, String(digit)),
  );

/** @param {string} name */
const row = (name) =>
  make(
    "tr",
    { "data-mark": name },
    make("th", { scope: "row" }, TEACH[name]),
    make("td"),
    make("td"),
  );

const table = () =>
  make(
    "table",
    { hidden: true },
    make("caption", {}, TEACH.marks),
    make(
      "thead",
      {},
      make(
        "tr",
        {},
        make("td"),
        make("th", { scope: "col" }, TEACH.before),
        make("th", { scope: "col" }, TEACH.after),
      ),
    ),
    make("tbody", {}, row("right"), row("accuracy"), row("refused")),
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

/** @param {HTMLElement} element */
export function fill(element) {
  element.replaceChildren(
    make("p", { class: "lead" }, TEACH.lead),
    make("p", { class: "notice", role: "alert" }),
    make(
      "div",
      { class: "columns" },
      section(
        "drawings",
        make(
          "div",
          { class: "label-pad", role: "group", "aria-labelledby": "teach-paper" },
          make("span", { id: "teach-paper" }, TEACH.paper),
          ...digits(),
        ),
        make(
          "div",
          { class: "feedback" },
          make("p", { class: "status", role: "status" }),
          actionButton("undo", "", { hidden: true }),
        ),
        make("ul", { class: "album", "aria-label": TEACH.album }),
        make(
          "div",
          { class: "buttons" },
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
      ),
      section(
        "tuning",
        mode(),
        make(
          "div",
          { class: "buttons" },
          actionButton("teach", TEACH.teach, { class: "main" }),
          actionButton("stop", TEACH.stop, { disabled: true }),
        ),
        make("progress", { max: "1", value: "0", "aria-label": TEACH.progress }),
        make("p", { class: "facts" }),
        make("p", { class: "outcome", role: "status" }),
        table(),
        make("p", { class: "cost" }),
        make("form", { class: "save", hidden: true }, ...saveForm(TEACH)),
        actionButton("reset", TEACH.reset, { hidden: true }),
      ),
    ),
  );
}
