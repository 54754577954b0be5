/**
 * Which network is in use, and the worker that runs it: a state machine without a DOM.
 *
 *   booting  no network is in use; Python or the first network is being loaded
 *   busy     a network is in use, and an answer or another network is pending
 *   ready    a network is in use, and nothing is pending
 *   failed   nothing is answered, until `begin` or `choose` tries again
 */

/** @typedef {import("./networks/sources.js").Source} Source */
/** @typedef {import("./worker/protocol.js").Description} Description */
/** @typedef {import("./worker/protocol.js").Progress} Progress */
/** @typedef {import("./worker/python-client.js").PythonClient} PythonClient */
/** @typedef {"booting" | "ready" | "busy" | "failed"} State */
/**
 * @typedef {object} Events
 * @property {(state: State) => void} onState
 * @property {() => void} onBegin  loading begins, at first or again
 * @property {() => void} onStart  a worker is about to be started
 * @property {(progress: Progress) => void} onProgress  until a network is in use
 * @property {(loaded: number) => void} onWeights  bytes of the first network, likewise
 * @property {(isOther: boolean) => void} onOpened  a network is in use; not another one
 *   if the same was opened again
 * @property {(source: Source, error: unknown) => void} onRefused  a network could not be
 *   opened; the one in use stays
 * @property {(isSlow: boolean) => void} onSlow  the worker owes an answer for long
 * @property {(error: unknown) => void} onFailed
 */

/**
 * @param {Source} first  the network to begin with
 * @param {(events: {onProgress: (progress: Progress) => void,
 *   onDeath: (death: Error) => void, onSlow: (isSlow: boolean) => void}) => PythonClient}
 *   createClient
 * @param {Events} events
 */
export function createSession(first, createClient, events) {
  /** @type {State} */
  let state = "booting";
  let source = first; // in use, or wanted while none is
  /** @type {Source | null} */
  let lastOpened = null; // also after its worker has died
  /** @type {Description | null} */
  let network = null;
  /** @type {PythonClient | null} */
  let client = null;
  let hasAnswered = false; // the worker that is alive
  let isSlow = false; // likewise
  let openings = 0; // networks that are chosen and not open yet
  let queue = Promise.resolve();

  /** @param {State} next */
  function enter(next) {
    state = next;
    events.onState(next);
  }

  /** @param {Source} chosen */
  function beginWith(chosen) {
    enter("booting");
    events.onBegin();
    try {
      if (isSlow) {
        network = null;
        hasAnswered = false;
        client?.dispose();
      }
      if (!client?.alive) events.onStart();
      client ??= createClient({ onProgress, onDeath, onSlow });
      if (!client.alive) client.restart();
    } catch (error) {
      return fail(error);
    }
    enqueue(chosen);
  }

  /** Open networks one after the other, so that the one chosen last stays. */
  function enqueue(/** @type {Source} */ chosen) {
    openings += 1;
    queue = queue.then(() => open(chosen)).catch(fail);
  }

  /** @param {Source} next */
  async function open(next) {
    if (network !== null) enter("busy");
    let opened;
    try {
      opened = await running().open(await next.read(onWeights));
    } catch (error) {
      openings -= 1;
      if (!isDeath(error)) refuse(next, error);
      return;
    }
    openings -= 1;
    const isOther = next !== lastOpened;
    source = lastOpened = next;
    network = opened;
    enter("busy");
    events.onOpened(isOther);
  }

  /** @param {Source} next  @param {unknown} error */
  function refuse(next, error) {
    if (network !== null) return events.onRefused(next, error);
    source = next;
    fail(error);
  }

  /** @param {unknown} error */
  function fail(error) {
    enter("failed");
    events.onFailed(error);
  }

  /** @param {number} loaded */
  function onWeights(loaded) {
    if (network === null) events.onWeights(loaded);
  }

  /** @param {Progress} progress */
  function onProgress(progress) {
    // with a network in use, opening another takes but a moment
    if (network === null && state !== "failed") events.onProgress(progress);
  }

  /** @param {boolean} now */
  function onSlow(now) {
    isSlow = now;
    events.onSlow(now);
  }

  /** A worker that has answered before is replaced; one that never did is not. */
  function onDeath(/** @type {Error} */ death) {
    network = null;
    if (hasAnswered) beginWith(source);
    else fail(death);
    hasAnswered = false;
  }

  const canAnswer = () => network !== null && state !== "failed";

  function running() {
    if (client === null) throw new Error("the session has not begun");
    return client;
  }

  return {
    get state() {
      return state;
    },
    /** In use, null before there is one. */
    get network() {
      return network;
    },
    /** Of the network in use, or of the one that is loading. */
    get source() {
      return source;
    },
    /** The worker's client; throws before `begin`. */
    get client() {
      return running();
    },
    begin: () => beginWith(source),
    /** @param {Source} next  instead of the first, before `begin` */
    prefer(next) {
      source = next;
    },
    /** Use another network; again the same one to have it read again. */
    choose(/** @type {Source} */ next) {
      if (state !== "failed") return enqueue(next);
      if (network === null) source = next;
      beginWith(next);
    },
    /**
     * Go on with the network in use after an answer that failed, where another kind of
     * answer is wanted. Returns whether there was such a failure.
     */
    resume() {
      if (network === null || state !== "failed") return false;
      enter("busy");
      return true;
    },
    /** Whether drawings can be answered. */
    get canAnswer() {
      return canAnswer();
    },
    /** A drawing is waiting for its answer. */
    expectAnswer() {
      if (canAnswer()) enter("busy");
    },
    /** The worker has answered. */
    answered() {
      hasAnswered = true;
    },
    /** Nothing is pending, unless a network is still to be opened. Returns whether. */
    rest() {
      if (network === null || openings > 0 || state === "failed") return false;
      enter("ready");
      return true;
    },
    fail,
  };
}

/** @param {unknown} error  whether `onDeath` deals with it */
export function isDeath(error) {
  return error instanceof Error && error.name === "WorkerDeath";
}
