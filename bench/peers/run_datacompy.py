"""datacompy on the two largest tables: the register with the performers list, by number; prints what it cost.

    bench/.peers/bin/python bench/peers/run_datacompy.py FOLDER

Compared are the surname and the GP register date. A doctor's second practice is left out beforehand, because
datacompy pairs repeated keys by their order.
"""

import json
import sys
from pathlib import Path
from time import perf_counter

import datacompy
import pandas as pd
from report import peak_mb


def main() -> None:
    """Reads the two tables, compares them and prints one line of JSON."""
    folder = Path(sys.argv[1])
    names = ["gmc_number", "surname", "gp_register_date"]
    register = pd.read_parquet(folder / "gmc_register.parquet", columns=names)
    performers = pd.read_parquet(folder / "performers_list.parquet")
    performers = performers.rename(columns={"date_in_gp_register": "gp_register_date"})[names]
    performers = performers.drop_duplicates("gmc_number")
    start = perf_counter()
    compared = datacompy.PandasCompare(register, performers, join_columns="gmc_number")
    compared.report()
    seconds = perf_counter() - start
    result = {"version": datacompy.__version__, "seconds": seconds, "columns": 2, "peak_mb": peak_mb()}
    print(json.dumps(result | {"rows": len(compared.intersect_rows)}))


if __name__ == "__main__":
    main()
