"""Measures recordings with Spark, then decides each runner's runs together.

    spark-submit spark_job.py PLACE RUNS [DECIDED]

PLACE has recordings and archives. RUNS becomes the runs table, partitioned by year. With DECIDED, the runs of each
athlete are decided together and written to a second table, partitioned by athlete. The athlete is the first folder
under PLACE.
"""

from __future__ import annotations

import json
import sys
import time

import firstmile.spark
from pyspark.sql import SparkSession, functions as f


def main(place: str, runs: str, decided: str | None) -> None:
    spark = (
        SparkSession.builder.appName("firstmile")
        .config("spark.sql.session.timeZone", "UTC")
        # The default of Spark is a 96-bit type, which other engines read without its zone.
        .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
        # A recording has a kilobyte to some megabytes, so a batch of 64 fits any executor.
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "64")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    began = time.monotonic()
    # One file for each year, not for each task: with hundreds of nested columns, a footer alone
    # takes 60 KB.
    measured = firstmile.spark.runs(spark, place).repartition("year")
    measured.write.mode("overwrite").partitionBy("year").parquet(runs)
    figures = {"measure_s": round(time.monotonic() - began, 1)}
    if decided:
        began = time.monotonic()
        root = firstmile.spark.local(place).rstrip("/")
        # The files are under `year=…`, so the athlete comes from the path in the row.
        table = spark.read.parquet(runs).drop("year")
        inside = f.substring_index(f.expr(f"substring(path, {len(root) + 2})"), "/", 1)
        grouped = table.withColumn("athlete", inside).groupBy("athlete")
        told = grouped.applyInArrow(firstmile.spark.decide(), firstmile.spark.schema())
        told = told.withColumn("athlete", inside)
        told.write.mode("overwrite").partitionBy("athlete").parquet(decided)
        figures["decide_s"] = round(time.monotonic() - began, 1)
    figures["rows"] = spark.read.parquet(runs).count()
    figures["executors"] = len(spark.sparkContext._jsc.sc().statusTracker().getExecutorInfos()) - 1
    print("FIGURES", json.dumps(figures))
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:3], sys.argv[3] if len(sys.argv) > 3 else None)
