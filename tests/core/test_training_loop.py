import dataclasses
import errno
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from calid_core.errors import CheckpointError, OutputError, SettingsError
from calid_core.training import loop
from calid_core.training.augmentation import ViewLimits
from calid_core.training.config import CalidTraining
from calid_core.training.loop import Pace, Run, fit, gradients, one_thread_each, step_generator, update
from calid_core.training.origin import Origin, origin_of
from calid_core.training.ranks import Ranks
from calid_core.training.state import load_state
from tests.core import two_ranks

PACE = Pace(peak_rate=0.05, warmup=1, weight_decay=0.0, ema=0.9, validate_every=5)


class Line(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.slope = nn.Parameter(torch.zeros(1))


def loss(network: Line, step: int, part: int) -> Tensor:
    inputs = torch.rand(32, generator=step_generator(0, step, part))
    return (network.slope * inputs - 2.0 * inputs).square().mean()


@pytest.fixture
def steps(monkeypatch):
    """A clock that advances one second per look, so that a budget in minutes is a number of steps."""
    ticks = iter(range(10_000_000))
    monkeypatch.setattr(loop, "time", SimpleNamespace(monotonic=lambda: float(next(ticks))))


def train(run: Run) -> Line:
    return fit("line", Line(), loss, lambda network, step: {"slope": network.slope.item()}, run, PACE)


def test_training_finds_the_slope_within_its_budget(steps, tmp_path):
    trained = train(Run(tmp_path, torch.device("cpu"), 4.0))
    assert trained.slope.item() == pytest.approx(2.0, abs=0.1)
    assert (tmp_path / "line.csv").read_text(encoding="utf-8").startswith("step,seconds,loss,slope")


def test_a_resumed_run_goes_on_where_it_stopped(steps, tmp_path):
    run = Run(tmp_path, torch.device("cpu"), 1.0)
    train(run)
    before = (tmp_path / "line.csv").read_text(encoding="utf-8").splitlines()
    train(dataclasses.replace(run, time_budget=1.5))
    after = (tmp_path / "line.csv").read_text(encoding="utf-8").splitlines()
    assert after[: len(before)] == before
    assert int(after[-1].split(",")[0]) > int(before[-1].split(",")[0])
    seconds = [float(row.split(",")[1]) for row in after[1:]]
    assert seconds == sorted(seconds)


def test_parts_in_threads_give_the_gradient_of_all_parts_in_turn(tmp_path):
    network = Line()
    run = Run(tmp_path, torch.device("cpu"), 1.0, workers=2)
    with one_thread_each(2) as pool:
        in_threads = gradients(network, loss, 3, run, pool)
        threaded = network.slope.grad.clone()
    in_turn = gradients(network, loss, 3, run, None)
    assert in_threads == in_turn
    assert torch.equal(threaded, network.slope.grad)


def test_two_processes_train_what_one_does_with_the_same_batch(monkeypatch, tmp_path):
    apart, alone = tmp_path / "apart", tmp_path / "alone"
    for budget in ("0.2", "0.4"):
        command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
        done = subprocess.run(
            [*command, two_ranks.__file__, str(apart), budget],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONPATH": "."},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        monkeypatch.setattr(loop, "time", two_ranks.tick(1.0))
        together = two_ranks.train(alone, float(budget), workers=2, ranks=Ranks()).state_dict()
    assert (apart / "line.csv").read_text(encoding="utf-8") == (alone / "line.csv").read_text(
        encoding="utf-8"
    )
    for rank in range(2):
        weights = torch.load(apart / f"rank-{rank}.pt", weights_only=True)
        assert {name: value.item() for name, value in weights.items()} == {
            name: value.item() for name, value in together.items()
        }


def test_a_number_of_updates_gives_the_same_weights_however_fast_the_machine(monkeypatch, tmp_path):
    found = []
    for name, seconds_per_look in (("fast", 0.1), ("slow", 7.0)):
        monkeypatch.setattr(loop, "time", two_ranks.tick(seconds_per_look))
        found.append(train(Run(tmp_path / name, torch.device("cpu"), 0.0, updates=12)).slope.item())
        assert (tmp_path / name / "line.csv").read_text(encoding="utf-8").splitlines()[-1].startswith("12,")
    assert found[0] == found[1]


class Filter(nn.Module):
    """A convolution, whose weights lie otherwise in memory where channels come last, and another of single pixels."""

    def __init__(self) -> None:
        super().__init__()
        self.wide, self.point = nn.Conv2d(4, 3, 3, padding=1), nn.Conv2d(3, 2, 1)


def brightness(network: Filter, step: int, part: int) -> Tensor:
    images = torch.rand(2, 4, 8, 8, generator=step_generator(0, step, part))
    return network.point(network.wide(images)).square().mean()


def strides_of_moments(optimiser: torch.optim.Optimizer, name: str) -> list[tuple[int, ...]]:
    return [optimiser.state[p][name].stride() for group in optimiser.param_groups for p in group["params"]]


def test_moments_of_a_resumed_training_lie_in_memory_as_their_weights_do(tmp_path):
    run = Run(tmp_path, torch.device("cpu"), 0.0, updates=5)
    fit("filter", Filter(), brightness, lambda network, step: {}, run, PACE)
    network = Filter().to(memory_format=torch.channels_last)
    optimiser = adam(network)
    load_state(tmp_path / "filter-state.safetensors", network, Filter(), optimiser)
    for name in ("exp_avg", "exp_avg_sq"):
        assert strides_of_moments(optimiser, name) == [p.stride() for p in network.parameters()]
    assert optimiser.state[network.wide.weight]["exp_avg"].abs().max() > 0.0


def test_gradients_shared_by_processes_lie_in_memory_as_their_weights_do(monkeypatch, tmp_path):
    network = Filter().to(memory_format=torch.channels_last)
    alone, together = (
        Run(tmp_path, torch.device("cpu"), 1.0, ranks=ranks) for ranks in (Ranks(), Ranks(0, 2))
    )
    gradients(network, brightness, 0, alone, None)
    expected = [p.grad for p in network.parameters()]
    # The other process has the same gradients.
    monkeypatch.setattr("calid_core.training.ranks.distributed.all_reduce", lambda joined: joined.mul_(2.0))
    gradients(network, brightness, 0, together, None)
    for parameter, gradient in zip(network.parameters(), expected, strict=True):
        assert parameter.grad.stride() == parameter.stride()
        assert torch.equal(parameter.grad, gradient)


@pytest.mark.parametrize("updates", [0, 1])
def test_a_number_of_updates_asks_for_convolutions_that_repeat_and_a_time_for_fast_ones(
    steps, monkeypatch, tmp_path, updates
):
    for flag in ("benchmark", "deterministic"):
        monkeypatch.setattr(torch.backends.cudnn, flag, False)
    train(Run(tmp_path, torch.device("cpu"), 0.0 if updates else 0.1, updates=updates))
    assert torch.backends.cudnn.deterministic == bool(updates)
    assert torch.backends.cudnn.benchmark != bool(updates)


def logged_steps(folder: Path) -> list[str]:
    return [row.split(",")[0] for row in (folder / "line.csv").read_text(encoding="utf-8").splitlines()[1:]]


@pytest.mark.parametrize("write", ["save_state", "append_row"])
def test_a_run_that_is_killed_while_it_keeps_its_state_lacks_no_row_and_doubles_none(
    write, tmp_path, monkeypatch
):
    run = Run(tmp_path, torch.device("cpu"), 0.0, updates=12)
    original, calls = getattr(loop, write), []

    def killed(*words) -> None:
        calls.append(words)
        if len(calls) == 2:
            raise InterruptedError
        original(*words)

    monkeypatch.setattr(loop, write, killed)
    with pytest.raises(InterruptedError):
        train(run)
    train(run)
    assert logged_steps(tmp_path) == ["5", "10", "12"]


def test_a_row_that_was_cut_short_is_made_anew(tmp_path):
    run = Run(tmp_path, torch.device("cpu"), 0.0, updates=12)
    (tmp_path / "line.csv").write_text("step,sec")
    train(dataclasses.replace(run, updates=5))
    assert logged_steps(tmp_path) == ["5"]
    with (tmp_path / "line.csv").open("a", encoding="utf-8", newline="") as file:
        file.write("1")
    train(run)
    assert logged_steps(tmp_path) == ["5", "10", "12"]


def test_the_last_update_is_logged_once(tmp_path):
    for updates, expected in ((10, ["5", "10"]), (12, ["5", "10", "12"])):
        train(Run(tmp_path / str(updates), torch.device("cpu"), 0.0, updates=updates))
        assert logged_steps(tmp_path / str(updates)) == expected


def test_what_comes_on_top_of_the_budget_is_told_before_it_begins(tmp_path, caplog):
    caplog.set_level("INFO", "calid_core.training")
    told: list[list[str]] = []

    def validate(network: Line, step: int) -> dict[str, float]:
        told.append([text for text in caplog.messages if "measuring" in text])
        return {}

    fit("line", Line(), loss, validate, Run(tmp_path, torch.device("cpu"), 0.0, updates=7), PACE)
    assert told == [[], ["line: measuring on held-out patients"]]


def test_a_run_that_has_had_its_updates_says_so_and_stays_as_it_is(tmp_path, caplog):
    run = Run(tmp_path, torch.device("cpu"), 0.0, updates=7)
    slope = train(run).slope.item()
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert train(dataclasses.replace(run, updates=6)).slope.item() == slope
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before
    assert "line has had 7 updates" in caplog.text
    assert "nothing is trained; give more --updates" in caplog.text


def diverging(network: Line, step: int, part: int) -> Tensor:
    """The loss of a line, and of no number from the eighth update on."""
    return loss(network, step, part) * (torch.nan if step >= 7 else 1.0)


def endless_slope(network: Line, step: int, part: int) -> Tensor:
    """A finite loss whose gradient is infinite from the eighth update on."""
    return loss(network, step, part) + (network.slope * 0.0 if step >= 7 else torch.ones(1)).sum().sqrt()


@pytest.mark.parametrize(
    ("loss", "what"), [(diverging, "the loss is nan"), (endless_slope, "the norm of the gradients is nan")]
)
def test_a_training_that_diverges_stops_and_keeps_its_last_good_state(loss, what, tmp_path):
    run = Run(tmp_path, torch.device("cpu"), 0.0, updates=12)
    with pytest.raises(
        SettingsError,
        match=rf"diverged after update 7: {what} at learning rate \S+; "
        r"give a lower peak_rate than 0.05 in --config \(the state of update 5 is kept\)",
    ):
        fit("line", Line(), loss, lambda network, step: {"slope": 0.0}, run, PACE)
    network = Line()
    assert load_state(tmp_path / "line-state.safetensors", network, Line(), adam(network)).step == 5
    assert torch.isfinite(network.slope).all()


def test_weights_that_are_no_numbers_are_never_kept(tmp_path):
    def explode(network: Line) -> None:
        network.slope.data.fill_(torch.inf)

    run = Run(tmp_path, torch.device("cpu"), 0.0, updates=1)
    with pytest.raises(SettingsError, match=r"the weights are not finite .*no state was kept yet"):
        fit("line", Line(), loss, lambda network, step: {}, run, PACE, after=explode)
    assert not list(tmp_path.iterdir())


def adam(network: nn.Module) -> torch.optim.Optimizer:
    return torch.optim.AdamW(network.parameters())


def test_a_full_disk_is_told_and_leaves_the_last_state(tmp_path, monkeypatch):
    train(Run(tmp_path, torch.device("cpu"), 0.0, updates=5))
    before = (tmp_path / "line-state.safetensors").read_bytes()

    def full(file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OutputError, match=r"cannot write line-state\.safetensors: the disk is full"):
        train(Run(tmp_path, torch.device("cpu"), 0.0, updates=10))
    assert (tmp_path / "line-state.safetensors").read_bytes() == before


def test_a_state_of_another_autoencoder_is_not_gone_on_with(tmp_path):
    run = Run(tmp_path, torch.device("cpu"), 0.0, updates=5, origin=Origin("a" * 64))
    train(run)
    with pytest.raises(
        CheckpointError, match=r"state\S+ was trained beside the autoencoder a{12}, here it is b"
    ):
        train(dataclasses.replace(run, updates=6, origin=Origin("b" * 64)))
    train(dataclasses.replace(run, updates=6))


def test_other_settings_and_data_are_told_of_when_a_training_goes_on(tmp_path, caplog):
    (tmp_path / "first.npz").write_text("some patients")
    (tmp_path / "second.npz").write_text("other patients")

    def go_on(updates: int, data: str, config: CalidTraining) -> str:
        caplog.clear()
        origin = origin_of(config, {"pack": tmp_path / data, "cines": None})
        train(Run(tmp_path / "run", torch.device("cpu"), 0.0, updates=updates, origin=origin))
        return caplog.text

    assert "other settings" not in go_on(5, "first.npz", CalidTraining())
    assert "other settings" not in go_on(6, "first.npz", CalidTraining())
    assert "other settings than before: seed was 0, is 1" in go_on(7, "first.npz", CalidTraining(seed=1))
    views = ViewLimits(bend=2.5)
    assert "views.bend was 1.5, is 2.5" in go_on(8, "first.npz", CalidTraining(seed=1, views=views))
    assert "other settings than before: pack was" in go_on(
        9, "second.npz", CalidTraining(seed=1, views=views)
    )


def test_a_state_that_does_not_tell_its_origin_is_gone_on_with(tmp_path, caplog):
    caplog.set_level("INFO", "calid_core.training")
    run = Run(tmp_path, torch.device("cpu"), 0.0, updates=5)
    train(run)
    path = tmp_path / "line-state.safetensors"
    with safe_open(path, framework="pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        save_file(tensors, path, {"clock": file.metadata()["clock"]})
    train(dataclasses.replace(run, updates=6, origin=Origin("a" * 64, (("seed", "1"),))))
    assert "line goes on at step 5" in caplog.text
    assert "other settings" not in caplog.text
    save_file(tensors, path, {"clock": '{"step": 5, "elapsed": 1.0}', "origin": '{"later": 1}'})
    with pytest.raises(CheckpointError, match="is of another version of CaLID: unknown entry later"):
        train(dataclasses.replace(run, updates=6))


def column(folder: Path, name: str) -> list[float]:
    names, *rows = [row.split(",") for row in (folder / "line.csv").read_text(encoding="utf-8").splitlines()]
    return [float(row[names.index(name)]) for row in rows]


def test_a_huge_gradient_moves_the_weights_as_far_as_one_of_length_one():
    network = Line()
    network.slope.grad = torch.full((1,), 1e6)
    update(network, torch.optim.SGD(network.parameters(), lr=1.0), 0.1)
    assert network.slope.item() == pytest.approx(-0.1)


def test_every_part_of_every_update_draws_anew():
    seeds = {step_generator(0, step, part).initial_seed() for step in range(9) for part in range(9)}
    assert len(seeds) == 81


def test_the_average_of_the_weights_is_what_is_validated_and_returned(tmp_path):
    slopes: list[float] = []
    trained = fit(
        "line",
        Line(),
        loss,
        lambda network, step: {"slope": network.slope.item()},
        Run(tmp_path, torch.device("cpu"), 0.0, updates=12),
        PACE,
        after=lambda network: slopes.append(network.slope.item()),
    )
    average = 0.0
    for step, slope in enumerate(slopes):
        # Its memory is a tenth of the updates so far at first, so that it forgets where it began.
        average += (slope - average) * max(0.1, 9.0 / (10.0 + step))
    assert trained.slope.item() == pytest.approx(average, rel=1e-5)
    assert column(tmp_path, "slope")[-1] == pytest.approx(average, rel=1e-5)


def test_the_logged_loss_is_the_mean_since_the_row_before(tmp_path):
    run = Run(tmp_path, torch.device("cpu"), 0.0, updates=10)
    fit(
        "line", Line(), lambda network, step, part: network.slope.sum() * 0.0 + step, lambda *_: {}, run, PACE
    )
    assert column(tmp_path, "loss") == [2.0, 7.0]


def test_the_learning_rate_falls_with_the_share_of_the_budget_that_is_spent(tmp_path, monkeypatch):
    shares: list[float] = []
    monkeypatch.setattr(loop, "learning_rate", lambda peak, **place: shares.append(place["progress"]) or peak)
    train(Run(tmp_path, torch.device("cpu"), 0.0, updates=4))
    assert shares == [0.0, 0.25, 0.5, 0.75]


def test_a_run_that_was_interrupted_ends_with_the_weights_of_one_that_was_not(tmp_path):
    run = Run(tmp_path / "whole", torch.device("cpu"), 0.0, updates=12)
    updates: list[Line] = []

    def lose_power(network: Line) -> None:
        updates.append(network)
        if len(updates) == 8:
            raise InterruptedError

    cut = dataclasses.replace(run, output=tmp_path / "cut")
    with pytest.raises(InterruptedError):
        fit("line", Line(), loss, lambda network, step: {"slope": 0.0}, cut, PACE, after=lose_power)
    assert train(cut).slope.item() == train(run).slope.item()


RARELY = dataclasses.replace(PACE, validate_every=100_000)


def test_a_training_that_is_hardly_ever_validated_keeps_its_state_every_minute(steps, tmp_path):
    seen: list[Line] = []

    def lose_power(network: Line) -> None:
        seen.append(network)
        if len(seen) == 150:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fit(
            "line",
            Line(),
            loss,
            lambda *_: {},
            Run(tmp_path, torch.device("cpu"), 9.0),
            RARELY,
            after=lose_power,
        )
    network = Line()
    assert load_state(tmp_path / "line-state.safetensors", network, Line(), adam(network)).step == 120


@pytest.mark.parametrize(("where", "kept"), [("loss", 8), ("after", 5), ("validate", 5)])
def test_a_person_who_stops_a_training_keeps_whole_updates_and_their_rows(where, kept, tmp_path):
    run = Run(tmp_path / "cut", torch.device("cpu"), 0.0, updates=12)
    calls: list[Line] = []

    def stop(place: str, network: Line) -> None:
        calls.extend([network] * (place == where))
        if len(calls) == {"loss": 9, "after": 9, "validate": 2}[place] and place == where:
            raise KeyboardInterrupt

    def stopped_loss(network: Line, step: int, part: int) -> Tensor:
        stop("loss", network)
        return loss(network, step, part)

    def validate(network: Line, step: int) -> dict[str, float]:
        stop("validate", network)
        return {"slope": network.slope.item()}

    with pytest.raises(KeyboardInterrupt):
        fit("line", Line(), stopped_loss, validate, run, PACE, after=lambda network: stop("after", network))
    network = Line()
    assert load_state(run.output / "line-state.safetensors", network, Line(), adam(network)).step == kept
    whole = dataclasses.replace(run, output=tmp_path / "whole")
    assert train(run).slope.item() == train(whole).slope.item()
    assert logged_steps(run.output) == logged_steps(whole.output)
