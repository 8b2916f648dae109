# Prints, with Python's own Jinja and the settings of transformers, the texts of expected.json and
# what expressions print: pip install jinja2 && python3 render.py .
import json
import sys

from jinja2.sandbox import ImmutableSandboxedEnvironment

folder = sys.argv[1]
jinja = ImmutableSandboxedEnvironment(
    trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"])
jinja.filters["tojson"] = lambda value, indent=None: json.dumps(
    value, ensure_ascii=False, indent=indent)


def refuse(message):
    raise ValueError(message)


jinja.globals["raise_exception"] = refuse


def rendered(source, messages):
    try:
        return jinja.from_string(source).render(
            messages=messages, add_generation_prompt=True, bos_token="<|begin|>",
            eos_token="<|end|>")
    except ValueError:
        return None


# As the test has them.
MESSAGES = [{"role": "user", "content": "x", "name": None, "number": 6, "deep": {"gone": None}}]
with open(folder + "/expected.json", encoding="utf-8") as file:
    cases = json.load(file)
sources = {}
for case in cases:
    with open("%s/%s.jinja" % (folder, case["template"]), encoding="utf-8", newline="") as file:
        sources[case["template"]] = file.read()
with open(folder + "/printed.json", encoding="utf-8") as file:
    printed = json.load(file)
print(json.dumps({
    "texts": [rendered(sources[case["template"]], case["messages"]) for case in cases],
    "printed": [
        {"expression": one["expression"],
         "text": rendered("{{ " + one["expression"] + " }}", MESSAGES)} for one in printed],
}))
