/**
 * How long the page keeps a person waiting before it says why and offers a way on: the one
 * rule, in seconds. The build fills the first number into start-check.js and the texts.
 */

/** Without a byte, after which a download fails. */
export const SILENT_DOWNLOAD_S = 20;
/** Without a sign of life of a worker that owes an answer, after which that is reported. */
export const SLOW_WORKER_S = 10;
/** The same, after which the worker is dead. */
export const DEAD_WORKER_S = 60;
