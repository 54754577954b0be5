/** The stylesheet that <digit-pad> adds for a number. */

const CSS = `
:host {
  inline-size: calc(var(--side, var(--height)) * var(--ratio));
  min-inline-size: min(12rem, 100%);
}
.paper { aspect-ratio: auto; }
.ink { height: auto; }
.cursor { width: auto; height: 5.95%; }
.row .field {
  flex: 1;
  inline-size: 0;
  padding-inline: 0.6rem;
  font-size: 1.375rem;
  text-align: start;
}
.row .field:placeholder-shown { font-size: 1rem; }
.answer { flex-basis: 100%; order: 1; min-height: 1.5rem; }
`;

export const stylesheet = new CSSStyleSheet();
stylesheet.replaceSync(CSS);
