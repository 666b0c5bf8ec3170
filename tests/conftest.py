"""One thread for numerical libraries, in every test process and the processes that it starts.

The tests run in as many processes as there are processors. More threads than processors wait for each other
in busy loops: small convolutions in PyTorch then take four times as much processor time.
"""

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # read when the libraries are loaded, after this file
