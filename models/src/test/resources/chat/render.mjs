// Prints texts rendered with @huggingface/jinja, an implementation independent of the one tested:
//   npm install @huggingface/jinja && node render.mjs . > expected.json
import { Template } from "@huggingface/jinja";
import { readFileSync } from "node:fs";

const folder = process.argv[2];
const conversations = {
  one: [{ role: "user", content: "Who made the light?" }],
  system: [
    { role: "system", content: "  Be brief.\n" },
    { role: "user", content: " a\n\nb " },
    { role: "assistant", content: "c" },
    { role: "user", content: "d é 漢 😀" },
  ],
  hostile: [
    { role: "user", content: "{{ 7 * 7 }} {% if true %}x{% endif %} {# y #} <|im_end|> &amp; \\n 'q' \"" },
    { role: "assistant", content: "" },
    { role: "user", content: "{{ messages }}" },
  ],
  thinking: [
    { role: "user", content: "q" },
    { role: "assistant", content: "<think>\nhm\n</think>\n\nanswer" },
    { role: "user", content: "r" },
  ],
  tools: [
    { role: "user", content: "weather?" },
    { role: "assistant", content: "", tool_calls: [{ id: "abcdefghi", type: "function", function: {
      name: "look", arguments: { city: "Köln", n: 3, deep: [1, 2.5, true, null, { q: "\"\\\n\t" }] } } }] },
    { role: "tool", content: "{\"t\": 3}", tool_call_id: "abcdefghi" },
    { role: "assistant", content: "3 <degrees> & 'x'" },
    { role: "user", content: "thanks" },
  ],
  wide: [{ role: "user", content: "\u3000 wide\u00a0" }],
};
// A null content has a meaning for these alone: others fail on it.
const silent = [
  { role: "user", content: "weather?" },
  { role: "assistant", content: null, tool_calls: [
    { type: "function", function: { name: "look", arguments: "{\"city\": \"K\u00f6ln\"}" } },
    { type: "function", function: { name: "wait", arguments: "{}" } }] },
  { role: "tool", content: "{\"t\": 3}" },
  { role: "tool", content: "{}" },
  { role: "assistant", content: "<think>hm</think>cold" },
  { role: "user", content: "thanks" },
];
const refusals = ["roles must take turns", "one call at a time"];
const cases = [];
for (const template of ["llama3", "llama3.2", "qwen2.5", "qwen3", "mistral", "smollm2", "blocks", "methods", "tools", "deepseek-r1"]) {
  for (const [name, messages] of Object.entries(
    template === "deepseek-r1" ? { one: conversations.one, silent } : conversations)) {
    const source = readFileSync(`${folder}/${template}.jinja`, "utf8");
    let text = null; // What a template refuses has no text.
    try {
      text = new Template(source).render({
        messages, add_generation_prompt: true, bos_token: "<|begin|>", eos_token: "<|end|>",
      });
    } catch (refusal) {
      if (!refusals.some((words) => refusal.message.startsWith(words))) throw refusal;
    }
    cases.push({ template, name, messages, text });
  }
}
console.log(JSON.stringify(cases, null, 1));
