"""Files and folders are whole or not there."""

from __future__ import annotations

import os
import stat
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, NoReturn

import pytest

from kg.files import UnwritableError, atomic_file, atomic_folder, write_text


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def fail_in(block: AbstractContextManager[BinaryIO | Path], error: type[BaseException]) -> NoReturn:
    with block as part:
        if isinstance(part, Path):
            write_text(part / "a", "half")
        else:
            part.write(b"half")
        raise error


def test_a_file_appears_when_the_block_ends(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    with atomic_file(path) as stream:
        stream.write(b"new")
        assert not path.exists()
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["out.txt"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_failed_block_leaves_the_old_file(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "out.txt"
    write_text(path, "old")
    with pytest.raises(error):
        fail_in(atomic_file(path), error)
    assert path.read_text(encoding="utf-8") == "old"
    assert names(tmp_path) == ["out.txt"]


def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path: Path) -> None:
    real, link = tmp_path / "real.txt", tmp_path / "link.txt"
    write_text(real, "old")
    link.symlink_to(real)
    write_text(link, "new")
    assert link.is_symlink()
    assert real.read_text(encoding="utf-8") == "new"


def test_a_new_file_is_readable_by_others_as_the_umask_says(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write_text(tmp_path / "a", "x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o644


def test_a_name_as_long_as_a_name_may_be_is_written(tmp_path: Path) -> None:
    write_text(tmp_path / ("x" * 255), "x")
    assert names(tmp_path) == ["x" * 255]


def test_a_device_is_written_to_and_not_replaced() -> None:
    write_text("/dev/null", "x")
    assert not Path("/dev/null").is_file()


@pytest.mark.parametrize(
    ("place", "said"), [("", "this is a folder"), ("no/such/out.txt", "does not exist")]
)
def test_a_place_that_cannot_hold_a_file_is_refused_at_once(
    tmp_path: Path, place: str, said: str
) -> None:
    with pytest.raises(UnwritableError, match=said), atomic_file(tmp_path / place):
        pytest.fail("the block must not start")
    assert names(tmp_path) == []


def test_a_new_folder_appears_as_a_whole(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "out"
    with atomic_folder(target) as part:
        (part / "store").mkdir()
        write_text(part / "store" / "a", "x")
        assert not target.exists()
    assert names(target) == ["store"]
    assert names(target.parent) == ["out"]


def test_entries_are_replaced_and_the_users_own_stay(tmp_path: Path) -> None:
    target = tmp_path / "out"
    (target / "store").mkdir(parents=True)
    write_text(target / "store" / "old", "x")
    write_text(target / "notes.txt", "mine")
    write_text(target / "graph.trig", "old")
    with atomic_folder(target) as part:
        (part / "store").mkdir()
        write_text(part / "store" / "new", "x")
        write_text(part / "graph.trig", "new")
    assert names(target) == ["graph.trig", "notes.txt", "store"]
    assert names(target / "store") == ["new"]
    assert (target / "graph.trig").read_text(encoding="utf-8") == "new"
    assert (target / "notes.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_failed_block_changes_no_folder(
    tmp_path: Path, exists: bool, error: type[BaseException]
) -> None:
    target = tmp_path / "out"
    if exists:
        target.mkdir()
        write_text(target / "a", "old")
    with pytest.raises(error):
        fail_in(atomic_folder(target), error)
    assert target.exists() == exists
    assert not exists or names(target) == ["a"]
    assert names(tmp_path) == (["out"] if exists else [])


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    write_text(tmp_path / "a", "x")
    with pytest.raises(UnwritableError, match="this is a file"), atomic_folder(tmp_path / "a"):
        pytest.fail("the block must not start")


def test_a_move_that_fails_puts_the_old_entry_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_text(tmp_path / "a", "old")
    real = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if self.name == "a" and target == tmp_path / "a" and self.read_bytes() == b"new":
            raise OSError(28, "No space left on device")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(OSError, match="No space"), atomic_folder(tmp_path) as part:
        write_text(part / "a", "new")
    assert (tmp_path / "a").read_text(encoding="utf-8") == "old"
    assert names(tmp_path) == ["a"]
