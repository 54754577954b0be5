/**
 * The calls that ran for the drawing, and the source of one of them with a value that it
 * returned. Owns .calls and .source.
 */

import { finder } from "../../shell/dom.js";
import { takeSelection } from "../inspect/selection.js";
import { createCallList } from "./call-list.js";
import { createSourceView } from "./source-view.js";

/** @import { createPlaygroundClient, Fault, Ran } from "./client.js" */
/** @import { Selection } from "../inspect/selection.js" */

/**
 * @param {HTMLElement} element  of the panel
 * @param {ReturnType<typeof createPlaygroundClient>} client
 * @param {object} events
 * @param {(key: string, text: string) => Promise<Fault | undefined>} events.edit
 * @param {(key: string) => void} events.reset
 * @param {(error: unknown) => void} events.fail
 */
export function createCallView(element, client, { edit, reset, fail }) {
  const find = finder(element);
  let ran = /** @type {Ran | null} */ (null);
  let name = "Dense.forward"; // of the function whose call is shown
  let occurrence = Infinity; // of that function; at first the last one, the logits
  /** @type {number | null} */
  let number = null; // index into its output; null: the largest value
  /** @type {Selection | null} */
  let selection = null; // to be shown once its call is known

  const callList = createCallList(find(".calls ol"), showCall);
  const sourceView = createSourceView(find(".source"), {
    onPick: showCall,
    onNumber(at) {
      number = at;
      paint().catch(fail);
    },
    tokenize: (text) => (client.busy ? Promise.reject() : client.ask("colour", { text })),
    text: () => client.ask("text", { index: index() }),
    edit,
    reset,
  });

  /** Index of the call to show: it may differ from run to run. */
  function index() {
    const { calls } = /** @type {Ran} */ (ran);
    const matches = calls.flatMap((call, i) => (call.name === name ? [i] : []));
    return matches[Math.min(occurrence, matches.length - 1)] ?? 0;
  }

  /** @param {number} at */
  function pick(at) {
    const { calls } = /** @type {Ran} */ (ran);
    name = calls[at].name;
    occurrence = calls.slice(0, at).filter((call) => call.name === name).length;
    number = null;
  }

  /** @param {number} at */
  function showCall(at) {
    pick(at);
    paint().catch(fail);
  }

  async function paint() {
    if (ran === null || client.busy) return;
    const now = ran;
    const at = index();
    callList.mark(now.calls, at);
    const value = number ?? Math.max(now.calls[at].greatest, 0);
    const source = await client.ask("show", { index: at, at: value });
    if (ran === now && at === index()) sourceView.show(now, at, source);
  }

  /** Picks the value that was picked in another panel, once its call is known. */
  function followSelection() {
    selection = takeSelection() ?? selection;
    if (selection === null || ran === null) return;
    const { layer, at } = selection;
    const call = ran.calls.findIndex((one) => one.layer === layer + 1);
    if (call >= 0) {
      pick(call);
      number = at;
      find(".source").scrollIntoView({ block: "nearest" });
    }
    selection = null;
  }

  return {
    followSelection,
    showFault: sourceView.showFault,
    /** @param {Ran} next */
    show(next) {
      ran = next;
      followSelection();
      callList.show(next.calls);
      paint().catch(fail);
    },
  };
}
