/**
 * The stylesheet of <digit-pad>. A page's content security policy may forbid style elements
 * and attributes, but not constructed stylesheets.
 */

const CSS = `
:host {
  --blue: var(--digit-pad-accent, light-dark(#2a54c5, #8caeff));
  --red: light-dark(#b3261e, #ff9d94);
  --card: light-dark(#ffffff, #1c1f26);
  --line: light-dark(#c9cdd0, #3a404c);
  --text: light-dark(#171a21, #eceef2);
  --quiet: light-dark(#565d69, #a3abb8);
  display: inline-block;
  box-sizing: border-box;
  inline-size: var(--side, 240px);
  max-inline-size: 100%;
  color: var(--text);
  line-height: 1.3;
  text-align: start;
  vertical-align: top;
}
:host([hidden]) { display: none; }
:host([theme="light"]) { color-scheme: light; }
:host([theme="dark"]) { color-scheme: dark; }
* { box-sizing: border-box; margin: 0; }
[hidden] { display: none !important; }

.paper {
  position: relative;
  overflow: hidden;
  aspect-ratio: 1;
  border: 1px solid var(--line);
  border-radius: 10px;
  background: white;
  container-type: inline-size;
}
canvas { display: block; width: 100%; height: 100%; }
.ink {
  outline: none;
  cursor: crosshair;
  touch-action: none;
  -webkit-touch-callout: none;
  -webkit-user-select: none;
  user-select: none;
}
.sharp {
  position: absolute;
  inset: 0;
  pointer-events: none;
  stroke: var(--digit-pad-ink, black);
  stroke-width: var(--digit-pad-pen, 5.95%); /* of the paper, as the network sees it */
}
.paper:has(.ink:focus-visible) {
  outline: 3px solid var(--blue);
  outline-offset: 2px;
}
.hint, .keys {
  position: absolute;
  color: #5b6270;
  pointer-events: none;
  text-align: center;
}
.hint { inset: 0; display: grid; place-items: center; padding: 1rem; }
.keys {
  inset: auto 0.4rem 0.4rem;
  padding: 0.25rem 0.4rem;
  border-radius: 8px;
  background: rgb(255 255 255 / 90%);
  font-size: 0.8125rem;
}
/* only on blank paper, instead of the hint */
.paper:not(:has(.ink:focus-visible, ~ .foot .field:focus-visible)) .keys,
.paper:has(.hint[hidden]) .keys,
.unseen {
  position: absolute;
  clip-path: inset(50%);
}
.cursor {
  position: absolute;
  width: 5.95%;
  aspect-ratio: 1;
  border: 2px solid #2a54c5;
  border-radius: 50%;
  outline: 2px solid white;
  translate: -50% -50%;
  pointer-events: none;
}
.cursor[data-pen="down"] { background: #2a54c5; }

.foot {
  margin-top: 0.35rem;
  container-type: inline-size;
}
.row {
  display: flex;
  flex-wrap: wrap;
  gap: 0.35rem;
  align-items: center;
}
.answer {
  display: flex;
  flex: 1;
  align-items: center;
  min-width: 0;
  min-height: 2.9rem;
  padding-inline: 0.2rem;
}
/* where the page reads from the right, -1 would become 1- */
.hint, .keys, .words, .slow, .problem > *, .foot > button { unicode-bidi: plaintext; }
.field { direction: ltr; }
.words {
  color: var(--quiet);
  font-size: 0.8125rem;
  overflow-wrap: anywhere;
}
.slow { color: var(--quiet); font-size: 0.8125rem; }
.foot:not(:has([aria-busy="true"])) + .slow { display: none; }
.foot:has(~ .problem:not([hidden])) .answer { min-height: 0; }
button, .field {
  flex: none;
  min-width: 2.25rem;
  min-height: 2.25rem;
  padding: 0;
  border: 1px solid var(--line);
  border-radius: 8px;
  background: var(--card);
  color: inherit;
  font: inherit;
}
button {
  display: grid;
  place-items: center;
  cursor: pointer;
}
.foot > button { padding-inline: 0.75rem; margin-top: 0.35rem; }
.field {
  border-color: var(--quiet);
  font-size: 1.75rem;
  font-variant-numeric: tabular-nums;
  line-height: 1;
  text-align: center;
}
.field[size="1"] { inline-size: 0; } /* as wide as a button */
.field:placeholder-shown { font-size: 0.8125rem; }
.field::placeholder { color: var(--quiet); opacity: 1; }
button:hover { border-color: var(--quiet); }
:is(button, .field):focus-visible { outline: 3px solid var(--blue); outline-offset: 2px; }
:is(button, .field):disabled { opacity: 0.5; cursor: default; }
svg {
  width: 1.2rem;
  height: 1.2rem;
  fill: none;
  stroke: currentColor;
  stroke-width: 1.75;
  stroke-linecap: round;
  stroke-linejoin: round;
}
.problem {
  display: grid;
  gap: 0.4rem;
  justify-items: start;
  padding: 0.6rem min(0.75rem, 5%);
  margin-top: 0.35rem;
  border: 1px solid var(--red);
  border-radius: 10px;
  font-size: 0.8125rem;
  overflow-wrap: anywhere;
}
.problem strong { color: var(--red); }
.problem button { padding: 0.2rem 0.9rem; }

.locked .ink { cursor: default; touch-action: auto; }
.locked.paper { background: #f1f2f0; }
.locked canvas { mix-blend-mode: multiply; }
:host(:disabled) .paper { opacity: 0.6; }

@media (pointer: coarse) {
  button, .field { min-width: 2.75rem; min-height: 2.75rem; }
}
@container (width < 12rem) {
  .keys { clip-path: inset(50%); } /* it would not fit */
}
@container (width >= 12rem) {
  .paper:has(.ink:focus-visible, ~ .foot .field:focus-visible) .hint { display: none; }
}
@container (width < 14rem) {
  .row > * { min-width: 2.25rem; min-height: 2.25rem; }
  .answer { flex-basis: 100%; order: 1; padding-inline: 0; }
}
@media (forced-colors: active) {
  .paper { border-color: CanvasText; }
  .cursor { border-color: Highlight; forced-color-adjust: none; }
  :host(:disabled) .paper { opacity: 1; border-color: GrayText; }
}
`;

/** Shared by all pads. */
export const stylesheet = new CSSStyleSheet();
stylesheet.replaceSync(CSS);
