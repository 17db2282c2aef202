"""Computes the columns of bench/events.ts with pandas and prints their means as one line of JSON.

events-peer.py FOLDER
"""
import json
import sys

import pandas as pd

folder = sys.argv[1]
rows = pd.read_parquet(folder + "/rows.parquet")
events = pd.read_parquet(folder + "/events.parquet")
rows["day"] = pd.to_datetime(rows["day"])
events["at"] = pd.to_datetime(events["at"])
events = events.sort_values("at", kind="stable")
by = events.groupby("id", sort=False)
# Sums up to and with each event, looked up as of the two ends of each window.
events["n"] = by.cumcount() + 1
events["s"] = by["money"].cumsum()
events["login"] = (events["what"] == "login").astype("int64")
events["l"] = by["login"].cumsum()
sums = events[["id", "at", "n", "s", "l"]].rename(columns={"at": "last"})


def upto(ends):
    probes = pd.DataFrame({"id": rows["id"], "end": ends}).reset_index().sort_values("end", kind="stable")
    found = pd.merge_asof(probes, sums, left_on="end", right_on="last", by="id", allow_exact_matches=False)
    return found.set_index("index").sort_index()


now = upto(rows["day"])
answer = {"idle": ((rows["day"] - now["last"]).dt.total_seconds() / 86400).mean()}
for days in (7, 30, 90):
    before = upto(rows["day"] - pd.Timedelta(days=days))
    answer["n%d" % days] = (now["n"].fillna(0) - before["n"].fillna(0)).mean()
    answer["s%d" % days] = (now["s"].fillna(0) - before["s"].fillna(0)).mean()
    if days == 30:
        answer["logins"] = (now["l"].fillna(0) - before["l"].fillna(0)).mean()
print(json.dumps({"sums": answer}))
