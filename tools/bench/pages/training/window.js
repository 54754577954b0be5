/** Measures one worker after the other. */

/**
 * @param {string} module  with the functions begin and measure
 * @param {boolean} classic  whether its worker is a classic one
 */
async function contestant(module, classic) {
  const one = new Worker(new URL(`worker.js?${module}`, import.meta.url), {
    type: classic ? "classic" : "module",
  });
  const answer = (/** @type {unknown} */ question) =>
    new Promise((resolve, reject) => {
      const once = { once: true };
      const receive = ({ data }) => {
        if (data?.failed) reject(Error(`${module}: ${data.failed}`));
        else resolve(data);
      };
      const fail = (event) => reject(Error(`${module}: ${event.message}`));
      one.addEventListener("message", receive, once);
      one.addEventListener("error", fail, once);
      one.postMessage(question);
    });
  await answer("begin");
  return answer;
}

Object.assign(globalThis, { contestant });
