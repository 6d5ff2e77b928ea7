/** A bot that asks in every way there is, and says things in every way. */
export function everyKind(): { function_id: string; [key: string]: unknown } {
  const choices = [
    { value: "visit", label: "A new visit" },
    { value: "refill", label: "A refill of my medicine" },
    { value: "bill", label: "A question about a bill" },
    { value: "other", label: "Something else" },
  ];
  const boxes: { id: string; type: string; [key: string]: unknown }[] = [
    {
      id: "hello",
      type: "message",
      text: "Hello! I ask in **every way** there is:\n\n- by buttons\n- by [lists](https://clinic.example/lists)\n\nPlease be *patient*.",
    },
    {
      id: "map",
      type: "media",
      kind: "link",
      url: "https://clinic.example/directions",
      alt: "A map",
      headline: "How to find us",
      text: "12 River Street",
    },
    { id: "sure", type: "yes_no", text: "Shall we begin?" },
    { id: "about", type: "multiple_choice", text: "What is it about?", choices, allow_free_text: false },
    { id: "several", type: "multiple_choice", text: "What could be better?", choices, many: true },
    {
      id: "stars",
      type: "rating",
      text: "How likely are you to tell a friend?",
      from: 0,
      to: 10,
      labels: { "0": "Not at all", "10": "For sure" },
    },
    {
      id: "often",
      type: "rating",
      text: "How often did you feel down?",
      from: 0,
      to: 3,
      labels: { "0": "Not at all", "1": "Several days", "2": "More than half the days", "3": "Nearly every day" },
    },
    { id: "born", type: "date", text: "When were you born?", prefer: "past" },
    { id: "when", type: "date_time", text: "When would you like to come?" },
    { id: "age", type: "number", text: "How old are you?", min: 0, max: 120, unit: "years" },
    { id: "mail", type: "email", text: "What is your e-mail address?" },
    { id: "phone", type: "phone", text: "Which number can we call?" },
    { id: "name", type: "name", text: "What is your name?" },
    { id: "home", type: "address", text: "Where do you live?" },
    { id: "agree", type: "consent", text: "May we keep your answers?", document: "Privacy notice", version: "2026-11" },
    { id: "words", type: "text", text: "Anything else?" },
    { id: "bye", type: "end", message: "Thank you, and take care!" },
  ];
  const links = boxes.slice(1).map((it, at) => ({ from: boxes[at]?.id, to: it.id }));
  const start = boxes[0]?.id;
  return { format: "smartbot/1", function_id: "EveryKind", name: "Every kind", type: "flow", language: "en", start, boxes, links };
}
