// @ts-check
/** <digit-pad> for any page, under a name that stays from release to release. */

export { DigitPad } from "./js/embed/digit-pad.js";
