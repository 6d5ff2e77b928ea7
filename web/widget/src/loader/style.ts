/**
 * The look of launcher, teaser and frame. It stands in a shadow root as a constructed sheet: rules of the page do not reach it, and a
 * policy without inline styles does not refuse it. `!important` on the host wins over any rule of the page, whose own `!important` comes after.
 */
export const STYLE = `
:host {
  all: initial !important;
  display: block !important;
  position: fixed !important;
  inset: 0 auto auto 0 !important;
  inline-size: 0 !important;
  block-size: 0 !important;
  overflow: visible !important;
  z-index: 2147483000 !important;
}
@media print { :host { display: none !important; } }
[hidden] { display: none !important; }
* { box-sizing: border-box; -webkit-tap-highlight-color: transparent; }
.root {
  --gap: max(20px, env(safe-area-inset-bottom));
  font: 400 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  color: #14202b;
  color-scheme: light;
  --surface: #fff;
  --line: rgb(15 30 45 / 12%);
  --focus: #1356b8;
}
.root[data-scheme="dark"] { color: #eef2f6; color-scheme: dark; --surface: #1a222b; --line: rgb(255 255 255 / 16%); --focus: #9cc8ff; }
button, a { font: inherit; cursor: pointer; }
button { appearance: none; border: 0; background: none; color: inherit; margin: 0; padding: 0; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 3px; box-shadow: 0 0 0 3px var(--surface) !important; }
.launcher, .teaser, .panel { position: fixed; }
.launcher, .teaser { inset-block-end: calc(var(--gap) + var(--y, 0px)); }
.launcher {
  display: flex; align-items: center; justify-content: center; gap: 10px;
  min-inline-size: 60px; block-size: 60px; padding: 0 18px; border-radius: 30px;
  background: var(--accent); color: var(--on-accent);
  font-weight: 600;
  box-shadow: 0 1px 2px rgb(10 20 30 / 22%), 0 8px 24px rgb(10 20 30 / 24%);
  transition: transform .16s ease, box-shadow .16s ease, opacity .16s ease;
}
.launcher:not(:has(.label)) { inline-size: 60px; padding: 0; }
.launcher:hover { transform: translateY(-2px); box-shadow: 0 2px 4px rgb(10 20 30 / 22%), 0 12px 32px rgb(10 20 30 / 28%); }
.launcher:active { transform: none; }
.launcher svg { inline-size: 28px; block-size: 28px; flex: none; }
.root[data-side="right"] .launcher, .root[data-side="right"] .teaser, .root[data-side="right"] .panel { right: calc(20px + var(--x, 0px)); }
.root[data-side="left"] .launcher, .root[data-side="left"] .teaser, .root[data-side="left"] .panel { left: calc(20px + var(--x, 0px)); }
@media (max-width: 600px) { .launcher { inline-size: 60px; padding: 0; } .label { display: none; } }
.badge {
  position: absolute; inset-block-start: -4px; inset-inline-end: -4px;
  min-inline-size: 24px; block-size: 24px; padding: 0 6px; border-radius: 12px; border: 2px solid #fff;
  background: #c5221f; color: #fff; font-size: 13px; line-height: 20px; font-weight: 700; text-align: center;
}
.teaser {
  inset-block-end: calc(var(--gap) + var(--y, 0px) + 74px);
  display: flex; align-items: flex-start; max-inline-size: min(300px, calc(100vw - 40px));
  background: var(--surface); border: 1px solid var(--line); border-radius: 18px; border-end-end-radius: 6px;
  box-shadow: 0 8px 28px rgb(10 20 30 / 18%);
  animation: rise .22s ease-out;
}
.teaser-text { padding: 14px 4px 14px 16px; padding-inline: 16px 4px; text-align: start; border-radius: 16px; }
.teaser-close { flex: none; inline-size: 44px; block-size: 44px; border-radius: 22px; display: grid; place-items: center; opacity: .75; }
.teaser-close:hover { opacity: 1; }
.teaser-close svg { inline-size: 16px; block-size: 16px; }
.panel {
  inset-block-end: calc(var(--gap) + var(--y, 0px) + 74px);
  inline-size: min(392px, calc(100vw - 40px));
  block-size: min(680px, calc(100vh - var(--gap) - var(--y, 0px) - 94px));
  border-radius: 20px; overflow: hidden;
  background: var(--surface);
  box-shadow: 0 0 0 1px var(--line), 0 16px 56px rgb(10 20 30 / 28%);
  animation: rise .2s ease-out;
}
.panel iframe { display: block; inline-size: 100%; block-size: 100%; border: 0; background: var(--surface); color-scheme: inherit; }
.root .panel.modal.modal {
  inset: auto; top: var(--view-top, 0px); left: var(--view-left, 0px);
  inline-size: var(--view-width, 100vw); block-size: var(--view-height, 100dvh);
  border-radius: 0; box-shadow: none;
}
.root.is-modal .launcher { display: none; }
.failed { display: grid; place-content: center; gap: 12px; block-size: 100%; padding: 24px; text-align: center; }
.failed a { color: inherit; padding: 12px; }
.said { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@keyframes rise { from { opacity: 0; transform: translateY(12px); } }
@media (prefers-reduced-motion: reduce) { *, .launcher:hover { animation: none !important; transition: none !important; transform: none !important; } }
@media (forced-colors: active) {
  .launcher, .panel, .teaser, .badge { border: 2px solid ButtonText; }
  :focus-visible { outline-color: Highlight; }
}
`;
