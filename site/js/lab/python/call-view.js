/**
 * The calls that ran for the drawing, and the source of one of them with a value that it
 * returned; both are in the address. Owns .calls and .source.
 */

import { finder } from "../../shell/dom.js";
import { callAt, fieldsOf, numberOf } from "./chosen-call.js";
import { takeSelection } from "../inspect/selection.js";
import { createCallList } from "./call-list.js";
import { createSourceView } from "./source-view.js";

/** @import { Address } from "../../shell/address.js" */
/** @import { createPlaygroundClient, Fault, Ran } from "./client.js" */
/** @import { Selection } from "../inspect/selection.js" */

/**
 * @param {HTMLElement} element  of the panel
 * @param {ReturnType<typeof createPlaygroundClient>} client
 * @param {Address} address
 * @param {object} events
 * @param {(key: string, text: string) => Promise<Fault | undefined>} events.edit
 * @param {(key: string) => void} events.reset
 * @param {(error: unknown) => void} events.fail
 */
export function createCallView(element, client, address, { edit, reset, fail }) {
  const find = finder(element);
  let ran = /** @type {Ran | null} */ (null);
  /** @type {Selection | null} */
  let selection = null; // to be shown once its call is known

  const callList = createCallList(find(".calls ol"), showCall);
  const sourceView = createSourceView(find(".source"), {
    onPick: showCall,
    onNumber(at) {
      address.set({ value: String(at) }, { push: true });
      paint().catch(fail);
    },
    tokenize: (text) => (client.busy ? Promise.reject() : client.ask("colour", { text })),
    text: () => client.ask("text", { index: index() }),
    edit,
    reset,
  });

  /** Index of the call to show: it may differ from run to run. */
  const index = () => callAt(/** @type {Ran} */ (ran).calls, address.get("call"));

  /** @param {number} at */
  function showCall(at) {
    const { calls } = /** @type {Ran} */ (ran);
    address.set(fieldsOf(calls, at), { push: true });
    paint().catch(fail);
  }

  async function paint() {
    if (ran === null || client.busy) return;
    const now = ran;
    const at = index();
    callList.mark(now.calls, at);
    const value = numberOf(now.calls[at], address.get("value"));
    const source = await client.ask("show", { index: at, at: value });
    const isChosen = at === index() && value === numberOf(now.calls[at], address.get("value"));
    if (ran === now && isChosen) sourceView.show(now, at, source);
  }

  /** Picks the value that was picked in another panel, once its call is known. */
  function followSelection() {
    selection = takeSelection() ?? selection;
    if (selection === null || ran === null) return;
    const { layer, at } = selection;
    const call = ran.calls.findIndex((one) => one.layer === layer + 1);
    if (call >= 0) {
      address.set({ ...fieldsOf(ran.calls, call), value: String(at) });
      find(".source").scrollIntoView({ block: "nearest" });
    }
    selection = null;
  }

  address.listen(() => paint().catch(fail));

  return {
    followSelection,
    showFault: sourceView.showFault,
    /** Whether calls are shown. */
    get isShown() {
      return ran !== null;
    },
    /** @param {Ran} next */
    show(next) {
      ran = next;
      followSelection();
      callList.show(next.calls);
      paint().catch(fail);
    },
  };
}
