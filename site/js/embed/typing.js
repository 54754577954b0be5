/** Typing a label into a <digit-pad>: on its canvas, or in the text field beside it. */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {HTMLInputElement} field  its default value is the label that it shows
 * @param {object} events
 * @param {(text: string) => boolean} events.onType  returns whether the text is a label
 * @param {() => void} events.onDelete
 */
export function listenForTyping(canvas, field, { onType, onDelete }) {
  canvas.addEventListener("keydown", (event) => {
    const { key, ctrlKey, metaKey, altKey } = event; // not Shift: some layouts need it
    if (ctrlKey || metaKey || altKey) return;
    if (key === "Backspace") onDelete();
    else if (key.length > 1 || !onType(key)) return;
    event.preventDefault();
  });

  // keys in the field do what they do on the canvas
  field.addEventListener("keydown", (event) => {
    if (!canvas.dispatchEvent(copyOf(event))) event.preventDefault();
  });
  field.addEventListener("blur", () => canvas.dispatchEvent(new FocusEvent("blur")));

  // on-screen keyboards, dictation and paste send text instead of keys
  field.addEventListener("input", (event) => {
    event.stopPropagation(); // the pad dispatches its own
    const { data } = /** @type {InputEvent} */ (event);
    if (field.value === "") onDelete();
    else onType(data ?? field.value);
    field.value = field.defaultValue;
  });
  field.addEventListener("focus", () => field.select()); // for text to replace the label
}

/** For the shadow root only: the page hears the original. @param {KeyboardEvent} event */
function copyOf({ key, code, repeat, ctrlKey, metaKey, altKey, shiftKey }) {
  const keys = { key, code, repeat, ctrlKey, metaKey, altKey, shiftKey };
  return new KeyboardEvent("keydown", { ...keys, bubbles: true, cancelable: true });
}
