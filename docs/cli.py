"""Write docs/cli.md from the command line's own help: ``python docs/cli.py``."""

from __future__ import annotations

from pathlib import Path

import click

from kzgeo.cli import cli

WIDE = {"terminal_width": 100, "max_content_width": 100}
HEAD = """# The command line

Made by `python docs/cli.py` from the help texts. Problems of the input are listed on standard error, one a line:
`FILE:ROW: what is wrong 'value'; what to do about it`.
"""


def page() -> str:
    """Return the page."""
    whole = click.Context(cli, info_name="kzgeo", **WIDE, **cli.context_settings)
    parts = [HEAD, _section("kzgeo", cli.get_help(whole))]
    for name in cli.list_commands(whole):
        command = cli.get_command(whole, name)
        assert command is not None
        own = click.Context(command, info_name=name, parent=whole, **WIDE)
        parts.append(_section(f"kzgeo {name}", command.get_help(own)))
    return "\n".join(parts)


def _section(title: str, text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return f"## {title}\n```\n{lines}\n```\n"


if __name__ == "__main__":
    Path(__file__).with_suffix(".md").write_text(page(), "utf-8")
