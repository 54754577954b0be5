// @ts-check
/**
 * Taking the drawing elsewhere: owns #share, its buttons and what is said there. The
 * address holds a drawing only while it is the one on the paper. It comes when it is
 * first wanted; what is done to #share until then is handed to `act`.
 */

import { fromJson } from "../pad/read-drawing.js";
import { saveFile } from "../shell/save-file.js";
import { hashOf, sharedIn } from "./url-state.js";
import * as words from "../text/on-demand.js";
import { toJson, toNumpy, toPng, toSvg } from "./write-drawing.js";

/** @typedef {import("./url-state.js").Shared} Shared */
/** @typedef {import("../pad/strokes.js").Drawing} Drawing */
/**
 * What the answer depends on besides the drawing.
 * @typedef {object} Setting
 * @property {Shared["network"]} network
 * @property {Shared["fit"]} fit
 * @property {boolean} asked  ?model= in the address names the network
 * @property {boolean} own  the network is a file that no link can lead to
 */

const TYPES = { png: "image/png", svg: "image/svg+xml", json: "application/json" };

/**
 * @param {HTMLElement} element
 * @param {HTMLElement} notice  where a bad link is told of, near the paper
 * @param {object} page
 * @param {() => Drawing} page.drawing
 * @param {() => Setting} page.setting
 * @param {(shared: Shared) => string} page.onOpen  what is to be said of it, or ""
 * @param {(drawing: Drawing) => void} page.onFile
 */
export function createShare(element, notice, { drawing, setting, onOpen, onFile }) {
  const said = /** @type {HTMLElement} */ (element.querySelector(".said"));
  const byHand = /** @type {HTMLTextAreaElement} */ (element.querySelector("textarea"));
  /** @type {Uint8Array | null} */
  let seen = null;
  /** @type {Drawing | null} */
  let linked = null; // the drawing that the address holds
  let opening = false;

  function say(/** @type {string} */ text) {
    said.textContent = text;
    byHand.hidden = true;
  }

  const isBlank = () => drawing().strokes.length === 0 && drawing().picture === null;

  /** @param {string} text  @param {string} done  what to say then */
  async function copy(text, done) {
    try {
      await navigator.clipboard.writeText(text);
      say(done);
    } catch {
      say(words.COPY_BY_HAND);
      byHand.value = text;
      byHand.hidden = false;
      byHand.select();
    }
  }

  /** Put the drawing into the address, or say why that cannot be. */
  function makeLink() {
    const { strokes, picture } = drawing();
    if (strokes.length === 0) {
      say(picture === null ? words.BLANK : words.PICTURE_ALONE);
      return null;
    }
    const now = setting();
    const url = new URL(location.href);
    if (!now.asked) url.searchParams.delete("model");
    url.hash = hashOf({ strokes, network: now.network, fit: now.fit });
    history.replaceState(history.state, "", url);
    linked = drawing();
    const missing = picture !== null ? words.NO_PICTURE : now.own ? words.NO_FILE : "";
    return { url: url.href, missing };
  }

  function copyLink() {
    const link = makeLink();
    if (link !== null) copy(link.url, `${words.LINK_COPIED} ${link.missing}`.trim());
  }

  /** By what the system has for it: a message, a neighbour's phone. */
  async function send() {
    const link = makeLink();
    if (link === null) return;
    say(link.missing);
    try {
      await navigator.share({ title: document.title, url: link.url });
    } catch (error) {
      if (/** @type {Error} */ (error).name !== "AbortError") say(words.notSent(error));
    }
  }

  async function download(/** @type {keyof typeof TYPES} */ kind) {
    if (isBlank()) return say(words.BLANK);
    try {
      const write = { png: toPng, svg: toSvg, json: toJson }[kind];
      saveFile(`digit.${kind}`, await write(drawing()), TYPES[kind]);
      say("");
    } catch (error) {
      say(words.notSaved(kind, error));
    }
  }

  function copyNumpy() {
    if (seen === null) say(words.NOTHING_SEEN);
    else copy(toNumpy(seen), words.NUMPY_COPIED);
  }

  async function openFile(/** @type {HTMLInputElement} */ input) {
    const file = /** @type {FileList} */ (input.files)[0];
    try {
      onFile(await fromJson(file));
    } catch (error) {
      say(words.badDrawing(file.name, error));
    } finally {
      input.value = ""; // so that the same file, mended, can be chosen again
    }
  }

  /** Put what the address holds onto the paper. */
  function open() {
    opening = true;
    try {
      const shared = sharedIn(location.hash);
      if (shared === null) return;
      notice.textContent = onOpen(shared);
      linked = drawing();
    } catch (error) {
      notice.textContent = words.badLink(error);
    } finally {
      opening = false;
    }
  }

  return {
    open,
    /** What a click or a chosen file asks for. @param {Event} event */
    act({ type, target }) {
      const { does } = /** @type {HTMLElement} */ (target).dataset;
      if (type === "change") openFile(/** @type {HTMLInputElement} */ (target));
      else if (does === "link") copyLink();
      else if (does === "send") send();
      else if (does === "numpy") copyNumpy();
      else if (does !== undefined) download(/** @type {keyof typeof TYPES} */ (does));
    },
    /** What an address needs at its end to hold the strokes on the paper. */
    hash() {
      const { strokes } = drawing();
      const { network, fit } = setting();
      return strokes.length === 0 ? "" : hashOf({ strokes, network, fit });
    },
    /** The drawing, perhaps, is another now. */
    changed() {
      if (opening) return;
      say("");
      notice.textContent = "";
      if (linked === null || linked === drawing()) return;
      linked = null;
      history.replaceState(history.state, "", location.pathname + location.search);
    },
    /** @param {Uint8Array | null} ink  28 x 28, what the network saw of the drawing */
    saw(ink) {
      seen = ink;
    },
  };
}
