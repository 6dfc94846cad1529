"""What the commands share: --version, --json, one line on standard error, exit status 0 success, 1 failure, 2 wrong
usage."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

import click

import pc15


def version_option(function: Callable[..., Any]) -> Callable[..., Any]:
    def show(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
        if value and not context.resilient_parsing:
            click.echo(f"{context.command.name} {pc15.__version__} ({pc15.build_info()})")
            context.exit()

    option = click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=show,
                          help="Show the version and exit.")
    return option(function)


def json_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--json", "as_json", is_flag=True, help="Write the result as JSON to standard output.")(function)


def emit(value: Any) -> None:
    """JSON on standard output; infinities, which JSON lacks, are null."""

    def plain(item: Any) -> Any:
        if isinstance(item, dict):
            return {str(k): plain(v) for k, v in item.items()}
        if isinstance(item, (list, tuple)):
            return [plain(v) for v in item]
        if isinstance(item, float) and (item != item or item in (float("inf"), float("-inf"))):
            return None
        return item

    click.echo(json.dumps(plain(value), indent=2))


class Failure(Exception):
    """A result that is no success; its text is the line on standard error, if there is one."""

    def __init__(self, text: str = "", status: int = 1) -> None:
        super().__init__(text)
        self.status = status


def read_bytes(path: str) -> bytes:
    """A file, or standard input for "-"."""
    if path == "-":
        return sys.stdin.buffer.read()
    with open(path, "rb") as file:
        return file.read()


def _one_line(error: BaseException) -> str:
    text = " ".join(str(error).split())
    if isinstance(error, OSError) and error.strerror:
        text = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return text or type(error).__name__


def run(command: click.Command) -> None:
    """Runs a command and exits."""
    name = command.name or "pc15"
    status, message = 0, ""
    try:
        result = command.main(standalone_mode=False, prog_name=name)
        status = result if isinstance(result, int) else 0
        sys.stdout.flush()
    except click.UsageError as error:
        status, message = 2, error.format_message()
    except click.ClickException as error:
        status, message = 1, error.format_message()
    except (click.Abort, KeyboardInterrupt):
        status, message = 1, "interrupted"
    except Failure as error:
        status, message = error.status, str(error)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # so that the interpreter's last flush is quiet
        status = 1
    except (OSError, ValueError, RuntimeError, MemoryError, SyntaxError) as error:
        status, message = 1, _one_line(error)
    if message:
        print(f"{name}: {' '.join(message.split())}", file=sys.stderr)
    sys.exit(status)
