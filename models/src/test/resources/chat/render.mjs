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
};
const cases = [];
for (const template of ["llama3", "llama3.2", "qwen2.5", "qwen3", "mistral", "smollm2", "blocks", "methods"]) {
  for (const [name, messages] of Object.entries(conversations)) {
    const text = new Template(readFileSync(`${folder}/${template}.jinja`, "utf8")).render({
      messages, add_generation_prompt: true, bos_token: "<|begin|>", eos_token: "<|end|>",
    });
    cases.push({ template, name, messages, text });
  }
}
console.log(JSON.stringify(cases, null, 1));
