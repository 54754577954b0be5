/** Estimates when a download ends, from the rate of the last seconds. Pure. */

/** Milliseconds that the rate is taken over, and that it needs before there is one. */
const WINDOW_MS = 8000;
const FIRST_MS = 2000;
/** Share of the time left by which a shown end must be wrong before it moves. */
const TOLERANCE = 0.25;

/** @param {() => number} [now]  milliseconds of a clock */
export function createTimeLeft(now = () => performance.now()) {
  /** Bytes by time, of the last WINDOW_MS. @type {[number, number][]} */
  let samples = [];
  /** When the download ends, as shown last. @type {number | null} */
  let end = null;

  /**
   * Seconds until `total` bytes have arrived; null while it is unknown.
   * @param {number} loaded  bytes so far
   * @param {number} total
   */
  return function timeLeft(loaded, total) {
    const time = now();
    if (samples.length > 0 && loaded < samples[samples.length - 1][1]) samples = [];
    samples.push([time, loaded]);
    // of those before the window, the latest
    while (samples.length > 2 && samples[1][0] <= time - WINDOW_MS) samples.shift();
    const [[since, before]] = samples;
    if (time - since < FIRST_MS || loaded === before || loaded >= total) return null;
    const left = ((total - loaded) * (time - since)) / (loaded - before);
    if (end === null || Math.abs(time + left - end) > TOLERANCE * left) end = time + left;
    return Math.max(1, Math.round((end - time) / 1000));
  };
}
