/**
 * What each step of the preparation is worth to the shipped networks:
 * tools/build/assemble.py makes measured.js of the benchmark's result.
 */
export const MEASURED: {
  digits: number;
  /** By the network's name: the share that is right without each step. */
  networks: Record<
    string,
    Record<"all" | "size" | "average" | "threshold" | "centre" | "none", number>
  >;
};
