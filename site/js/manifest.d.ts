/**
 * What was built, and where it lies: tools/build_site.py writes manifest.js beside the
 * other modules. URLs are relative to it, so resolve them against its own URL.
 */

export interface ManifestFile {
  file: string;
  /** Bytes. */
  size: number;
  /** For fetch: "sha256-<base64>". */
  integrity: string;
}

/** nnweb's own version. */
export const VERSION: string;

/** Pyodide's core, its lock file and the wheels, all in one folder. */
export const RUNTIME: { base: string; files: ManifestFile[] };

/** The shipped networks; the first is the one to open. */
export const MODELS: (ManifestFile & { name: string; url: string })[];
