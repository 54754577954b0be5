/** Types of the package: index.d.ts, made of the JSDoc in index.js, and the element's name. */

import type { DigitPad } from "./index.js";

export * from "./index.js";

declare global {
  interface HTMLElementTagNameMap {
    "digit-pad": DigitPad;
  }
}
