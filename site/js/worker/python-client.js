/**
 * The page's Python: a worker that recognizes drawings. While it is still being loaded
 * the page prefetches the files that its start needs.
 */

import { noteActivity } from "../boot/download.js";
import { prefetch } from "../boot/prefetch.js";
import * as manifest from "../manifest.js";
import { ASSISTED } from "./protocol.js";
import { checkScript, newInheritingWorker, newModuleWorker } from "./module-worker.js";
import { createWorkerClient } from "./worker-client.js";

const script = manifest.WORKERS.python;

/** @typedef {import("./protocol.js").Description} Description */
/** @typedef {import("./protocol.js").Answer} Answer */
/** @typedef {import("./protocol.js").Diagnosis} Diagnosis */
/** @typedef {import("./protocol.js").Picture} Picture */
/** @typedef {import("./protocol.js").Progress} Progress */
/** @typedef {import("./protocol.js").Report} Report */
/** @typedef {import("./worker-client.js").WorkerDeath} WorkerDeath */
/** @typedef {ReturnType<typeof createPythonClient>} PythonClient */

/**
 * Start the worker, which boots Python at once.
 * @param {object} options
 * @param {(progress: Progress) => void} [options.onProgress]
 * @param {(death: WorkerDeath) => void} [options.onDeath]  once for each dead worker
 * @param {(isSlow: boolean) => void} [options.onSlow]  see createWorkerClient
 * @param {boolean} [options.compiles]  whether the page's policy lets it compile
 *   WebAssembly for the worker
 */
export function createPythonClient({
  onProgress = () => {},
  onDeath = () => {},
  onSlow,
  compiles = true,
}) {
  let attempt = 0; // of starting a worker
  let downloads = sumOfDownloads(onProgress);

  const client = createWorkerClient({
    createWorker() {
      const url = manifest.resolveUrl(script.file);
      const newWorker = url.origin === self.origin ? newModuleWorker : newInheritingWorker;
      const worker = newWorker(url, ASSISTED);
      downloads = sumOfDownloads(onProgress);
      const own = (attempt += 1);
      queueMicrotask(() => assist(own)); // once the client has this worker
      return worker;
    },
    onProgress(progress) {
      noteActivity(); // the page's own downloads may be waiting for these
      if (progress.stage !== "download") onProgress(progress);
      else downloads.report("worker", progress.loaded, progress.total);
    },
    check: () => checkScript(script),
    onDeath,
    onSlow,
  });

  /** @param {number} own  the attempt that the files are for */
  function assist(own) {
    /** @type {Report} */
    const report = (_, loaded = 0, total = 0) => {
      if (own !== attempt) return;
      client.assisted();
      downloads.report("page", loaded, total);
    };
    prefetch(manifest, report, compiles, (file, transfer) => {
      if (own !== attempt) return;
      if (file.error !== undefined) downloads.workerAlone();
      client.notify("prefetched", { file }, transfer);
    });
  }

  return {
    /** Whether there is a worker whose Python runs, or may yet start. */
    get alive() {
      return client.alive;
    },
    /**
     * Put a network into a slot; the one there stays if this one is refused.
     * @param {ArrayBuffer} weights  copied
     * @param {string} [slot]
     * @returns {Promise<Description>}
     */
    open: (weights, slot = "") => client.request("open", { weights, slot }),
    /**
     * @param {Picture} picture  its pixels are transferred: gone from here
     * @param {string} [slot]  of the network
     * @returns {Promise<Answer>}
     */
    recognize: (picture, slot = "") =>
      client.request("recognize", { ...picture, slot }, [picture.pixels]),
    /** How Python was started, once it is. @returns {Promise<Diagnosis>} */
    diagnose: () => client.request("diagnose"),
    /** Load all of Python, not only the page's part. @returns {Promise<void>} */
    complete: () => client.request("complete"),
    /** Any other request of protocol.js. */
    request: client.request,
    restart: client.restart,
    dispose: client.dispose,
  };
}

/**
 * Reports what page and worker download as one, once both have begun.
 * @param {(progress: Progress) => void} onProgress
 */
function sumOfDownloads(onProgress) {
  const bytes = { page: { loaded: 0, total: 0 }, worker: { loaded: 0, total: 0 } };
  let alone = false;
  return {
    /** @param {"page" | "worker"} end  @param {number} loaded  @param {number} total */
    report(end, loaded, total) {
      bytes[end] = { loaded, total };
      const { page, worker } = bytes;
      if (!alone && (page.total === 0 || worker.total === 0)) return;
      onProgress({
        type: "progress",
        stage: "download",
        loaded: page.loaded + worker.loaded,
        total: page.total + worker.total,
      });
    },
    /** The page cannot help: the worker downloads all by itself. */
    workerAlone() {
      alone = true;
    },
  };
}
