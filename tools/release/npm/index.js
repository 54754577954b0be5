/**
 * Defines <digit-pad> from the files that "npx nnweb-digit-pad copy" has put on a site. A
 * bundler leaves them alone: they load each other by URL, with hashes and in a worker.
 */

/**
 * The answer to a drawing: the `detail` of the events `input` and `change`.
 * @typedef {object} Reading
 * @property {string} digit  the value: "0" to "9", or a number; "" if none was recognized
 * @property {string} other  the second-likeliest value if the network is unsure, or ""
 * @property {number[]} probabilities  of 0 to 9, summing to 1; empty if nothing is drawn, and
 *   for a number
 * @property {number} [confidence]  of a number: the probability that all of it is right
 * @property {"digit" | "not-a-digit" | "blank"} status
 */

/** @typedef {{title: string, text: string}} Problem  The `detail` of the event `error` */

/**
 * Properties of a <digit-pad>; docs/embed.md in nnweb's repository describes them.
 * @typedef {object} DigitPadProperties
 * @property {string} value  a digit or number, or ""; set it to remove the drawing
 * @property {string} defaultValue
 * @property {Reading | null} reading  the answer to the drawing
 * @property {[x: number, y: number][][]} strokes  the drawing, on paper that is 336 high
 * @property {string} type
 * @property {string} name
 * @property {string} model  a shipped network, or the URL of a weights file
 * @property {string} size  of the paper, in CSS pixels
 * @property {string} theme  "light", "dark" or "auto"
 * @property {string} digits  how many, as "4" or "1-10"
 * @property {string} min
 * @property {string} max
 * @property {string} step
 * @property {string} pattern
 * @property {boolean} decimal
 * @property {boolean} negative
 * @property {boolean} required
 * @property {boolean} disabled
 * @property {boolean} readOnly
 * @property {HTMLFormElement | null} form
 * @property {NodeListOf<HTMLLabelElement>} labels
 * @property {ValidityState} validity
 * @property {string} validationMessage
 * @property {boolean} willValidate
 * @property {() => boolean} checkValidity
 * @property {() => boolean} reportValidity
 * @property {(message: string) => void} setCustomValidity
 * @property {() => void} clear  fires events, as the button does
 * @property {() => void} undo
 * @property {(type?: string, quality?: number) => Promise<Blob>} toBlob
 */

/** @typedef {HTMLElement & DigitPadProperties} DigitPad */

/**
 * Define <digit-pad>, once for the page. Call it in the browser, not on a server.
 * @param {string | URL} [folder]  URL of the copied files
 * @returns {Promise<new () => DigitPad>}  its class
 */
export async function defineDigitPad(folder = "/nnweb/") {
  const base = new URL(folder, document.baseURI);
  if (!base.pathname.endsWith("/")) base.pathname += "/";
  const { href } = new URL("digit-pad.js", base);
  const module = await import(/* @vite-ignore */ /* webpackIgnore: true */ href);
  return module.DigitPad;
}
