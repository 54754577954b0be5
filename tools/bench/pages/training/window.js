/** Asks one worker after the other how many examples it learns in a second. */

/**
 * @param {string} worker  its file
 * @param {boolean} classic  a script, no module
 */
async function contestant(worker, classic) {
  const one = new Worker(new URL(worker, import.meta.url), {
    type: classic ? "classic" : "module",
  });
  const answer = (/** @type {unknown} */ question) =>
    new Promise((resolve, reject) => {
      one.onmessage = ({ data }) => {
        if (data?.failed) reject(Error(`${worker}: ${data.failed}`));
        else resolve(data);
      };
      one.onerror = (event) => reject(Error(`${worker}: ${event.message}`));
      one.postMessage(question);
    });
  await answer("begin");
  return answer;
}

Object.assign(globalThis, { contestant });
