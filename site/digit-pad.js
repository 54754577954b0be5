// @ts-check
/** <digit-pad> for any page, at a URL that does not change between releases. */

export { DigitPad } from "./js/embed/digit-pad.js";
