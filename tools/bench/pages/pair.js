// @ts-check
/** Examples a second that the lab learns, by one worker and by two in turn. */

/**
 * @param {string} url  of the lab's end of its worker
 * @param {Record<string, string | number>} choices
 * @param {number} rounds
 * @param {number} seconds
 * @returns {Promise<[number, number][]>}  by one and by two, in each round
 */
async function measurePair(url, choices, rounds, seconds) {
  const { ask, listen } = await import(url);
  /** @type {[number, number][]} */
  const heard = []; // when, and how many steps there had been
  let failed = null;
  listen((/** @type {any} */ message) => {
    if (message.type === "trained") {
      heard.push([performance.now(), message.progress.step]);
      if (message.progress.workers !== wanted) heard.length = 0;
    }
    if (message.type === "broken" || message.type === "dead") failed = message.error;
  });
  let wanted = 1;
  await ask("start", { choices });
  const speeds = [];
  for (let round = 0; round < rounds; round += 1) {
    const pair = [];
    for (wanted of [1, 2]) {
      await ask("go", { workers: wanted });
      heard.length = 0;
      const until = performance.now() + seconds * 1000;
      while (performance.now() < until || heard.length < 5) {
        await new Promise((done) => setTimeout(done, 50));
        if (failed !== null) throw failed;
      }
      await ask("pause");
      const [[began, first], [ended, last]] = [heard[0], heard[heard.length - 1]];
      pair.push(((last - first) * Number(choices.batch_size) * 1000) / (ended - began));
    }
    speeds.push(/** @type {[number, number]} */ (pair));
  }
  await ask("abandon");
  return speeds;
}

Object.assign(globalThis, { measurePair });
