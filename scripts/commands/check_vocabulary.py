"""Check the vocabulary files, and name synonyms whose official words stand nowhere in the published catalogue."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from index import (
    EDITS_FOLDER,
    CatalogueIndexError,
    find_idle_edits,
    find_idle_pins,
    find_idle_steers,
    find_unused_terms,
    load_vocabulary,
    read_published,
    refuse_titles_as_aliases,
)

Folder = click.Path(file_okay=False, path_type=Path)


@click.command(help="Kiểm tra các tệp từ vựng, và kể những từ mà danh mục đang công bố trong thư mục chỉ mục không dùng tới.")
@click.option("--vocabulary", type=Folder, default=Path(__file__).parents[2] / "data/vocabulary", help="Thư mục từ vựng.")
@click.option("--index-dir", envvar="LOOKUP_INDEX_DIR", default="var/index", show_default=True, type=Folder, help="Thư mục chỉ mục.")
@click.option("--state-dir", envvar="LOOKUP_STATE_DIR", default="var/state", show_default=True, type=Folder, help="Thư mục có từ vựng sửa ở trang quản trị.")
def check_vocabulary(vocabulary: Path, index_dir: Path, state_dir: Path) -> None:
    """Print what is wrong and what is idle."""
    try:
        words = load_vocabulary(vocabulary, state_dir / EDITS_FOLDER)
        catalogue = read_published(index_dir)
        refuse_titles_as_aliases(words, catalogue.procedures)
        unused = find_unused_terms(words, catalogue.procedures)
        idle = [
            *find_idle_steers(words, catalogue.procedures),
            *find_idle_pins(words, catalogue.procedures),
            *find_idle_edits(vocabulary, state_dir / EDITS_FOLDER),
        ]
    except CatalogueIndexError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    aliases = sum(map(len, words.aliases.values()))
    click.echo(f"Đọc được {len(words.synonyms)} từ đồng nghĩa, {aliases} cách gọi của {len(words.aliases)} thủ tục, {len(words.signposts)} chỉ dẫn.")
    for term, official in unused:
        click.echo(f"  “{term}”: không thủ tục nào có “{official}”")
    for sentence in idle:
        click.echo(f"  {sentence}")
    click.echo(f"{len(unused)} cách hiểu chưa trúng thủ tục nào trong danh mục.")


if __name__ == "__main__":
    check_vocabulary()
