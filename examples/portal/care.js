// A page with the widget. Who the visitor is, the portal's server says and signs; the key never comes here.
const [who, status] = ["#who", "#status"].map((it) => document.querySelector(it));

async function ask(method, path) {
  const answer = await fetch(path, { method });
  if (!answer.ok) throw new Error(`the portal answered ${answer.status}`);
  return answer.json();
}

// The widget asks again whenever the last signature has run out.
const signed = async () => (await ask("POST", "/identity")).identity;

try {
  const { server, workspace, name } = await ask("GET", "/widget");
  who.textContent = name;
  window.SmartBot = { q: [["boot", { workspace, bot: "ContactUs", identity: signed }]] };
  document.head.append(Object.assign(document.createElement("script"), { async: true, src: `${server}/widget/loader.js` }));
} catch (error) {
  status.textContent = `The chat is not available: ${error.message}.`;
}
