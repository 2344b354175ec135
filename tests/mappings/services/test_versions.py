"""If these fail, a mapping in use can change under a partner, or one that cannot run is published."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from mappings.engine.errors import DeclarationError
from mappings.library import index
from mappings.models import Mapping, MappingVersion, VersionStatus
from mappings.services import load_library as module
from mappings.services.compiled import compiled
from mappings.services.draft_version import draft_version
from mappings.services.load_library import CodeTaken, load_library
from mappings.services.publish_version import publish_version
from mappings.services.refused import VersionRefused
from mappings.services.submit_version import submit_version

pytestmark = pytest.mark.django_db
STANDARD = "x12-850-order"


@pytest.fixture
def mapping() -> Mapping:
    return Mapping.objects.create(code="acme-orders", name="Acme orders", canonical="order/1", set_id="850")


@pytest.fixture
def draft(mapping: Mapping) -> MappingVersion:
    return draft_version(mapping, index.declaration(STANDARD))


def test_versions_count_up(mapping: Mapping) -> None:
    assert [draft_version(mapping, {}).number for _ in range(3)] == [1, 2, 3]


def test_a_submitted_version_is_whole_and_compiles(draft: MappingVersion) -> None:
    submitted = submit_version(draft)
    assert submitted.status == VersionStatus.SUBMITTED
    assert submitted.checksum == compiled(submitted).checksum
    assert len(submitted.checksum) == 64


def test_a_submitted_version_never_changes(draft: MappingVersion) -> None:
    submitted = submit_version(draft)
    submitted.declaration = submitted.declaration | {"title": "other"}
    with pytest.raises(ValidationError, match="never changes"):
        submitted.save()


def test_a_version_that_does_not_compile_stays_a_draft(mapping: Mapping) -> None:
    broken = dict(index.declaration(STANDARD)) | {"source": {"format": "x12", "set": "999999", "releases": ["004010"]}}
    draft = draft_version(mapping, broken)
    with pytest.raises(DeclarationError):
        submit_version(draft)
    draft.refresh_from_db()
    assert draft.status == VersionStatus.DRAFT


def test_a_version_makes_what_its_mapping_is_for(draft: MappingVersion) -> None:
    Mapping.objects.update(canonical="invoice/1")
    with pytest.raises(DeclarationError, match="invoice/1"):
        submit_version(draft)


def test_only_drafts_are_submitted_and_only_submitted_ones_published(draft: MappingVersion) -> None:
    with pytest.raises(VersionRefused, match="draft"):
        publish_version(draft)
    submitted = submit_version(draft)
    with pytest.raises(VersionRefused, match="submitted"):
        submit_version(submitted)
    published = publish_version(submitted)
    assert published.published_at is not None
    with pytest.raises(VersionRefused, match="published"):
        publish_version(published)


@pytest.mark.thorough
def test_the_library_is_loaded_once() -> None:
    first = load_library()
    assert {loaded.version.mapping.code for loaded in first} == set(index.entries())
    assert all(loaded.is_new and loaded.version.status == VersionStatus.PUBLISHED for loaded in first)
    rows = MappingVersion.history.count(), Mapping.history.count()
    again = load_library()
    assert [loaded.is_new for loaded in again] == [False] * len(first)
    assert (MappingVersion.history.count(), Mapping.history.count()) == rows


def test_a_changed_declaration_is_a_new_version(monkeypatch: pytest.MonkeyPatch) -> None:
    old = load_library(STANDARD)[0].version

    def changed(data: Any) -> dict[str, object]:
        return index.resolve(data) | {"title": "Changed"}

    monkeypatch.setattr(module, "resolve", changed)
    new = load_library(STANDARD)[0]
    assert new.is_new
    assert new.version.number == old.number + 1
    old.refresh_from_db()
    assert old.status == VersionStatus.PUBLISHED, "agreements that use it must go on"


def test_nobodys_own_mapping_is_overwritten(mapping: Mapping) -> None:
    Mapping.objects.update(code=STANDARD)
    with pytest.raises(CodeTaken, match=STANDARD):
        load_library()
    assert not MappingVersion.objects.filter(mapping__code=STANDARD).exists()


def test_the_command_says_what_is_new(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_library")
    assert f"{STANDARD} v1" in capsys.readouterr().out
    call_command("load_library")
    assert capsys.readouterr().out == ""
