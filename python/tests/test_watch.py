"""Reads plans for the watch with Garmin's own FIT SDK, and compares their steps with the plan's table.

FIRSTMILE_BIN names the binary. Without the SDK (PyPI: garmin-fit-sdk) the tests are skipped.
"""

from __future__ import annotations

import datetime
import json
import os
import pathlib
import subprocess

import pytest

sdk = pytest.importorskip("garmin_fit_sdk", reason="Garmin's FIT SDK is not installed: pip install garmin-fit-sdk")

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("FIRSTMILE_BIN", str(ROOT / "target/release/firstmile"))
CREATED = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)


def hills(folder, length_m):
    """A course to the north: 5 % up and down again, 2 km each."""
    points = []
    for step in range(int(-(-length_m // 20)) + 1):
        metres = min(20.0 * step, length_m)
        altitude_m = 100 + 0.05 * (2000 - abs(metres % 4000 - 2000))
        points.append(f'<trkpt lat="{40 + metres / 111195.08:.8f}" lon="11"><ele>{altitude_m:.2f}</ele></trkpt>')
    file = folder / "Zürich – 東京.gpx"
    file.write_text(f"<gpx><trk><trkseg>{''.join(points)}</trkseg></trk></gpx>", encoding="utf-8")
    return ["--gpx", str(file)]


def plan(format, *arguments):
    command = [BINARY, "plan", "--no-profile", *arguments, "--format", format]
    return subprocess.run(command, check=True, capture_output=True).stdout


def decoded(fit):
    def decoder():
        return sdk.Decoder(sdk.Stream.from_byte_array(bytearray(fit)))

    assert decoder().is_fit() and decoder().check_integrity()
    messages, errors = decoder().read()
    assert errors == []
    return messages


@pytest.mark.parametrize("course", ["5k", "10mi", "half", "marathon", "100k", "hills", "100 miles"])
@pytest.mark.parametrize("units", ["miles", "km"])
def test_steps_are_the_plans_table(tmp_path, course, units):
    lengths = {"hills": 42_195, "100 miles": 160_934.4}
    where = hills(tmp_path, lengths[course]) if course in lengths else ["--course", course]
    arguments = [*where, "--goal", "6:30/km", "--units", units]
    messages, table = decoded(plan("fit", *arguments)), json.loads(plan("json", *arguments))
    assert list(messages) == ["file_id_mesgs", "workout_mesgs", "workout_step_mesgs"]
    (file_id,), (workout,), steps = messages.values()
    assert (file_id["type"], file_id["manufacturer"], file_id["time_created"]) == ("workout", "development", CREATED)
    assert file_id["serial_number"] > 0
    assert workout["sport"] == "running" and workout["num_valid_steps"] == len(steps) <= 50
    marks = [(row["end_m"], row["elapsed_s"]) for row in table["mile"] + table["km"]]
    marks += [(gate["at_m"], gate["elapsed_s"]) for gate in table["gates"]]
    end_m, end_s = 0.0, 0.0
    for index, step in enumerate(steps):
        assert (step["message_index"], step["duration_type"], step["target_type"]) == (index, "distance", "speed")
        assert step["intensity"] == "active"
        assert len(step["wkt_step_name"]) <= 15 and len(step["notes"]) <= 49
        low, high = step["custom_target_speed_low"], step["custom_target_speed_high"]
        end_m += step["duration_distance"]
        end_s += step["duration_distance"] * (1 / low + 1 / high) / 2
        near_m, target_s = min(marks, key=lambda mark: abs(mark[0] - end_m))
        # Centimetres and mm/s are rounded: 1 s for each hour.
        assert abs(near_m - end_m) < 0.02 and abs(target_s - end_s) < 1 + target_s / 3600, step
    assert end_m == pytest.approx(table["distance_m"], abs=0.01)


def test_a_course_runs_the_plan(tmp_path):
    arguments = [*hills(tmp_path, 10_200), "--course", "10k", "--goal", "50:00"]
    messages, table = decoded(plan("fit-course", *arguments)), json.loads(plan("json", *arguments))
    assert list(messages) == ["file_id_mesgs", "course_mesgs", "lap_mesgs", "event_mesgs", "record_mesgs"]
    (file_id,), (course,), (lap,), events, records = messages.values()
    assert (file_id["type"], course["sport"], course["name"]) == ("course", "running", "6.2 mi 50:00")
    assert [event["event_type"] for event in events] == ["start", "stop_disable_all"]
    assert (lap["total_timer_time"], lap["total_distance"]) == (3000, records[-1]["distance"])
    assert records[-1]["distance"] == pytest.approx(table["hills"]["track_m"], abs=0.01)
    times = [(record["timestamp"] - CREATED).total_seconds() for record in records]
    assert times[0] == 0 and times[-1] == 3000 and times == sorted(set(times))
    assert records[100]["altitude"] == pytest.approx(200, abs=0.2)
    assert records[0]["position_lat"] * 180 / 2**31 == pytest.approx(40, abs=1e-7)
