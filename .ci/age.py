"""Fail if the locks are old, and list the packages of which there are newer versions."""

import datetime as dt
import re
import subprocess
import sys
from pathlib import Path

OLDEST = 90  # days

text = (Path(__file__).parent.parent / "requirements.lock").read_text("utf-8")
written = re.search(r"on (\d{4}-\d\d-\d\d);", text)
if written is None:
    sys.exit("requirements.lock: the first line must have the day on which it was written")
age = (dt.datetime.now(dt.UTC).date() - dt.date.fromisoformat(written[1])).days
print(f"requirements.lock was written {age} days ago; newer versions:")
subprocess.run([sys.executable, "-m", "pip", "list", "--outdated"], check=True)
if age > OLDEST:
    sys.exit(f"requirements.lock must be at most {OLDEST} days old; write it anew with: make lock")
