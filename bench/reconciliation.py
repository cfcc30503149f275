"""All rules on one morning's facts, and datacompy on the two largest tables, in the same run.

    python -m bench.reconciliation [--doctors 400000] [--large 4000000] [--runs 3]

The facts are made-up extracts of 60,000 performers, 100,000 cases and 400,000 doctors, read as the intake reads
them. Measured is `judge`: every rule, suppression and the counts of what was compared; reading is not.
"""

import argparse
import json
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from statistics import median

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from gpsync.extracts.layouts import LAYOUTS, WEEKLY
from gpsync.extracts.reading import read_text
from gpsync.extracts.tidying import tidy
from gpsync.reconciliation.facts import Facts
from gpsync.rules import Dataset
from gpsync.synthetic.writing import synthesise

_HERE = Path(__file__).parent
_WORK = _HERE / ".work"
_PEER_PYTHON = _HERE / ".peers" / "bin" / "python"
_AS_OF = date(2026, 11, 16)
_ASSIGNMENTS_EACH_DOCTOR, _CASES_EACH_DOCTOR, _USERS_EACH_DOCTOR = 0.1875, 0.25, 0.075


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.reconciliation", description=__doc__)
    parser.add_argument("--doctors", type=int, default=400_000)
    parser.add_argument("--large", type=int, default=4_000_000, help="0 leaves the large one out")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--judge", type=Path, help="judge the facts in this folder, and nothing else")
    options = parser.parse_args()
    if options.judge:
        print(json.dumps(_judge(options.judge)))
        return
    folder = _facts_folder(options.doctors)
    runs = [_in_process(folder) for _ in range(options.runs)]
    _print(options.doctors, runs)
    if _PEER_PYTHON.exists():
        _print_datacompy(folder)
    if options.large:
        large = _in_process(_facts_folder(options.large))
        _print(options.large, [large])
        ratio = large["seconds"] / median(run["seconds"] for run in runs)
        print(f"{options.large / options.doctors:.0f} times the data: {ratio:.1f} times the time")


def _facts_folder(doctors: int) -> Path:
    """A folder with one Parquet file for each dataset, made if it is not there."""
    folder = _WORK / f"facts_{doctors}"
    if not (folder / "done").exists():
        sent = folder / "sent"
        synthesise(sent, doctors=doctors, nights=1, seed=1, last_night=_AS_OF, traps=False, manifests=False)
        for dataset, layout in LAYOUTS.items():
            (path,) = sent.glob(f"{dataset}_*.csv")
            frame = tidy(read_text(path, layout, path.name).table, layout, _AS_OF)
            frame = _sized(dataset, frame, doctors).drop(columns=["row_number", "unreadable", "future"])
            pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), folder / f"{dataset}.parquet")
        (folder / "done").touch()
    return folder


def _sized(dataset: Dataset, frame: pd.DataFrame, doctors: int) -> pd.DataFrame:
    """Assignments, cases and users in the numbers that are asked for.

    Further assignments give doctors a second practice, further cases repeat others under new ids.
    """
    if dataset is Dataset.PERFORMERS_LIST:
        posts = frame[frame["practice_code"].notna()]
        second = posts.head(int(doctors * _ASSIGNMENTS_EACH_DOCTOR) - len(frame))
        elsewhere = posts["practice_code"].iloc[::-1].to_numpy()[: len(second)]
        return pd.concat([frame, second.assign(practice_code=elsewhere)], ignore_index=True)
    if dataset is Dataset.PRACTICE_USERS:
        return frame.head(int(doctors * _USERS_EACH_DOCTOR))
    if dataset is not Dataset.PRACTICE_APPROVALS:
        return frame
    wanted = int(doctors * _CASES_EACH_DOCTOR)
    copies = [frame.assign(case_id=frame["case_id"] + f"-{number}") for number in range(wanted // len(frame) + 1)]
    return pd.concat(copies, ignore_index=True).head(wanted)


def _in_process(folder: Path) -> dict:
    command = [sys.executable, "-m", "bench.reconciliation", "--judge", str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=_HERE.parent)
    return json.loads(done.stdout.strip().splitlines()[-1])


def _judge(folder: Path) -> dict:
    from gpsync.reconciliation.judging import judge

    facts = _facts(folder)
    start = time.perf_counter()
    judgement = judge(facts)
    seconds = time.perf_counter() - start
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
    sizes = {"doctors": len(facts.register), "performers": facts.performers["gmc_number"].nunique()}
    sizes |= {"assignments": len(facts.performers), "cases": len(facts.approvals), "users": len(facts.users)}
    return {
        "seconds": seconds,
        "peak_mb": peak,
        "findings": len(judgement.seen),
        "assessed": len(judgement.assessed),
        "sizes": sizes | {"practices": len(facts.practices)},
    }


def _facts(folder: Path) -> Facts:
    frames = {
        dataset: pq.read_table(folder / f"{dataset}.parquet").to_pandas().reindex(columns=_columns(dataset))
        for dataset in Dataset
    }
    register = frames[Dataset.GMC_REGISTER].dropna(subset=["registration_class"])
    register = register.assign(valid_from="2026-10-01", previous_class=pd.array([None] * len(register), dtype="str"))
    columns = [
        "gmc_number",
        "new_email",
        "new_key",
        "change_date",
        "due_date",
        "sent_on",
        "expires_on",
        "state",
        "reason",
    ]
    return Facts(
        as_of=_AS_OF,
        register=register,
        **{LAYOUTS[dataset].facts: frames[dataset] for dataset in WEEKLY},
        previous_performers=frames[Dataset.PERFORMERS_LIST],
        email_changes=pd.DataFrame(columns=columns, dtype="str"),
        newest=dict.fromkeys(Dataset, _AS_OF),
    )


def _columns(dataset: Dataset) -> list[str]:
    derived = ["registration_class", "email_key"] if dataset is Dataset.GMC_REGISTER else []
    return [*LAYOUTS[dataset].names, *derived]


def _print(doctors: int, runs: list[dict]) -> None:
    sizes = ", ".join(f"{number:,} {name}" for name, number in runs[0]["sizes"].items())
    print(f"\n{sizes}")
    print(
        f"all {runs[0]['assessed']} rules: {median(run['seconds'] for run in runs):.2f} s, "
        f"peak {max(run['peak_mb'] for run in runs):,.0f} MB, {runs[0]['findings']:,} findings"
    )


def _print_datacompy(folder: Path) -> None:
    command = [str(_PEER_PYTHON), str(_HERE / "peers" / "run_datacompy.py"), str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    result = json.loads(done.stdout.strip().splitlines()[-1])
    print(
        f"datacompy {result['version']}, register with performers list, {result['columns']} columns: "
        f"{result['seconds']:.2f} s, peak {result['peak_mb']:,.0f} MB, {result['rows']:,} rows in common"
    )


if __name__ == "__main__":
    main()
