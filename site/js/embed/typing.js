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

  // keys in the field do what they do on the canvas
  on(field, "keydown", (event) => {
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
    if (field.value === "") onDelete();
    else if (!onType(data ?? field.value) && !onType(field.value)) {
      if (mayBecomeLabel(field.value)) return;
      if (data && mayBecomeLabel(data)) {
        field.value = data; // after another label
        return;
      }
    }
    field.value = field.defaultValue;
  });
  on(field, "focus", () => field.select()); // for text to replace the label
}

/** For the shadow root only: the page hears the original. @param {KeyboardEvent} event */
function copyOf({ key, code, repeat, ctrlKey, metaKey, altKey, shiftKey }) {
  const keys = { key, code, repeat, ctrlKey, metaKey, altKey, shiftKey };
  return new KeyboardEvent("keydown", { ...keys, bubbles: true, cancelable: true });
}
