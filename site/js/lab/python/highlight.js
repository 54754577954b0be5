/** Lines of Python as elements: numbered, highlighted, with notes on what each one changed. */

import { div, make } from "../../shell/dom.js";
import * as words from "./text.js";

/** @import { Piece, Shown } from "./client.js" */

/** A highlighted line. @param {Piece[]} pieces */
export function highlighted(pieces) {
  const code = document.createElement("code");
  for (const [kind, text] of pieces) {
    if (kind === "") code.append(text);
    else code.append(make("span", { class: `py-${kind}` }, text));
  }
  if (pieces.length === 0) code.append("\u200b"); // gives a blank line its height
  return code;
}

/** @param {Shown} shown */
export function codeLines({ lines, first, ran, made }) {
  const notes = new Map(ran);
  return lines.map((pieces, i) => {
    const at = first + i;
    const line = div("line");
    if (notes.has(at)) line.classList.add("ran");
    const isMade = made.length > 0 && made[0] <= at && at <= made[1];
    if (isMade) {
      line.classList.add("made");
      line.append(make("span", { class: "unseen" }, words.MADE_IT));
    }
    line.append(make("span", { class: "at" }, String(at)), highlighted(pieces));
    const note = notes.get(at) ?? "";
    if (note !== "") line.append(make("span", { class: "note" }, note));
    return line;
  });
}
