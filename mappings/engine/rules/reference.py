"""The reference of the mapping language, made from its words, its functions and the canonical models.

python -m mappings.engine.rules.reference > config/docs/guides/mapping-reference.md
"""

import sys
from collections.abc import Iterator, Mapping

from mappings.engine.canonical.schema import MODELS
from mappings.engine.rules import language
from mappings.engine.rules.functions import FUNCTIONS, Function
from mappings.engine.rules.language import Word
from mappings.engine.rules.source import CONTEXT

HEAD = """# Reference of the mapping language

Made by `python -m mappings.engine.rules.reference`; do not edit. [The guide](mapping-language.md) teaches the language,
[the examples](mapping-examples.md) show it at work. Editors check a mapping against `mapping.schema.json`, the same
words as JSON Schema, which lies in `mappings/engine/rules/`.
"""

SECTIONS: tuple[tuple[str, str, Mapping[str, Word]], ...] = (
    ("A mapping", "The keys at the top. `mapping`, `source`, `target` and `rules` are always there.", language.TOP),
    ("An X12 source", "`source` for a transaction set.", language.X12),
    ("An XML source", "`source` for UBL, cXML, IDoc and other XML.", language.XML),
    (
        "A text source",
        "`source` for rows and columns has `format: text`, `layout` (its name), `columns` that the header has,"
        " `optional` ones, the `key` that tells one document from the next, `numbers`, `dates` and `settings`:"
        " [text files](text-files.md) explains them.",
        {},
    ),
    (
        "Where a value comes from",
        "A rule for one value is a path, or has exactly one of these.",
        language.VALUE_SOURCES,
    ),
    ("What may stand beside it", "Options of a value.", language.VALUE_OPTIONS),
    ("Objects", "A rule for a field with fields of its own.", language.OBJECT),
    (
        "Lists",
        "A list has one or more blocks, whose items follow each other. A block has all that an object has, and:",
        {name: word for name, word in language.BLOCK.items() if name not in language.OBJECT} | language.EXTENDING,
    ),
    (
        "Conditions",
        "A condition is a path (is there something?) or one of these; one test has `path` or `field`.",
        language.CONDITION,
    ),
    (
        "Writing documents",
        "Entries of `outbound`: `at` one place (in every `each`, or in the piece of each of the `items`), or `every`;"
        " and one source; or `fill`. `leave_out` stands alone. Nothing of it counts when a document is read.",
        language.SUPPLY,
    ),
)


def reference() -> str:
    """The whole page, as Markdown."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield HEAD
    for title, about, words in SECTIONS:
        yield f"## {title}\n\n{about}\n"
        if words:
            yield "| key | holds | means |\n| --- | --- | --- |"
            yield from (_row(name, word) for name, word in words.items())
        yield ""
    yield "## Codes that a list does not have\n\n`fallback` is one of these, or `{default: value}`.\n"
    yield "| written | does |\n| --- | --- |"
    yield from (f"| `{name}` | {about} |" for name, about in language.FALLBACK.items())
    yield "\n## Functions\n\nFor `apply`. A function without arguments is written by its name alone.\n"
    yield "| function | takes | does | examples |\n| --- | --- | --- | --- |"
    yield from (_function(name, function) for name, function in sorted(FUNCTIONS.items()))
    yield "\n## Values of the envelope\n\n" + ", ".join(f"`@{name}`" for name in sorted(CONTEXT)) + "."
    yield "\n## Canonical models\n\nFor `target`. Their JSON Schemas lie in `mappings/engine/canonical/schemas/`.\n"
    yield "| model | is |\n| --- | --- |"
    yield from (f"| `{name}` | {_first_line(struct)} |" for name, struct in MODELS.items())
    yield ""


def _row(name: str, word: Word) -> str:
    example = f" `{word.example}`" if word.example else ""
    return _cells(f"`{name}`", _kind(word.form), word.summary + example)


def _function(name: str, function: Function) -> str:
    takes = ", ".join(f"`{each.name}` ({'text' if each.type is str else 'number'})" for each in function.parameters)
    examples = []
    for example in function.examples:
        given = "".join(f", `{argument}`" if argument != "" else ", nothing" for argument in example.arguments)
        examples.append(f"`{example.text}`{given} → {f'`{example.result}`' if example.result else 'nothing'}")
    return _cells(f"`{name}`", takes, function.summary, "; ".join(examples))


def _cells(*texts: str) -> str:
    return "| " + " | ".join(text.replace("|", "\\|") for text in texts) + " |"


def _kind(form: Mapping[str, object]) -> str:
    """What a schema holds, in a few words."""
    if "$ref" in form:
        return str(form["$ref"]).rpartition("/")[2].replace("_", " ")
    if "const" in form:
        return f"`{str(form['const']).lower()}`"
    if isinstance(several := form.get("anyOf"), list):
        return f"{_kind(several[0])}, or several"
    if isinstance(items := form.get("items"), dict):
        return f"list of {_kind(items)}"
    types = form["type"]
    names = {"string": "text", "integer": "whole number", "boolean": "true or false", "object": "names and values"}
    return " or ".join(names[each] for each in (types if isinstance(types, list) else [str(types)]))


def _first_line(struct: type) -> str:
    return " ".join((struct.__doc__ or "").split("\n\n")[0].split())


if __name__ == "__main__":
    sys.stdout.write(reference())
