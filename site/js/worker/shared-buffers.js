/**
 * One open network, and the buffers that JavaScript and Python share for it, so that a
 * call converts nothing.
 */

/** @typedef {import("./protocol.js").Answer} Answer */
/** @typedef {import("./protocol.js").Picture} Picture */

/**
 * @param {any} network  a Python Recognizer, which `close` destroys
 * @param {string[]} labels  of its outputs
 * @param {Answer["status"][]} statuses  by their codes
 */
export function createShared(network, labels, statuses) {
  const answer = network.answer;
  /** @type {any[]} */
  let buffers = [];

  const release = () => buffers.forEach((buffer) => buffer.release());

  function share() {
    release();
    buffers = ["pixels", "numbers", "seen"].map((name) => {
      const array = network[name];
      const buffer = array.getBuffer();
      array.destroy();
      return buffer;
    });
  }

  /** The buffers' current contents: growing the memory detaches all earlier views. */
  function views() {
    if (buffers[1].data.length === 0) share();
    return buffers.map(({ data }) => data);
  }

  share();
  return {
    network,
    /** @param {Picture} picture  @returns {Answer} */
    recognize({ pixels, width, height, fit }) {
      if (views()[0].length !== pixels.byteLength) {
        network.make_room(pixels.byteLength);
        share();
      }
      views()[0].set(new Uint8Array(pixels));
      answer(width, height, fit);
      const [, [status, index, other, score, milliseconds, ...probabilities], seen] = views();
      return {
        status: statuses[status],
        answer: labels[index] ?? "",
        index,
        other: labels[other] ?? "",
        probabilities,
        score,
        seen: seen.slice(),
        milliseconds,
      };
    },
    close() {
      release();
      answer.destroy();
      network.destroy();
    },
  };
}
