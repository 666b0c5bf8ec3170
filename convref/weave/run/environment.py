"""Select the environment variables that the code of pages can read.

Only variables on an allow-list are passed on, so that pages cannot read secrets such as access tokens.
"""

from __future__ import annotations

import os
from typing import Final

from convref.weave.run.settings import Settings

# Variables from which programs and libraries learn where their files are, and the user's language.
_NEEDED: Final = frozenset(
    {
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP",
        "VIRTUAL_ENV", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "COMSPEC", "PATHEXT", "WINDIR",
        "USERPROFILE", "SOURCE_DATE_EPOCH", "SSL_CERT_FILE", "FONTCONFIG_PATH", "XDG_CACHE_HOME",
        "MPLCONFIGDIR",
    }
)  # fmt: skip


def page_environment(settings: Settings) -> dict[str, str]:
    """Return the environment variables of pages: the allowed ones of this process and those in the settings.

    Further variables limit the number of threads of numerical libraries. Since several sessions run at the
    same time, each gets its share of the processors.
    """
    allowed = _NEEDED | set(settings.env)
    kept = {name: text for name, text in os.environ.items() if name in allowed or name.startswith("LC_")}
    threads = str(max(1, (os.cpu_count() or 1) // settings.job_count))
    return {
        **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), threads),
        "MPLBACKEND": "agg",  # no window is opened
        "PYTHONHASHSEED": "0",  # sets print in the same order in every build
        "PYTHONIOENCODING": "utf-8",
        **kept,
        **settings.set_env,
    }
