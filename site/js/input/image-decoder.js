/** Decodes image files for the pad. */

import * as words from "../text/on-demand.js";

/** Larger images are reduced to this longer side, in pixels. */
const MAX_SIDE = 1024;

/** Limit for the file, in bytes, and for the decoded image, in pixels. */
const LIMIT = 64e6;

class ImageError extends Error {
  name = "ImageError";
}

/**
 * The image on an opaque background, oriented by its EXIF data and reduced in size.
 * @param {File} file
 * @returns {Promise<HTMLCanvasElement>}
 * @throws {ImageError}  its message is shown to the user
 */
export async function readPicture(file) {
  if (file.size > LIMIT) throw new ImageError(words.fileTooLarge(file.size, LIMIT));
  const image = await imageOf(file);
  const { naturalWidth: width, naturalHeight: height } = image;
  // a small file may decode to gigabytes
  if (width * height > LIMIT) {
    throw new ImageError(words.fill(words.TOO_WIDE, { width, height }));
  }
  let bitmap;
  try {
    const source = file.type === "image/svg+xml" ? image : file; // some take no SVG file
    bitmap = await createImageBitmap(source, { imageOrientation: "from-image" });
  } catch {
    throw new ImageError(words.NO_IMAGE);
  }
  const shrink = Math.min(1, MAX_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * shrink));
  canvas.height = Math.max(1, Math.round(bitmap.height * shrink));
  const context = contextOf(canvas);
  context.fillStyle = backgroundOf(bitmap);
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas;
}

/**
 * The background for transparent pixels: black if the visible ones are light.
 * @param {ImageBitmap} bitmap
 */
function backgroundOf(bitmap) {
  const small = document.createElement("canvas");
  small.width = small.height = 64;
  const context = contextOf(small);
  context.drawImage(bitmap, 0, 0, small.width, small.height);
  const { data } = context.getImageData(0, 0, small.width, small.height);
  let [brightness, isTransparent] = [0, false];
  for (let i = 0; i < data.length; i += 4) {
    const gray = 0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2];
    brightness += data[i + 3] * (gray - 127.5);
    isTransparent ||= data[i + 3] < 255;
  }
  return isTransparent && brightness > 0 ? "black" : "white";
}

/** @param {HTMLCanvasElement} canvas */
const contextOf = (canvas) =>
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));

/** An <img> of the file, which knows the size before decoding. @param {File} file */
async function imageOf(file) {
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
    throw new ImageError(words.NO_IMAGE);
  } finally {
    URL.revokeObjectURL(url);
  }
}
