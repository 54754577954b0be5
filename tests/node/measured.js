/** What the build writes from tools/bench/results/steps.json, for tests. */

export const MEASURED = {
  digits: 2000,
  networks: { cnn: { all: 0.99, none: 0.4 } },
};
