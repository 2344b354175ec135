"""From a declaration to generated Python that maps documents: `compile_mapping`."""

import functools
import json
from collections.abc import Mapping, Sequence

import msgspec

from mappings.engine.canonical.schema import model
from mappings.engine.errors import DeclarationError
from mappings.engine.findings import Finding, Place
from mappings.engine.rules.declaration import Declaration
from mappings.engine.rules.document_writer import DocumentWriter
from mappings.engine.rules.draft import Draft
from mappings.engine.rules.lineage import Trace, locate
from mappings.engine.rules.places import Lineage, Locator, SegmentLocator
from mappings.engine.rules.program import Noted, Program, Run
from mappings.engine.rules.reader import read
from mappings.engine.rules.source import Source
from mappings.engine.rules.values import component
from mappings.engine.rules.variants import Variants

_BUILTINS = {"filter": filter, "len": len, "map": map, "min": min, "range": range}


class Mapped(msgspec.Struct):
    """The canonical form of one document (JSON-ready, decimals as texts), what could not be mapped, and why is what.

    trace is there after `explain` only.
    """

    body: dict[str, object]
    findings: list[Finding]
    trace: Trace | None = None

    @property
    def lineage(self) -> list[Lineage]:
        """Every value of the body with its source, in the order of the body; empty after `apply`."""
        return self.trace.rows if self.trace else []


class CompiledMapping:
    """A mapping and the programs generated from it, one per release of the source, each when it is first needed."""

    def __init__(self, declaration: Declaration, canonical_text: str) -> None:
        """canonical_text: what the checksum is of."""
        self.name = declaration.name
        self.canonical = declaration.target
        self._text = canonical_text
        self.source = declaration.source
        self.releases = declaration.source.releases
        self.declaration = declaration
        self._explained: dict[str, Program] = {}
        self._fast: dict[str, Program] = {}
        self.variants = Variants(self.source, self._generate_for)

    @functools.cached_property
    def checksum(self) -> str:
        """As `checksum` gives it for the declaration."""
        return _sha256(self._text)

    def check(self) -> None:
        """Generate the programs of all releases. Raises DeclarationError."""
        for release in self.releases:
            self._applying(release)

    @property
    def source_code(self) -> str:
        """The generated Python for the first release, for people to read."""
        return self._applying(self.releases[0]).source

    def program(self, version: str, explaining: bool = False) -> Program:
        """The program for a GS08 version ("004010VICS"): its release's, or that of the nearest one declared."""
        release = self.release_for(version)
        return self._explaining(release) if explaining else self._applying(release)

    def rules(self, release: str) -> list[str]:
        """The paths of all rules that make values for a release, as lineage names them; sorted."""
        program = self._explaining(release)
        return sorted({origin.rule for site in program.sites for origin in site.fields.values()})

    def apply(
        self,
        tree: object,
        context: dict[str, str],
        segments: Sequence[Sequence[str]] | Locator = (),
        origin: Place | None = None,
    ) -> Mapped:
        """Map one document. Never raises on partner data.

        tree: the root node of a set or record. context: envelope values by the names in `source.CONTEXT`, none is
        needed. segments, origin: only to place findings: the set's segments in order (for other formats, the locator
        of the reading), and the place of its ST.
        """
        program = self.variants.of(tree) or self.program(context.get("group.version", ""))
        reports: list[Noted] = []
        body = program.run(tree, context, reports.append, _ignore)
        return Mapped(body, locate(program, reports, _locator(segments), origin or Place()) if reports else [])

    def explain(
        self,
        tree: object,
        segments: Sequence[Sequence[str]] | Locator,
        context: dict[str, str],
        origin: Place | None = None,
    ) -> Mapped:
        """As `apply`, with the same body and findings, and the lineage of every value."""
        program = self.program(context.get("group.version", ""), explaining=True)
        reports: list[Noted] = []
        records: list[Noted] = []
        body = program.run(tree, context, reports.append, records.append)
        locator = _locator(segments)
        findings = locate(program, reports, locator, origin or Place()) if reports else []
        return Mapped(body, findings, Trace(program, body, records, locator))

    def release_for(self, version: str) -> str:
        """The release of the program for a GS08 version: its own, or the nearest one declared."""
        wanted = version[:6]
        if wanted in self.releases:
            return wanted
        if len(self.releases) == 1 or not (wanted.isascii() and wanted.isdecimal()):
            return self.releases[0]
        return min(self.releases, key=lambda name: (abs(int(name) - int(wanted)), name))

    def _generate_for(self, source: Source) -> Program:
        declaration = msgspec.structs.replace(self.declaration, source=source)
        return _generate(declaration, self.releases[0], explaining=False)

    def _applying(self, release: str) -> Program:
        if release not in self._fast:
            self._fast[release] = _generate(self.declaration, release, explaining=False)
        return self._fast[release]

    def _explaining(self, release: str) -> Program:
        if release not in self._explained:
            self._explained[release] = _generate(self.declaration, release, explaining=True)
        return self._explained[release]


def compile_mapping(declaration: Mapping[str, object]) -> CompiledMapping:
    """Check a resolved declaration and generate its programs.

    Raises DeclarationError, which names the rule, for anything that does not exist or does not fit: a segment,
    element, loop, target field, code list, function. No text of the declaration becomes code.
    """
    mapping = load_mapping(declaration)
    mapping.check()
    return mapping


def load_mapping(declaration: Mapping[str, object]) -> CompiledMapping:
    """The same for a declaration that is known to compile: its programs are generated when they are needed."""
    return CompiledMapping(read(declaration), _canonical_text(declaration))


def checksum(declaration: Mapping[str, object]) -> str:
    """SHA-256 of a resolved declaration as canonical JSON (sorted keys, no blanks, UTF-8), in hexadecimal."""
    return _sha256(_canonical_text(declaration))


def _canonical_text(declaration: Mapping[str, object]) -> str:
    return json.dumps(declaration, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _sha256(text: str) -> str:
    import hashlib  # loads OpenSSL, 3.5 MB that who only translates does not need

    return hashlib.sha256(text.encode()).hexdigest()


def _generate(declaration: Declaration, release: str, explaining: bool) -> Program:
    draft = Draft(declaration, release, explaining)
    source = DocumentWriter(draft).write(model(declaration.target))
    if draft.source.again:
        draft = Draft(declaration, release, explaining, draft)
        source = DocumentWriter(draft).write(model(declaration.target))
    namespace: dict[str, object] = {"__builtins__": _BUILTINS, "component": component, "NONE": {}, **draft.tables}
    try:
        code = compile(source, f"<mapping {declaration.source.document} {release}>", "exec")
    except (SyntaxError, RecursionError, MemoryError) as error:  # Python's own limits on nesting
        raise DeclarationError("rules", f"is nested too deeply: {error}") from error
    exec(code, namespace)  # noqa: S102 - made of checked names, numbers and escaped literals only
    run: Run = namespace["run"]  # type: ignore[assignment]
    return Program(release, source, run, tuple(draft.points), tuple(draft.sites))


def _locator(segments: Sequence[Sequence[str]] | Locator) -> Locator:
    return SegmentLocator(segments) if isinstance(segments, Sequence) else segments


def _ignore(record: Noted) -> None:
    """Takes the records of a program that makes none."""
