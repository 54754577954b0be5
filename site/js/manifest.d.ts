/**
 * What was built, and where it lies. tools/build makes manifest.js; its paths are
 * relative to the folder js of the app, which `resolveUrl` knows the URL of.
 */

export interface ManifestFile {
  file: string;
  /** Bytes. */
  size: number;
  /** For fetch: "sha256-<base64>"; of the snapshot also that of what it unpacks to. */
  integrity: string;
}

export interface Snapshot {
  /** The file with Python's memory, compressed by gzip. */
  memory: string;
  /** Bytes of Pyodide's own header in it. */
  header: number;
  /** Pyodide's WebAssembly in two: what a start needs, and deferred code. */
  wasm: { first: string; deferred: string };
  /** What must be loaded before it, in this order; `path` is its place in Pyodide. */
  modules: { file: string; path: string }[];
  /** Files with what the memory lacks, by the names that Python asks for them by. */
  late: Record<string, string>;
}

export interface Rest {
  library: string;
  wheels: string[];
}

/** nnweb's own version. */
export const VERSION: string;

/** Whether large files have companions compressed by gzip, such as `x.wasm.gz`. */
export const COMPANIONS: boolean;

/** Pyodide's core, its lock file, the wheels and a snapshot. */
export const RUNTIME: {
  /** The folder of Pyodide's core. */
  base: string;
  /** Each with the folder that it lies in. */
  files: (ManifestFile & { base: string })[];
  /** Names of those that every start needs. */
  core: string[];
  /** Pyodide's WebAssembly, as it comes. */
  wasm: string;
  /** Whether library and wheels are compiled and cut to size. */
  compiled: boolean;
  /** The standard library and the wheels of NumPy and nnweb, for a start from them. */
  library: string;
  wheels: string[];
  /** In which Pyodide reads of these wheels. */
  lock: string;
  /** The same as they come, whole; null where a start has them whole already. */
  rest: Rest | null;
  snapshot: Snapshot | null;
  /** What a first visit downloads of them, in bytes. */
  firstBytes: number;
};

/** The shipped networks; the first is the one to open. */
export const MODELS: (ManifestFile & {
  name: string;
  url: string;
  labels: string[];
  /** Share of its test images that it has right, if its card has it. */
  accuracy: number | null;
})[];

export interface MnistSplit {
  count: number;
  blocks: ManifestFile[];
}

/** MNIST in blocks of `block` digits, compressed by gzip: images, then labels. */
export const MNIST: {
  base: string;
  block: number;
  train: MnistSplit;
  test: MnistSplit;
};

/** The URL of a path that this file names; paths are relative to the folder js. */
export function resolveUrl(path: string): URL;

/**
 * The path of the site, for keys in storage: all sites of an origin share it, and the
 * languages of a site share what they store.
 */
export function sitePath(): string;

/** A script that the page checks by itself; the path is relative to the folder js. */
export interface CheckedScript {
  file: string;
  integrity: string;
}
export const WORKERS: { python: CheckedScript; lab: CheckedScript; playground: CheckedScript };

/** The texts of <digit-pad> in the other languages, by their codes. */
export const LANGUAGES: Record<string, CheckedScript>;

/** What <digit-pad> loads for numbers, with its texts; "" is English. */
export const NUMBER_PADS: Record<string, CheckedScript>;
