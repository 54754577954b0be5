// @ts-check
/**
 * Pictures from elsewhere: chosen, dropped on the page or pasted. Owns the file button
 * of #own; what else is dropped, a network or a saved drawing, goes to its own reader.
 */

import * as words from "./words.js";

/** @typedef {import("./strokes.js").Drawing} Drawing */

/** Longer side to which a picture is brought, in pixels: the paper has no more. */
const SIDE = 1024;

/** The largest file that is read, in bytes. */
const LARGEST = 64e6;

class NoPicture extends Error {
  name = "NoPicture";
}

/**
 * @param {HTMLElement} element  with a file input and a .said in it
 * @param {object} page
 * @param {(drawing: Drawing) => void} page.put  on the paper, as one step of undo
 * @param {(file: File) => void} page.onWeights
 */
export function createPictures(element, { put, onWeights }) {
  const input = /** @type {HTMLInputElement} */ (element.querySelector("input"));
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
  const { fromJson } = await import("./imports.js");
  return fromJson(file);
}

async function photograph(/** @type {File} */ file) {
  return { strokes: [], picture: await readPicture(file) };
}

/**
 * The picture as it is meant to be seen, on white, no larger than is of use.
 * @param {File} file
 * @returns {Promise<HTMLCanvasElement>}
 * @throws {NoPicture}  with words for people
 */
async function readPicture(file) {
  if (file.size > LARGEST) throw new NoPicture(words.fileTooLarge(file.size, LARGEST));
  let bitmap;
  try {
    // turned as the camera says it was held
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    throw new NoPicture(words.NO_IMAGE);
  }
  const shrink = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * shrink));
  canvas.height = Math.max(1, Math.round(bitmap.height * shrink));
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas;
}
