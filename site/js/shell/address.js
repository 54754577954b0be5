/**
 * What the page shows, in its address after the #: view=learn&panel=tour&step=3. Back and
 * forward go through it, and a link opens it.
 */

/** @typedef {Record<string, string | null>} Fields  null: without this one */
/** @typedef {ReturnType<typeof createAddress>} Address */

/** The state of the history entries that the page knows; a link makes one without. */
const KNOWN = { known: true };

/** Addresses of panels in earlier versions: #lab, #lab-train. */
const OLD_PANEL = /^#lab(?:-(\w+))?$/;

/**
 * A hash with other fields. Pure.
 * @param {string} hash  "" or with the #
 * @param {Fields} fields
 */
export function withFields(hash, fields) {
  const next = new URLSearchParams(hash.slice(1));
  for (const [name, value] of Object.entries(fields)) {
    if (value === null) next.delete(name);
    else next.set(name, value);
  }
  // a hash may hold these as they are, and is easier to read with them
  const text = String(next).replaceAll("%3A", ":").replaceAll("%2C", ",");
  return text === "" ? "" : `#${text}`;
}

export function createAddress() {
  /** @type {((isLink: boolean) => void)[]} */
  const listeners = [];

  /** The hash, of an entry that is known from now on; whether a link has made the entry. */
  function adopt() {
    const isLink = history.state?.known !== true;
    const old = OLD_PANEL.exec(location.hash);
    const hash = old && withFields("", { view: "learn", panel: old[1] ?? null });
    if (isLink || hash !== null) history.replaceState(KNOWN, "", hash ?? location.href);
    return isLink;
  }

  addEventListener("popstate", () => {
    const isLink = adopt();
    for (const listener of listeners) listener(isLink);
  });
  adopt();

  /** The address with other fields. @param {Fields} [fields] */
  const href = (fields = {}) =>
    location.pathname + location.search + withFields(location.hash, fields);

  return {
    href,
    /** The value of a field, null without it. @param {string} name */
    get: (name) => new URLSearchParams(location.hash.slice(1)).get(name),
    /**
     * @param {Fields} fields
     * @param {{push?: boolean}} [how]  push: "back" returns to the present address
     */
    set(fields, { push = false } = {}) {
      if (withFields(location.hash, {}) === withFields(location.hash, fields)) return;
      try {
        history[push ? "pushState" : "replaceState"](KNOWN, "", href(fields));
      } catch {
        // Safari allows so many changes in so many seconds, which a held key may exceed:
        // the address lags behind until the next change
      }
    },
    /**
     * @param {(isLink: boolean) => void} listener  called when the address has changed
     *   but by set(): by a link that was followed or typed, or by "back" and "forward"
     */
    listen: (listener) => listeners.push(listener),
  };
}
