// Sets the theme before the first paint; a file of its own because the policy of the page allows no inline script.
(() => {
  const kept = (() => {
    try {
      return localStorage.getItem("smartbot.theme");
    } catch {
      return null;
    }
  })();
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const contrast = matchMedia("(prefers-contrast: more)").matches;
  const theme = kept === "light" || kept === "dark" || kept === "contrast" ? kept : contrast ? "contrast" : dark ? "dark" : "light";
  document.documentElement.dataset.theme = theme;
  document.documentElement.dataset.mantineColorScheme = theme === "dark" ? "dark" : "light";
})();
