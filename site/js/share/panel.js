/**
 * Shares the drawing as a link or a file, and opens saved ones. Owns #share. The page's
 * address holds a drawing only as long as it is the current one, and read in the same way.
 */

import { finder } from "../shell/dom.js";
import { fromJson } from "../pad/read-drawing.js";
import { saveFile } from "../shell/save-file.js";
import { NO_DRAWING, parseHash, toFields } from "./url-state.js";
import * as words from "../text/on-demand.js";
import { toJson } from "../pad/drawing-json.js";
import { toNumpy, toPng, toSvg } from "./write-drawing.js";

/** @import { Address } from "../shell/address.js" */
/** @import { Shared } from "./url-state.js" */
/** @import { Drawing } from "../pad/strokes.js" */
/**
 * What the answer depends on besides the drawing.
 * @typedef {object} Setting
 * @property {Shared["network"]} network
 * @property {Shared["fit"]} fit
 * @property {Shared["mode"]} mode
 * @property {boolean} keepModel  keep ?model= in the link
 * @property {boolean} isFile  the network is a local file, which a link cannot name
 */

const TYPES = { png: "image/png", svg: "image/svg+xml", json: "application/json" };

/**
 * @param {HTMLElement} element
 * @param {HTMLElement} notice  for errors of a link, near the canvas
 * @param {object} page
 * @param {() => Drawing} page.drawing
 * @param {() => Setting} page.setting
 * @param {(shared: Shared) => string} page.onOpen  returns a notice, or ""
 * @param {(drawing: Drawing) => void} page.onFile
 * @param {Address} page.address
 */
export function createSharePanel(element, notice, { drawing, setting, onOpen, onFile, address }) {
  const find = finder(element);
  const message = find(".status");
  const textToCopy = find("textarea", HTMLTextAreaElement);
  let networkInput = /** @type {Uint8Array | null} */ (null);
  /** @type {Drawing | null} */
  let linked = null; // the drawing in the page's address
  let opening = false;

  function show(/** @type {string} */ text) {
    message.textContent = text;
    textToCopy.hidden = true;
  }

  const isBlank = () => drawing().strokes.length === 0 && drawing().picture === null;

  /** @param {string} text  @param {string} copied  message on success */
  async function copy(text, copied) {
    try {
      await navigator.clipboard.writeText(text);
      show(copied);
    } catch {
      show(words.COPY_BY_HAND);
      textToCopy.value = text;
      textToCopy.hidden = false;
      textToCopy.select();
    }
  }

  /** Write the drawing into the page's address; null (with a message) if it cannot be. */
  function makeLink() {
    const { strokes, fixed, picture } = drawing();
    if (strokes.length === 0) {
      show(picture === null ? words.BLANK : words.PICTURE_ALONE);
      return null;
    }
    const { keepModel, isFile, ...rest } = setting();
    address.set(toFields({ strokes, fixed, ...rest }));
    const url = new URL(location.href);
    if (!keepModel) url.searchParams.delete("model");
    history.replaceState(history.state, "", url);
    linked = drawing();
    const missing = picture !== null ? words.NO_PICTURE : isFile ? words.NO_FILE : "";
    return { url: url.href, missing };
  }

  function copyLink() {
    const link = makeLink();
    if (link !== null) copy(link.url, `${words.LINK_COPIED} ${link.missing}`.trim());
  }

  /** Share by the system's own dialog. */
  async function send() {
    const link = makeLink();
    if (link === null) return;
    show(link.missing);
    try {
      await navigator.share({ title: document.title, url: link.url });
    } catch (error) {
      const isCancelled = /** @type {Error} */ (error).name === "AbortError";
      if (!isCancelled) show(words.because(words.NOT_SENT, error));
    }
  }

  async function download(/** @type {keyof typeof TYPES} */ kind) {
    if (isBlank()) return show(words.BLANK);
    try {
      const write = { png: toPng, svg: toSvg, json: toJson }[kind];
      saveFile(`digit.${kind}`, await write(drawing()), TYPES[kind]);
      show("");
    } catch (error) {
      const reason = words.reasonOf(error);
      show(words.fill(words.NOT_SAVED, { kind: kind.toUpperCase(), reason }));
    }
  }

  function copyNumpy() {
    if (networkInput === null) show(words.NOTHING_SEEN);
    else copy(toNumpy(networkInput), words.NUMPY_COPIED);
  }

  async function openFile(/** @type {HTMLInputElement} */ input) {
    const file = /** @type {FileList} */ (input.files)[0];
    try {
      onFile(await fromJson(file));
    } catch (error) {
      show(words.badDrawing(file.name, error));
    } finally {
      input.value = ""; // allows the same file to be chosen again
    }
  }

  /** Open the drawing in the page's address, if there is one. */
  function openLink() {
    opening = true;
    try {
      const shared = parseHash(location.hash);
      if (shared === null) return;
      notice.textContent = onOpen(shared);
    } catch (error) {
      notice.textContent = words.because(words.BAD_LINK, error);
    } finally {
      opening = false;
    }
    linked = drawing(); // of a damaged link: the address has it until the drawing changes
  }

  /** Take the drawing out of the page's address: call when it will be read in another way. */
  function unlink() {
    if (opening || linked === null) return;
    linked = null;
    address.set(NO_DRAWING);
  }

  return {
    openLink,
    /** "Back" or "forward" has led to an address with a drawing: is it still this one? */
    checkLink() {
      const { d, fixed } = toFields({ ...drawing(), ...setting() });
      if (address.get("d") === d && address.get("fixed") === fixed) linked = drawing();
      else address.set(NO_DRAWING);
    },
    /** Handle a click or a chosen file. @param {Event} event */
    handle({ type, target }) {
      const { do: action } = /** @type {HTMLElement} */ (target).dataset;
      if (type === "change") openFile(/** @type {HTMLInputElement} */ (target));
      else if (action === "link") copyLink();
      else if (action === "send") send();
      else if (action === "numpy") copyNumpy();
      else if (action !== undefined) download(/** @type {keyof typeof TYPES} */ (action));
    },
    /** The page's address with the drawing. */
    href: () => address.href(toFields({ ...drawing(), ...setting() })),
    /** Call when the drawing may have changed. */
    changed() {
      if (opening) return;
      show("");
      notice.textContent = "";
      if (linked !== drawing()) unlink();
    },
    unlink,
    /** @param {Uint8Array | null} image  28 x 28, the network's input for the drawing */
    setNetworkInput(image) {
      networkInput = image;
    },
  };
}
