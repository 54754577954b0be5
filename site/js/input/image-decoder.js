// @ts-check
/** A picture's file as pixels for the paper. */

import * as words from "../text/on-demand.js";

/** Longer side to which a picture is brought, in pixels: the paper has no more. */
const SIDE = 1024;

/** The largest file that is read, in bytes, and picture that is decoded, in pixels. */
const LARGEST = 64e6;

class NoPicture extends Error {
  name = "NoPicture";
}

/**
 * The picture as it is meant to be seen, on white, no larger than is of use.
 * @param {File} file
 * @returns {Promise<HTMLCanvasElement>}
 * @throws {NoPicture}  with words for people
 */
export async function readPicture(file) {
  if (file.size > LARGEST) throw new NoPicture(words.fileTooLarge(file.size, LARGEST));
  const { naturalWidth: width, naturalHeight: height } = await looked(file);
  // a small file may hold a picture that takes gigabytes
  if (width * height > LARGEST) throw new NoPicture(words.tooWide(width, height));
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
  const context = contextOf(canvas);
  context.fillStyle = paperBehind(bitmap);
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas;
}

/**
 * What lies behind where a picture is transparent: black if what can be seen is light.
 * @param {ImageBitmap} bitmap
 */
function paperBehind(bitmap) {
  const small = document.createElement("canvas");
  small.width = small.height = 64;
  const context = contextOf(small);
  context.drawImage(bitmap, 0, 0, small.width, small.height);
  const { data } = context.getImageData(0, 0, small.width, small.height);
  let [light, clear] = [0, false];
  for (let i = 0; i < data.length; i += 4) {
    const grey = 0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2];
    light += data[i + 3] * (grey - 127.5);
    clear ||= data[i + 3] < 255;
  }
  return clear && light > 0 ? "black" : "white";
}

/** @param {HTMLCanvasElement} canvas */
const contextOf = (canvas) =>
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));

/** Its size, before anything is decoded. @param {File} file */
async function looked(file) {
  const image = new Image();
  const url = URL.createObjectURL(file);
  try {
    await new Promise((resolve, reject) => {
      image.addEventListener("load", resolve);
      image.addEventListener("error", reject);
      image.src = url;
    });
    return image;
  } catch {
    throw new NoPicture(words.NO_IMAGE);
  } finally {
    URL.revokeObjectURL(url);
  }
}
