/** Typing a label into a <digit-pad>: on its canvas, or in the text field beside it. */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {HTMLInputElement} field  its default value is the label that it shows
 * @param {object} events
 * @param {(text: string) => boolean} events.onType  returns whether the text is a label
 * @param {(text: string) => boolean} events.mayBecomeLabel  with more characters
 * @param {() => void} events.onDelete
 * @param {AbortSignal} signal  ends it
 */
export function listenForTyping(canvas, field, { onType, mayBecomeLabel, onDelete }, signal) {
  /**
   * @template {"keydown" | "blur" | "input" | "focus"} Type
   * @param {HTMLElement} element
   * @param {Type} type
   * @param {(event: HTMLElementEventMap[Type]) => void} react
   */
  const on = (element, type, react) => element.addEventListener(type, react, { signal });

  on(canvas, "keydown", (event) => {
    const { key, ctrlKey, metaKey, altKey } = event; // not Shift: some layouts need it
    if (ctrlKey || metaKey || altKey) return;
    if (key === "Backspace") onDelete();
    else if (key.length > 1 || !onType(key)) return;
    event.preventDefault();
  });

  let begun = ""; // of a longer label, in the field

  // keys in the field do what they do on the canvas, unless a label goes on with them
  on(field, "keydown", (event) => {
    const { key, ctrlKey, metaKey, altKey } = event;
    const isText = key.length === 1 && !ctrlKey && !metaKey && !altKey;
    const goesOn = begun !== "" && begun === field.value && mayBecomeLabel(begun + key);
    if (isText && goesOn) return;
    if (!canvas.dispatchEvent(copyOf(event))) event.preventDefault();
  });
  on(field, "blur", () => {
    field.value = field.defaultValue;
    canvas.dispatchEvent(new FocusEvent("blur"));
  });

  // on-screen keyboards, dictation and paste send text instead of keys
  on(field, "input", (event) => {
    event.stopPropagation(); // the pad dispatches its own
    const { data } = /** @type {InputEvent} */ (event);
    const { value } = field;
    const goesOn = begun !== "" && value.startsWith(begun) && mayBecomeLabel(value);
    begun = "";
    if (value === "") onDelete();
    else if (!(onType(goesOn ? value : (data ?? value)) || onType(value))) {
      // after another label only what was typed begins one
      begun = [value, data ?? ""].find((text) => text !== "" && mayBecomeLabel(text)) ?? "";
    }
    field.value = begun || field.defaultValue;
  });
  on(field, "focus", () => field.select()); // for text to replace the label
}

/** For the shadow root only: the page hears the original. @param {KeyboardEvent} event */
function copyOf({ key, code, repeat, ctrlKey, metaKey, altKey, shiftKey }) {
  const keys = { key, code, repeat, ctrlKey, metaKey, altKey, shiftKey };
  return new KeyboardEvent("keydown", { ...keys, bubbles: true, cancelable: true });
}
