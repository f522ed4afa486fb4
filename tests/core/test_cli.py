import errno
import subprocess
import sys
from types import ModuleType

import pytest

import calid_core
from calid_core import cli
from calid_core.cli import COMMANDS, main
from calid_core.cli.progress_display import PlainLines, TerminalBar, progress_display
from calid_core.errors import Cancelled, InputError, SettingsError
from calid_core.progress import Progress, Stage


def command_that(monkeypatch, behaviour):
    module = ModuleType("command")
    module.add_arguments = lambda parser: parser.add_argument("--times", type=int, default=1)
    module.run = behaviour
    monkeypatch.setitem(sys.modules, "calid_core.cli.inspect", module)


def test_help_names_every_command(capsys):
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(command.name in text for command in COMMANDS)
    assert "not for diagnosis" in text.replace("\n", " ")


@pytest.mark.parametrize("command", [c.name for c in COMMANDS])
def test_every_command_explains_itself_and_every_option(command, capsys):
    assert main([command, "--help"]) == 0
    assert "usage: calid " + command in capsys.readouterr().out


def test_stages_of_training_tell_their_defaults(capsys):
    assert main(["train", "export", "--help"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "starting noise of the denoiser (default: 1.0)" in text
    assert "each process takes its own (default: auto)" in text
    assert "None" not in text
    assert "[])" not in text


def test_the_version_is_printed(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.strip() == f"calid {calid_core.__version__}"


@pytest.mark.parametrize("words", [[], ["nonsense"], ["inspect", "--nonsense"], ["reconstruct", "x"]])
def test_wrong_use_ends_with_2_and_says_how_it_is_used(words, capsys):
    assert main(words) == 2
    assert "usage: calid" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("behaviour", "code", "message"),
    [
        (InputError("the folder is empty; choose another"), 1, "calid: the folder is empty; choose another"),
        (SettingsError("--limit is -1, must be 0 or more"), 2, "calid: --limit is -1, must be 0 or more"),
        (Cancelled(), 130, "calid: stopped"),
        (KeyboardInterrupt(), 130, "calid: stopped"),
        (
            PermissionError(errno.EACCES, "Permission denied", "/home/someone/x.nii"),
            1,
            "calid: x.nii: Permission denied; check its name, its permissions and the disk",
        ),
        (
            OSError(errno.EIO, "Input/output error"),
            1,
            "calid: Input/output error; check its name, its permissions and the disk",
        ),
        (
            MemoryError("Unable to allocate 72.0 GiB for an array with shape (3, 3, 65535, 65535)"),
            1,
            "calid: there is not enough memory; end other programs, or choose a wider slice spacing or fewer phases",
        ),
    ],
)
def test_what_goes_wrong_is_one_line_and_an_exit_code(behaviour, code, message, monkeypatch, capsys):
    def fail(_):
        raise behaviour

    command_that(monkeypatch, fail)
    assert main(["inspect"]) == code
    assert capsys.readouterr().err.strip() == message


def test_arguments_reach_the_command(monkeypatch):
    command_that(monkeypatch, lambda arguments: arguments.times)
    assert main(["inspect", "--times", "7"]) == 7


def test_a_reader_that_goes_away_ends_the_program_without_a_traceback(tmp_path):
    command = f"{sys.executable} -m calid_core phantom --help | true"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_help_imports_neither_torch_nor_qt_nor_numpy():
    program = (
        "import sys; from calid_core.cli import main; main(['--help']);"
        "sys.exit(bool({'torch', 'numpy', 'PySide6'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.returncode == 0


def test_lines_are_few_and_a_terminal_gets_a_bar(capsys, monkeypatch):
    assert isinstance(progress_display(sys.stderr), PlainLines)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    bar = progress_display(sys.stderr)
    assert isinstance(bar, TerminalBar)
    bar.start("heart")
    bar.show(Progress(Stage.SYNTHESISING, 5, 10))
    bar.stop()
    assert "heart: synthesising  50%" in capsys.readouterr().err


def test_plain_lines_are_at_most_one_per_quarter(capsys):
    lines = PlainLines(sys.stderr)
    lines.start("heart")
    for done in range(1, 101):
        lines.show(Progress(Stage.SYNTHESISING, done, 100))
    assert len(capsys.readouterr().err.splitlines()) == 5
    assert cli.EXIT_CANCELLED == 130
