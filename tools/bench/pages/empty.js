/** A worker that knows the answer: what remains is the browser's own time. */

addEventListener("message", () => postMessage(7));
