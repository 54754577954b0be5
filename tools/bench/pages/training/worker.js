/** Runs the contestant that the query names, in a module or a classic worker. */

const contestant = import(`./${location.search.slice(1)}`).then(async (module) => {
  await module.begin();
  return module;
});

addEventListener("message", async ({ data }) => {
  try {
    const { measure } = await contestant;
    postMessage(data === "begin" ? "ready" : await measure(data));
  } catch (error) {
    postMessage({ failed: String(error) });
  }
});
