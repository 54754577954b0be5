// @ts-check
/**
 * Pictures from elsewhere: chosen, dropped on the page or pasted. Owns #pictures, its
 * file button and the one that pastes; what else is dropped, a network or a saved drawing, goes to its own reader.
 */

import * as words from "../text/page.js";

/** @typedef {import("../pad/strokes.js").Drawing} Drawing */

/**
 * @param {HTMLElement} element  with a file input, a button and a .said in it
 * @param {object} page
 * @param {(drawing: Drawing) => void} page.put  on the paper, as one step of undo
 * @param {(file: File) => void} page.onWeights
 */
export function createPictures(element, { put, onWeights }) {
  const input = /** @type {HTMLInputElement} */ (element.querySelector("input"));
  const button = /** @type {HTMLElement} */ (element.querySelector("button"));
  const said = /** @type {HTMLElement} */ (element.querySelector(".said"));

  let newest = 0; // a file that is slow to read does not follow a later one

  /** @param {File} file */
  async function take(file) {
    const ours = (newest += 1);
    said.textContent = "";
    try {
      if (isJson(file) && !(await isDrawing(file))) return onWeights(file);
      const drawing = await (isJson(file) ? savedDrawing(file) : photograph(file));
      if (ours === newest) put(drawing);
    } catch (error) {
      if (ours === newest) said.textContent = words.badDrawing(file.name, error);
    }
  }

  button.hidden = navigator.clipboard?.read === undefined;
  button.addEventListener("click", async () => {
    try {
      const { pasted } = await import("./paste.js");
      await take(await pasted());
    } catch (error) {
      said.textContent = words.notPasted(error);
    }
  });

  /** @param {DataTransfer | null} from  @returns {File | undefined} */
  const fileIn = (from) => from?.files[0];

  input.addEventListener("change", () => {
    const file = input.files?.[0];
    if (file !== undefined) take(file);
    input.value = ""; // so that the same file, mended, can be chosen again
  });
  document.addEventListener("dragover", (event) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const file = fileIn(event.dataTransfer);
    if (file === undefined) return;
    event.preventDefault(); // else the browser leaves the page for the file
    take(file);
  });
  document.addEventListener("paste", (event) => {
    const file = fileIn(event.clipboardData);
    if (file === undefined) return;
    event.preventDefault();
    take(file);
  });
}

/** @param {File} file */
const isJson = ({ name, type }) => type === "application/json" || /\.json$/i.test(name);

/** A drawing that was saved here says so; any other JSON is tried as a network. */
async function isDrawing(/** @type {File} */ file) {
  return (await file.slice(0, 200).text()).includes('"nnweb-drawing"');
}

async function savedDrawing(/** @type {File} */ file) {
  const { fromJson } = await import("../pad/read-drawing.js");
  return fromJson(file);
}

async function photograph(/** @type {File} */ file) {
  const { readPicture } = await import("./image-decoder.js");
  return { strokes: [], picture: await readPicture(file) };
}
