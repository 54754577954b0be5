// @ts-check
/** Calls nnweb from JavaScript as the page does, so that what this needs is loaded. */

/** Not a network: an error that crosses from Python is put into words by Python too. */
const REFUSED = new TextEncoder().encode('{"W0": [1], "b0": [1]}');

/** @param {any} pyodide  with nnweb to be imported */
export function use(pyodide) {
  const web = pyodide.pyimport("nnweb.web");
  const bytes = pyodide.toPy(REFUSED);
  try {
    web.Recognizer(bytes);
  } catch (error) {
    if (/** @type {any} */ (error)?.name !== "PythonError") throw error;
  } finally {
    bytes.destroy();
    web.destroy();
  }
}
