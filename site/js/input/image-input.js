/**
 * Takes images, saved drawings and weights files that are chosen, dropped or pasted.
 * Owns #pictures, with its file input and its Paste button.
 */

import { finder, reveal } from "../shell/dom.js";
import * as words from "../text/page.js";

/** @import { Drawing } from "../pad/strokes.js" */

/**
 * @param {HTMLElement} element  with a file input, a button and a .status in it
 * @param {object} page
 * @param {(drawing: Drawing) => void} page.put  as one undo step
 * @param {(file: File) => void} page.onWeights
 */
export function createImageInput(element, { put, onWeights }) {
  const find = finder(element);
  const input = find("input", HTMLInputElement);
  const button = find("button");
  const message = find(".status");

  let newest = 0; // a file that is slow to read must not replace a later one

  /** @param {string} text */
  function complain(text) {
    message.textContent = text;
    reveal(message);
  }

  /** @param {File} file */
  async function open(file) {
    const current = (newest += 1);
    message.textContent = "";
    try {
      if (isJson(file) && !(await isDrawing(file))) return onWeights(file);
      const drawing = await (isJson(file) ? savedDrawing(file) : decodedImage(file));
      if (current === newest) put(drawing);
    } catch (error) {
      if (current === newest) complain(words.badDrawing(file.name, error));
    }
  }

  button.hidden = navigator.clipboard?.read === undefined;
  button.addEventListener("click", async () => {
    try {
      const { readClipboard } = await import("./paste.js");
      await open(await readClipboard());
    } catch (error) {
      complain(words.because(words.NOT_PASTED, error));
    }
  });

  /** @param {DataTransfer | null} data  @returns {File | undefined} */
  const fileIn = (data) => data?.files[0];

  input.addEventListener("change", () => {
    const file = input.files?.[0];
    if (file !== undefined) open(file);
    input.value = ""; // allows the same file to be chosen again
  });
  document.addEventListener("dragover", (event) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const file = fileIn(event.dataTransfer);
    if (file === undefined) return;
    event.preventDefault(); // else the browser navigates to the file
    open(file);
  });
  document.addEventListener("paste", (event) => {
    const file = fileIn(event.clipboardData);
    const isText = /** @type {Element} */ (event.target).matches(":read-write");
    if (file === undefined || isText) return; // a copied cell is both text and picture
    event.preventDefault();
    open(file);
  });
}

/** @param {File} file */
const isJson = ({ name, type }) => type === "application/json" || /\.json$/i.test(name);

/** Saved drawings have a marker; any other JSON file is opened as weights. */
async function isDrawing(/** @type {File} */ file) {
  return (await file.slice(0, 200).text()).includes('"nnweb-drawing"');
}

async function savedDrawing(/** @type {File} */ file) {
  const { fromJson } = await import("../pad/read-drawing.js");
  return fromJson(file);
}

async function decodedImage(/** @type {File} */ file) {
  const { readPicture } = await import("./image-decoder.js");
  return { strokes: [], picture: await readPicture(file) };
}
